"""What goes by itself once it is of no use."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models.functions import Now

from dashboard.models import Session
from tests.cast import signed_in

pytestmark = pytest.mark.django_db


def test_prepare_drops_sessions_that_have_expired_and_no_others(alice, victor, quick_rsa):
    for person in (alice, victor):
        signed_in(person)
    over = Session.objects.order_by("pk").first()
    Session.objects.filter(pk=over.pk).update(expire_date=Now() - timedelta(seconds=1))
    call_command("prepare")
    assert [session.pk == over.pk for session in Session.objects.all()] == [False]

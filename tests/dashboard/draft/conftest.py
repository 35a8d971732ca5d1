import pytest
from django.urls import reverse

from dashboard import changes
from dashboard.models import Change, ChangeSet
from registration.models import Client
from tests import factories
from tests.cast import actor, person
from tests.factories import ENVIRONMENT


@pytest.fixture
def aurora(signing_keys):
    """The application of a small world: programmer aurora, channel aurora-one, domain live.aurora.example."""
    return factories.world("aurora")


@pytest.fixture
def elias(db):
    """A second editor of aurora."""
    return person("elias", ("editor", "aurora", ""))


@pytest.fixture
def stage():
    """Stages for somebody in aurora, and answers the change (None: nothing is left of it)."""

    def stage(kind, properties, key=None, *, by, of="aurora", **more):
        change_set = changes.stage(
            environment=ENVIRONMENT, kind=kind, key=key, properties=properties, programmer=of, by=actor(by), **more
        )
        found = change_set.changes.filter(kind=kind)
        return found.filter(key=key).first() if key else found.order_by("-pk").first()

    return stage


@pytest.fixture
def url():
    """`url("draft-push", "aurora")`, in the environment of the tests."""
    return lambda name, *args: reverse(name, args=[ENVIRONMENT, *args])


def client_of(application, *, platform="IOS", matches=()):
    return Client.objects.create(
        environment=application.environment,
        application=application,
        client_type="confidential",
        authorization_grant_type="client-credentials",
        platform=platform,
        redirect_matches=list(matches),
    )


def draft_of(user, programmer="aurora"):
    return ChangeSet.objects.get(author_key=f"user:{user.pk}", programmer=programmer, state="draft")


def open_changes(user):
    return list(
        Change.objects.filter(change_set__author_key=f"user:{user.pk}", change_set__state="draft").order_by("pk")
    )

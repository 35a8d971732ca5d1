import pytest
from django.utils import timezone

from registration.models import SoftwareStatement
from tests import protocol
from tests.registration.test_brought_over import OLD, bring


@pytest.mark.parametrize("claims", [{"iat": -(2**53)}, {"exp": 2**53}, {"nbf": -(2.0**53)}])
def test_a_brought_over_statement_whose_dates_are_beyond_the_calendar_has_a_page(as_, ada, live, url, claims):
    bring()
    text = protocol.sign(
        {"alg": "RS256"}, {"iss": "https://old.example", "sub": str(live.software_id), **claims}, key=OLD
    )
    statement = SoftwareStatement.objects.create(
        environment=live.environment,
        application=live,
        digest="0" * 64,
        text=text,
        origin="brought_over",
        signing_key=live.statements.get().signing_key,
        issued_at=timezone.now(),
    )
    page = as_(ada).get(url(f"statements/{statement.pk}/"))
    assert page.status_code == 200
    assert str(next(iter(claims.values()))) in page.content.decode()


def test_no_cache_keeps_a_page_that_shows_a_statement(as_, alice, live, url):
    for path in ("", f"statements/{live.statements.get().pk}/", f"statements/{live.statements.get().pk}/download/"):
        policy = as_(alice).get(url(path))["Cache-Control"]
        assert "no-store" in policy
        assert "private" in policy

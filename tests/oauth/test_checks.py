"""`check --deploy` refuses what must not go into production."""

import pytest

from oauth import checks
from oauth.environments import Environment

HTTPS = {environment: f"https://{environment}.example" for environment in Environment.values}


@pytest.mark.compliance("RFC 6749", "1.6")
@pytest.mark.compliance("RFC 6750", "5.3")
@pytest.mark.compliance("RFC 7009", "2")
@pytest.mark.compliance("RFC 7591", "5")
@pytest.mark.compliance("RFC 7592", "5")
@pytest.mark.compliance("RFC 7662", "4")
@pytest.mark.compliance("RFC 8414", "6.1")
@pytest.mark.compliance("RFC 9700", "2.6")
@pytest.mark.compliance("RFC 6749", "10.8")
@pytest.mark.compliance("RFC 6749", "10.9")
@pytest.mark.compliance("RFC 6749", "10.3")
def test_an_issuer_that_is_not_https_is_refused_at_deployment(settings):
    settings.ISSUERS = HTTPS
    assert checks.check_issuers() == []
    settings.ISSUERS = {**HTTPS, "release-staging": "http://release-staging.example"}
    assert [(error.id, "release-staging" in error.msg) for error in checks.check_issuers()] == [("oauth.E002", True)]


def test_secrets_that_were_made_on_the_first_start_are_refused_at_deployment(settings):
    settings.SECRETS_FROM_FILES = False
    assert checks.check_secrets() == []
    settings.SECRETS_FROM_FILES = True
    assert [error.id for error in checks.check_secrets()] == ["oauth.E001"]


def test_a_throttle_that_is_off_is_warned_of_at_deployment(settings):
    settings.THROTTLE_ENABLED = True
    assert checks.check_throttle() == []
    settings.THROTTLE_ENABLED = False
    assert [warning.id for warning in checks.check_throttle()] == ["oauth.W002"]


@pytest.mark.compliance("RFC 6749", "2.3.1")
def test_credentials_from_the_url_are_warned_of(settings):
    settings.TVE_QUERY_CREDENTIALS = False
    assert checks.check_query_credentials() == []
    settings.TVE_QUERY_CREDENTIALS = True
    assert [warning.id for warning in checks.check_query_credentials()] == ["oauth.W001"]

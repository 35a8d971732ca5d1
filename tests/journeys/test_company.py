"""Sign-in through the company's provider in a real browser, under the policy of our pages."""

import pytest

from config.demo import served
from tests import company
from tests.journeys.acts import go
from tests.journeys.axe import problems


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The product with a provider, both on loopback."""
    folder = tmp_path_factory.mktemp("company")
    with company.provider(folder) as issuer, pytest.MonkeyPatch.context() as patch:
        for name, value in {"OIDC_ISSUER": issuer, "OIDC_NAME": "Example Corp", **company.CLIENT}.items():
            patch.setenv(name, value)
        with served(str(folder / "product")) as url:
            yield url


@pytest.mark.parametrize(("javascript", "member"), [(True, "editor@demo.example"), (False, "tam@demo.example")])
def test_one_signs_in_through_the_company_and_a_stranger_does_not(chromium, base, javascript, member):
    """Each for the first time: whoever has signed in so once is known from then on."""
    asked = "/release-production/channels/"
    for email, landing in ((member, f"**{asked}"), ("stranger@example.test", "**/callback/?*")):
        context = chromium.new_context(base_url=base, java_script_enabled=javascript)
        page, complaints = context.new_page(), []
        page.on("console", lambda message, said=complaints: said.append(message.text))
        page.goto(asked)
        found = problems(page, page.url) if javascript else []
        go(page.get_by_role("button", name="Sign in through Example Corp"))
        page.get_by_label("Address").fill(email)
        page.get_by_label("Password").fill(company.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(landing)
        if email == "stranger@example.test":
            assert page.get_by_role("heading", name="You have no account here").is_visible()
            found += problems(page, "the stranger's page") if javascript else []
        context.close()
        assert found == []
        assert not [text for text in complaints if "Content Security Policy" in text]

"""The product's story in a real browser, with JavaScript off."""

import json
import urllib.error
import urllib.request

from tests.journeys.acts import go


def post(url, body, content_type):
    request = urllib.request.Request(url, data=body.encode(), headers={"Content-Type": content_type})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def register(site, statement):
    return post(f"{site}/o/client/register", json.dumps({"software_statement": statement}), "application/json")


def test_from_a_form_to_a_refused_token_without_javascript(visit, site):
    editor, tam = visit("editor", javascript=False), visit("tam", javascript=False)

    editor.goto("/release-production/programmers/aurora/applications/")
    go(editor.get_by_role("link", name="Add new application").first)
    editor.locator("input[name=name]").fill("Aurora Journey")
    editor.locator("input[name=version]").fill("1.0.0")
    editor.locator("input[name=channels][value=aurora-one]").check()
    editor.locator("input[name=platforms][value=ROKU]").check()
    editor.locator("input[name=domains][value='live.aurora.example']").check()
    editor.locator("input[name=scopes][value=rest-v2]").check()
    go(editor.locator("main form[method=post] button[type=submit]").last)
    go(editor.get_by_role("link", name="Review changes"))
    editor.locator("[name=description]").fill("Add Aurora Journey")
    go(editor.get_by_role("button", name="Push 1 change"))
    editor.goto("/release-production/applications/?q=Aurora+Journey")
    go(editor.get_by_role("link", name="Aurora Journey", exact=True))
    assert "Aurora Journey" in editor.locator("h1").inner_text()
    application = editor.url

    with editor.expect_download() as download:
        editor.get_by_role("link", name="Download").first.click()
    assert download.value.suggested_filename == "aurora-aurora-journey_1.0.0_release-production.jwt.txt"
    statement = download.value.path().read_text()
    status, client = register(site, statement)
    assert status == 201
    form = f"grant_type=client_credentials&client_id={client['client_id']}&client_secret={client['client_secret']}"
    assert post(f"{site}/o/client/token", form, "application/x-www-form-urlencoded")[0] == 201

    tam.goto(f"{application}revoke/")
    tam.locator("[name=reason]").fill("The statement leaked.")
    tam.locator("[name=confirmation]").fill("Aurora Journey")
    go(tam.get_by_role("button", name="Revoke application"))
    assert "Revoked" in tam.locator("main").inner_text()
    assert register(site, statement)[1]["error"] == "unapproved_software_statement"
    assert post(f"{site}/o/client/token", form, "application/x-www-form-urlencoded")[1]["error"] == "invalid_client"


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong_at_the_field(visit):
    page = visit("editor", javascript=False)
    page.goto("/release-production/programmers/aurora/applications/new/")
    page.locator("input[name=name]").fill("Aurora Live")
    page.locator("input[name=version]").fill("6.1.0")
    go(page.locator("main form[method=post] button[type=submit]").last)
    assert page.locator("input[name=name]").input_value() == "Aurora Live"
    invalid = page.locator("[aria-invalid=true]")
    assert invalid.count() >= 1
    for each in invalid.all():
        described = each.get_attribute("aria-describedby") or ""
        assert any(page.locator(f"[id='{one}']").inner_text() for one in described.split())

"""`/help/api/`: what the OpenAPI document says, for people."""

import html

from registration import openapi


def test_anybody_reads_every_operation_with_its_members_and_refusals(client, signing_keys):
    page = client.get("/help/api/")
    assert page.status_code == 200
    text = html.unescape(page.content.decode())
    document = openapi.document("release-production")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert f"{method.upper()} {path}" in text
            assert operation["summary"] in text
    for word in ("software_statement", "created_at", "registration_access_token", "unapproved_software_statement"):
        assert word in text
    assert "/oauth/openapi.json" in text
    assert len(text) < 150_000


def test_a_page_of_help_leads_there(client, db):
    assert 'href="/help/api/"' in client.get("/help/").content.decode()

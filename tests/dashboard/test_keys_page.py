"""The page of signing keys: what an admin sees and does, and that nobody else does."""

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization

from oauth import keys
from oauth.models import AuditEntry, SigningKey
from tests import factories, protocol
from tests.dashboard.screens.conftest import PLACE, register
from tests.protocol import ELSEWHERE, ENVIRONMENT, OPERATOR

PAGE = f"{PLACE}/keys/"
WHY = {"reason": "Leaked"}


@pytest.fixture
def live(signing_keys):
    return factories.world("aurora")


def row(purpose="token", status="current"):
    return SigningKey.objects.get(environment=ENVIRONMENT, purpose=purpose, status=status)


def everything():
    return list(SigningKey.objects.order_by("pk").values())


def text_of(response):
    return " ".join(response.content.decode().split())


def test_an_admin_sees_every_key_of_the_environment_and_what_it_verifies(as_, ada, live):
    retired = row("token")
    keys.rotate(environment=ENVIRONMENT, purpose="token", by=OPERATOR)
    following = keys.publish_next(environment=ENVIRONMENT, purpose="token", by=OPERATOR)
    answer = as_(ada).get(PAGE)
    text = text_of(answer)
    assert answer.status_code == 200
    for key in (row("statement"), row("token"), retired, following):
        assert key.kid in text
    assert protocol.key_of(ELSEWHERE).kid not in text
    assert "1 statement<" in text
    assert "What it signed, until it expires" in text
    assert keys.signs_from(following).strftime("%H:%M UTC") in text
    protocol.at(retired, retired_at=-timedelta(hours=7))
    assert "Nothing any more: all have expired" in text_of(as_(ada).get(PAGE))


def test_the_rail_leads_an_admin_there_and_nobody_else(as_, ada, tess, live):
    assert f'href="{PAGE}"' in text_of(as_(ada).get(f"{PLACE}/"))
    assert f'href="{PAGE}"' not in text_of(as_(tess).get(f"{PLACE}/"))


def test_no_page_or_file_holds_anything_private(as_, ada, live):
    paths = [PAGE, *(f"{PAGE}{row().pk}/{end}" for end in ("withdraw/", "download/pem/", "download/jwk/"))]
    for path in paths:
        said = as_(ada).get(path).content.decode()
        assert "PRIVATE" not in said
        for key in SigningKey.objects.all():
            assert key.private_encrypted not in said
            numbers = keys.by_kid(key.kid).private.private_numbers()
            secret = getattr(numbers, "d", None) or numbers.private_value
            assert str(secret) not in said


def test_a_next_key_is_published_and_rotated_to_a_day_later(as_, ada, live, http):
    old, admin = row(), as_(ada)
    answer = admin.post(f"{PAGE}token/next/")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    following = row(status="next")
    assert following.kid in {key["kid"] for key in http.get(protocol.JWKS).json()["keys"]}
    again = admin.post(f"{PAGE}token/next/")
    assert again.status_code == 422
    assert f"{following.kid} is published already and signs next." in text_of(again)
    early = admin.post(f"{PAGE}token/rotate/")
    assert early.status_code == 422
    when = keys.signs_from(following).strftime("%-d %b %Y, %H:%M UTC")
    assert f"not every verifier has it. Rotate after {when}." in text_of(early)
    assert row().kid == old.kid
    assert f'href="{PAGE}token/rotate/"' not in text_of(admin.get(PAGE))
    protocol.at(following, published_at=-timedelta(hours=24))
    assert f'href="{PAGE}token/rotate/"' in text_of(admin.get(PAGE))
    assert admin.post(f"{PAGE}token/rotate/")["Location"] == PAGE
    assert row().kid == following.kid
    entry = AuditEntry.objects.get(event="key:rotate")
    assert (entry.actor_key, entry.door, entry.data["retired"]) == (f"user:{ada.pk}", "page", old.kid)
    # Sent twice, it rotates once.
    assert admin.post(f"{PAGE}token/rotate/").status_code == 422


def test_withdrawing_shows_whom_it_hits_and_asks_for_the_id_and_a_reason(as_, ada, live, http):
    register(live, "one")
    register(live, "two")
    key, admin = row("statement"), as_(ada)
    page = f"{PAGE}{key.pk}/withdraw/"
    shown = text_of(admin.get(page))
    assert "<dt>Applications</dt><dd>1</dd>" in shown
    assert "<dt>Statements</dt><dd>1</dd>" in shown
    assert "<dt>Clients</dt><dd>2</dd>" in shown
    before = everything()
    for sent in ({}, WHY, {"reason": "", "confirmation": key.kid}, {**WHY, "confirmation": key.kid[:-1]}):
        assert admin.post(page, sent).status_code == 422
    assert everything() == before
    text = live.statements.get().text
    assert protocol.register(http, text).status_code == 201
    assert admin.post(page, {**WHY, "confirmation": key.kid})["Location"] == PAGE
    assert protocol.register(http, text).json()["error"] == "unapproved_software_statement"
    entry = AuditEntry.objects.get(event="key:withdraw")
    assert (entry.actor_key, entry.reason, entry.data["clients"]) == (f"user:{ada.pk}", "Leaked", 3)
    listed = text_of(admin.get(PAGE))
    assert "Withdrawn" in listed
    assert f'href="{page}"' not in listed
    assert "The key is withdrawn already." in text_of(admin.post(page, {**WHY, "confirmation": key.kid}))


@pytest.mark.parametrize("purpose", ["token", "statement"])
def test_the_public_part_is_downloaded_as_pem_and_as_jwk(as_, ada, live, http, purpose):
    key = row(purpose)
    name = f"{ENVIRONMENT}_{purpose}_{key.thumbprint[:12]}"
    pem = as_(ada).get(f"{PAGE}{key.pk}/download/pem/")
    assert pem["Content-Disposition"] == f'attachment; filename="{name}.pem"'
    assert serialization.load_pem_public_key(pem.content) == keys.by_kid(key.kid).public
    jwk = as_(ada).get(f"{PAGE}{key.pk}/download/jwk/")
    assert jwk["Content-Disposition"] == f'attachment; filename="{name}.jwk.json"'
    assert json.loads(jwk.content) in http.get(protocol.JWKS).json()["keys"]


def test_only_admins_withdraw_rotate_and_download(as_, tess, nina, live):
    before = everything()
    key = row("statement")
    paths = [PAGE, *(f"{PAGE}{end}" for end in ("token/next/", "token/rotate/"))]
    paths += [f"{PAGE}{key.pk}/{end}" for end in ("withdraw/", "download/pem/", "download/jwk/")]
    for person, status in ((tess, 403), (nina, 404)):
        for path in paths:
            assert as_(person).get(path).status_code == status, path
        for path in paths[1:4]:
            assert as_(person).post(path, {**WHY, "confirmation": key.kid}).status_code == status, path
    assert everything() == before


def test_a_purpose_or_a_key_that_is_none_is_not_there(as_, ada, live):
    other = SigningKey.objects.filter(environment=ELSEWHERE).first()
    for end in ("shoes/next/", "shoes/rotate/", f"{other.pk}/withdraw/", "999999/download/pem/"):
        assert as_(ada).get(f"{PAGE}{end}").status_code == 404


def test_without_keys_the_page_says_who_makes_them(as_, ada):
    assert "The operator makes them with the command prepare." in text_of(as_(ada).get(PAGE))

"""Who may open what: every URL of the dashboard, asked by everybody, with GET and with an empty POST.

The URLs come from the resolver: one that has no line in `TABLE` fails. Where a URL names objects, each position is also
asked for with an object of another programmer and with one of another environment, which are not there (404).
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import URLPattern, get_resolver, reverse

from dashboard import changes, invitations, revocations
from dashboard.models import Role
from dashboard.permissions import Grant
from oauth.models import SigningKey
from registration.models import Client, RegisteredApplication
from tests import factories
from tests.cast import actor, person, signed_in
from tests.certificates import pem
from tests.once import once

HERE, ELSEWHERE = "release-production", "release-staging"
# `charlie` edits borealis only: the stranger. `tess` is TAM of every programmer, `tom` of aurora.
PEOPLE = ("anonymous", "nina", "charlie", "victor", "alice", "tom", "tess", "ada")
SIGN_IN = 302

# --- Who passes a gate; the others are told 404 (strangers) or 403 (readers) ---

ANYBODY = frozenset(PEOPLE)
SIGNED_IN = ANYBODY - {"anonymous"}
MEMBERS = SIGNED_IN - {"nina"}  # whoever has a role in the environment
VIEWERS = frozenset({"victor", "alice", "tom", "tess", "ada"})
EDITORS = VIEWERS - {"victor"}
TAMS = EDITORS - {"alice"}
EVERY_PROGRAMMER = TAMS - {"tom"}
ADMINS = frozenset({"ada"})
AUTHOR = frozenset({"alice"})
AURORAS = frozenset({"victor", "alice", "tom"})


@dataclass(frozen=True)
class Page:
    """What those who may are told. `seen_by` is who is told 403 where they may not: the others are told 404."""

    may: frozenset[str]
    get: int = 200
    post: int = 405
    seen_by: frozenset[str] = VIEWERS
    may_post: frozenset[str] | None = None
    but: dict[tuple[str, str], int] = field(default_factory=dict)

    def status(self, method: str) -> int:
        return self.get if method == "get" else self.post

    def not_there(self, method: str) -> int:
        """For whoever may, where the object is none."""
        return 405 if self.status(method) == 405 else 404

    def expected(self, who: str, method: str) -> int:
        status = self.status(method)
        may = self.may_post if method == "post" and self.may_post is not None else self.may
        if (who, method) in self.but:
            return self.but[who, method]
        if who == "anonymous" and who not in may:
            return SIGN_IN
        if status == 405 or who in may:
            return status
        return 403 if who in self.seen_by else 404


def form(may: frozenset[str], *, post: int = 422, **more: Any) -> Page:
    return Page(may, post=post, **more)


READ, LIST = Page(VIEWERS), Page(MEMBERS)
# Whoever edits one programmer that is here is led straight on to the form; borealis is not here.
CHOICE = Page(EDITORS | {"charlie"}, get=302, seen_by=MEMBERS, but={("charlie", "get"): 200})
PEOPLE_PAGE = {"may": TAMS, "seen_by": SIGNED_IN}
PEOPLE_PAGES = {"people", "invite", "membership-remove", "invitation-withdraw"}
NO_LOGIN = {("anonymous", "get"): 405, ("anonymous", "post"): 404}
NO_CALLBACK = {("anonymous", "get"): 404, ("anonymous", "post"): 405}
ENTRANCE = {("anonymous", "get"): 200, ("anonymous", "post"): 200}

# The pages of a certificate, of a programmer or of a channel.
CERTIFICATE = {
    "": READ,
    "-download": READ,
    "-new": form(EDITORS),
    "-use": form(EDITORS, post=302),
    "-remove": form(EDITORS, post=302),
}

TABLE = {
    # public, or for whoever is signed in
    "index": Page(SIGNED_IN, get=302, but={("nina", "get"): 200}),
    "healthz": Page(ANYBODY),
    "theme": Page(ANYBODY, get=405, post=302),
    "help": Page(ANYBODY),
    "help-api": Page(ANYBODY),
    "help-error": Page(ANYBODY),
    "audit": Page(SIGNED_IN),
    "audit-checkpoint": Page(ADMINS, seen_by=MEMBERS),
    "palette": Page(SIGNED_IN),
    "profile": form(SIGNED_IN),
    "sessions-end": form(SIGNED_IN, post=302),
    "account_login": Page(ANYBODY, get=302, post=302, but=ENTRANCE),
    "account_logout": Page(ANYBODY, post=302, but={("anonymous", "get"): 302}),
    "account_signup": Page(ANYBODY, get=302, post=302, but=ENTRANCE),
    "account_inactive": Page(ANYBODY),
    "account_change_password": Page(SIGNED_IN, post=200),
    "account_set_password": Page(SIGNED_IN, get=302, post=302),
    "account_reset_password": Page(ANYBODY, post=200),
    "account_reset_password_done": Page(ANYBODY),
    "account_reset_password_from_key": Page(ANYBODY, post=200),
    "account_reset_password_from_key_done": Page(ANYBODY),
    # second factors: whoever has none is led on, and what they have is theirs alone
    "account_reauthenticate": Page(SIGNED_IN, post=200),
    "mfa_index": Page(SIGNED_IN, get=302, post=302),
    "mfa_authenticate": Page(ANYBODY, get=302, post=302),
    "mfa_reauthenticate": Page(SIGNED_IN, get=302, post=302),
    "mfa_activate_totp": Page(SIGNED_IN, get=302, post=302),
    "mfa_deactivate_totp": Page(frozenset(), get=302, post=302, seen_by=frozenset()),
    "mfa_view_recovery_codes": Page(frozenset(), post=405, seen_by=frozenset()),
    "mfa_generate_recovery_codes": Page(SIGNED_IN, get=302, post=302),
    "mfa_download_recovery_codes": Page(frozenset(), post=200, seen_by=frozenset()),
    "mfa_login_webauthn": Page(ANYBODY, get=302, post=302),
    "mfa_reauthenticate_webauthn": Page(SIGNED_IN, get=302, post=302),
    "mfa_add_webauthn": Page(SIGNED_IN, get=302, post=302),
    "mfa_edit_webauthn": Page(SIGNED_IN, get=302, post=302),
    "mfa_remove_webauthn": Page(SIGNED_IN, get=302, post=302),
    # the company's provider: there is none here
    "openid_connect_login": Page(frozenset(), get=405, post=200, seen_by=frozenset(), but=NO_LOGIN),
    "openid_connect_callback": Page(frozenset(), post=405, seen_by=frozenset(), but=NO_CALLBACK),
    "socialaccount_login_cancelled": Page(ANYBODY),
    # people
    "people": Page(**PEOPLE_PAGE),
    "invite": form(**PEOPLE_PAGE),
    "membership-remove": form(post=302, **PEOPLE_PAGE),
    "invitation-withdraw": form(post=302, **PEOPLE_PAGE),
    "invitation-accept": form(ANYBODY),
    # an environment, and what it lists of what one may see
    "home": LIST,
    "switch": Page(MEMBERS, get=302),
    "programmers": LIST,
    "channels": LIST,
    "channels-new": CHOICE,
    "applications": LIST,
    "applications-new": CHOICE,
    "requests": LIST,
    "changes": LIST,
    "changes-csv": LIST,
    "changes-compare": Page(MEMBERS, get=302),
    # programmers
    "programmer-new": form(EVERY_PROGRAMMER, seen_by=MEMBERS),
    "programmer": READ,
    "programmer-channels": READ,
    "programmer-applications": READ,
    "programmer-schemes": READ,
    "programmer-activity": READ,
    "programmer-edit": form(EDITORS),
    "programmer-remove": form(EVERY_PROGRAMMER),
    "channel-new": form(EDITORS),
    "application-new": form(EDITORS),
    "programmer-scheme-new": form(EDITORS, post=302),
    # channels
    "channel": Page(VIEWERS, post=422, may_post=EDITORS),
    "channel-domains": READ,
    "channel-applications": READ,
    "channel-schemes": READ,
    "channel-copy": form(EDITORS),
    "channel-remove": form(EDITORS, post=302),
    "domain-new": form(EDITORS),
    "domain-remove": form(EDITORS, post=302),
    "channel-application-new": form(EDITORS),
    "channel-scheme-new": form(EDITORS, post=302),
    # certificates and analytics configurations
    "programmer-certificates": READ,
    "channel-certificates": READ,
    "channel-analytics": READ,
    **{f"{of}-certificate{verb}": page for of in ("programmer", "channel") for verb, page in CERTIFICATE.items()},
    "analytics-new": form(TAMS, post=302),
    "analytics-edit": form(TAMS, post=302),
    "analytics-remove": form(TAMS, post=302),
    # schemes
    "scheme-edit": form(EDITORS, post=302),
    "scheme-retire": form(EDITORS, post=302),
    # applications
    "application": READ,
    "application-statements": READ,
    "application-clients": READ,
    "application-history": READ,
    "application-copy": form(EDITORS),
    "applications-copy": form(MEMBERS),
    "applications-close": form(MEMBERS),
    "applications-csv": LIST,
    "application-narrow": form(EDITORS),
    "application-duplicate": form(EDITORS),
    "application-remove": form(EDITORS),
    "application-close": form(EDITORS),
    "application-suspend": form(TAMS),
    "application-revoke": form(TAMS),
    "application-reinstate": form(EDITORS),
    "request-new": form(EDITORS),
    "statement": READ,
    "statement-download": Page(EDITORS),
    "statement-test": READ,
    "statement-issue": form(EDITORS, post=302),
    "statement-revoke": form(TAMS),
    "statement-reinstate": form(TAMS),
    "client-revoke": form(TAMS),
    "client-secret": form(TAMS),
    # signing keys
    "keys": Page(ADMINS, seen_by=MEMBERS),
    "key-next": form(ADMINS, post=302, seen_by=MEMBERS),
    "key-rotate": form(ADMINS, seen_by=MEMBERS),
    "key-withdraw": form(ADMINS, seen_by=MEMBERS),
    "key-pem": Page(ADMINS, seen_by=MEMBERS),
    "key-jwk": Page(ADMINS, seen_by=MEMBERS),
    # drafts: to everybody his own
    "draft": LIST,
    "draft-push": form(AUTHOR, seen_by=frozenset()),
    "draft-submit": form(AUTHOR, post=302, seen_by=frozenset()),
    "draft-dismiss": form(AUTHOR, post=302, seen_by=frozenset()),
    "draft-dismiss-all": form(AUTHOR, post=302, seen_by=frozenset()),
    "draft-change-dismiss": form(AUTHOR, post=302, seen_by=frozenset()),
    "draft-change-resolve": form(AUTHOR, seen_by=frozenset()),
    # others' drafts
    "draft-set": Page(EDITORS, but={("alice", "get"): 302}),
    "draft-set-approve": form(TAMS),
    "draft-set-adopt": form(TAMS),
    "draft-set-dismiss": form(TAMS),
    "environment-settings": form(ADMINS, post=302, seen_by=MEMBERS),
    "draft-change-edit": form(AUTHOR, seen_by=frozenset()),
    # requests and versions
    "request-withdraw": form(AUTHOR, post=302),
    "request-decline": form(TAMS),
    "version": READ,
    "version-compare": READ,
    "version-undo": form(EDITORS),
    "entity-history": READ,
}

# --- The URLs, from the resolver ---


def _patterns(resolver: Any) -> list[URLPattern]:
    return [
        found
        for each in resolver.url_patterns
        for found in ([each] if isinstance(each, URLPattern) else _patterns(each))
    ]


PATTERNS = {pattern.name: pattern for pattern in _patterns(get_resolver())}


def _names(name: str) -> list[str]:
    """The positions of a URL that name something."""
    return list(get_resolver().reverse_dict.getlist(name)[0][0][0][1])


UNDER_ENVIRONMENT = sorted(name for name in PATTERNS if "environment" in _names(name))


def _objects(name: str) -> list[str]:
    """The positions of a URL that name objects. The environment, a word of help, a key and one's passkey are none."""
    return [
        each
        for each in _names(name)
        if each not in {"environment", "code", "uidb36", "key", "token", "purpose", "pk", "provider_id", "kind"}
    ]


# Positions that are looked up within the object before them. Whoever may act on that one is told that they are not
# there; a reader who may not is told so first.
KEYS = ("key-withdraw", "key-pem", "key-jwk")
ANALYTICS = ("analytics-edit", "analytics-remove")
MY_CHANGE = ("draft-change-edit", "draft-change-dismiss", "draft-change-resolve")
INNER = {
    "sha256",
    "host",
    "statement_id",
    "version",
    "membership_id",
    ("client-revoke", "number"),
    ("client-secret", "number"),
    *((name, "number") for name in (*KEYS, *ANALYTICS)),
}


def _is_inner(name: str, position: str) -> bool:
    return position in INNER or (name, position) in INNER


# --- The objects ---


@dataclass
class World:
    """What the positions are filled with, by URL name or for all of them."""

    all: dict[str, Any]
    special: dict[tuple[str, str], Any]

    def fill(self, name: str, position: str) -> Any:
        return self.special.get((name, position), self.all.get(position))


def _world(of: str, environment: str, author: Any) -> World:
    """A programmer with a channel, an application that has a client, a scheme, and a request to revoke."""
    application = factories.world(of, environment=environment)
    own = factories.certificate(pem(f"metadata.{of}.example"), of=of, environment=environment)
    factories.certificate(own.pem, of=of, channel=f"{of}-one", environment=environment)
    number = {"aurora": 1, "borealis": 2, "delta": 3}[of]  # one that nobody else has
    for _ in range(number):
        analytics = factories.analytics(channel=f"{of}-one", of=of, environment=environment)
    asked = revocations.request(application, reason="No longer used.", by=actor(author))
    staged = changes.stage(
        environment=environment,
        kind="channel",
        properties={"public_id": f"{of}-next", "display_name": "Next"},
        programmer=of,
        by=actor(author) if of != "delta" else factories.OPERATOR,
    )
    return World(
        {
            "environment": environment,
            "pid": of,
            "cid": f"{of}-one",
            "host": f"live.{of}.example",
            "scheme": factories.scheme(of=of, environment=environment, label="Return").scheme,
            "software_id": application.software_id,
            "statement_id": application.statements.get().pk,
            "number": asked.pk,
            "sha256": own.sha256,
            "version": 1,
            "draft_id": staged.uuid,
            "code": "invalid_client",
            "uidb36": "1",
            "key": "set-password",
            "purpose": "token",
            "pk": 1,
            "provider_id": "company",
            "kind": "channel",
            "entity": f"{of}-one",
        },
        {
            **dict.fromkeys((("client-revoke", "number"), ("client-secret", "number")), _client(application).pk),
            **dict.fromkeys(((name, "number") for name in KEYS), _key_of(of, environment)),
            **dict.fromkeys(((name, "number") for name in ANALYTICS), analytics.number),
            **dict.fromkeys(((name, "number") for name in MY_CHANGE), staged.changes.get().pk),
        },
    )


def _key_of(of: str, environment: str) -> int:
    """Of the environment. No programmer has keys of its own: borealis' is the other environment's."""
    where = ELSEWHERE if of == "borealis" else environment
    return SigningKey.objects.get(environment=where, purpose="token", status="current").pk


def _client(application: RegisteredApplication) -> Client:
    return Client.objects.create(
        environment=application.environment,
        application=application,
        statement=application.statements.get(),
        client_id=f"client-of-{application.name}",
        client_secret="p1:" + "0" * 64,
        hash_client_secret=False,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
        platform="IOS",
        issued_at=datetime.now(UTC),
    )


def _with_people(world: World, member: Any, inviter: Any, of: str) -> World:
    invitation, url = invitations.invite(
        email=f"new@{of}.test", memberships=[Grant(of, Role.VIEWER, "")], by=actor(inviter)
    )
    world.all |= {
        "person_id": member.pk,
        "membership_id": member.memberships.get().pk,
        "invitation_id": invitation.pk,
        "token": url.rstrip("/").rpartition("/")[2],
    }
    return world


def _with_people_of(of: str, author: Any, member: Any, inviter: Any) -> World:
    return _with_people(_world(of, HERE, author), member, inviter, of)


@pytest.fixture
def browsers(victor, alice, charlie, tom, tess, ada, nina):
    cast = {"victor": victor, "alice": alice, "charlie": charlie, "tom": tom, "tess": tess, "ada": ada, "nina": nina}
    return {"anonymous": Browser(), **{name: signed_in(user) for name, user in cast.items()}}


@pytest.fixture
def here(signing_keys, alice, victor, tess):
    return once(_with_people_of, "aurora", alice, victor, tess)


@pytest.fixture
def strange(here, charlie, tess):
    """The same for borealis, whose people are strangers to aurora."""
    return once(_with_people_of, "borealis", charlie, charlie, tess)


@pytest.fixture
def elsewhere(here, alice):
    """The same in another environment, where nothing has the name of anything here."""
    return once(_world, "delta", ELSEWHERE, alice)


def ask(browser: Browser, method: str, name: str, kwargs: dict[str, Any]) -> int:
    """The status. What the request wrote is undone, so that everybody finds the same world."""
    with transaction.atomic():
        response = getattr(browser, method)(reverse(name, kwargs=kwargs))
        transaction.set_rollback(True)
    return response.status_code


def arguments(name: str, world: World, **other: Any) -> dict[str, Any]:
    return {position: other.get(position, world.fill(name, position)) for position in _names(name)}


# --- The table ---


def test_every_url_has_a_line_and_every_line_a_url():
    assert set(TABLE) == set(PATTERNS)


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_everybody_is_told_what_the_table_says(name, browsers, here):
    page = TABLE[name]
    told = {
        (who, method): ask(browser, method, name, arguments(name, here))
        for who, browser in browsers.items()
        for method in ("get", "post")
    }
    assert told == {(who, method): page.expected(who, method) for who, method in told}


@pytest.mark.parametrize("name", [name for name in sorted(PATTERNS) if _objects(name)])
def test_an_object_of_another_programmer_is_not_there(name, browsers, here, strange):
    page, told = TABLE[name], {}
    for position in _objects(name):
        other = 99 if position == "version" else strange.fill(name, position)
        asked_by = page.may if _is_inner(name, position) else page.may & AURORAS if name in PEOPLE_PAGES else AURORAS
        for who in asked_by:
            for method in ("get", "post"):
                kwargs = arguments(name, here, **{position: other})
                told[position, who, method] = ask(browsers[who], method, name, kwargs)
    assert told == {(position, who, method): page.not_there(method) for position, who, method in told}


@pytest.mark.parametrize("name", [name for name in UNDER_ENVIRONMENT if _objects(name)])
def test_an_object_of_another_environment_is_not_there(name, browsers, here, elsewhere):
    """Neither its id under this environment, in any position, nor an id of this one under the other."""
    page = TABLE[name]
    urls = {
        position: arguments(name, here, **{position: 99 if position == "version" else elsewhere.fill(name, position)})
        for position in _objects(name)
    }
    urls["environment"] = arguments(name, here, environment=ELSEWHERE)
    told = {
        (position, method): ask(browsers["alice" if page.may == AUTHOR else "ada"], method, name, kwargs)
        for position, kwargs in urls.items()
        for method in ("get", "post")
    }
    assert told == {(position, method): page.not_there(method) for position, method in told}


def test_an_environment_without_a_role_is_not_there(here):
    """For somebody who holds every role of aurora, but in the other environment only."""
    roles = [("tam", "aurora", ELSEWHERE), ("editor", "aurora", ELSEWHERE), ("viewer", "aurora", ELSEWHERE)]
    browser = signed_in(person("theo", *roles))
    told = {
        (name, method): ask(browser, method, name, arguments(name, here))
        for name in UNDER_ENVIRONMENT
        for method in ("get", "post")
    }
    assert told == {(name, method): TABLE[name].not_there(method) for name, method in told}


def test_a_person_of_two_programmers_sees_both_and_nothing_else(here, strange):
    factories.world("cascade")
    browser = signed_in(person("olga", ("viewer", "aurora", ""), ("editor", "borealis", "")))
    told = {
        of: ask(browser, "get", "programmer", {"environment": HERE, "pid": of})
        for of in ("aurora", "borealis", "cascade")
    }
    assert told == {"aurora": 200, "borealis": 200, "cascade": 404}
    page = browser.get(reverse("programmers", args=[HERE])).content.decode()
    assert ("Aurora" in page, "Borealis" in page, "Cascade" in page) == (True, True, False)
    assert ask(browser, "get", "channel-new", {"environment": HERE, "pid": "borealis"}) == 200
    assert ask(browser, "get", "channel-new", {"environment": HERE, "pid": "aurora"}) == 403

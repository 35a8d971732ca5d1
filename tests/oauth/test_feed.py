"""`GET /oauth/revocations`: what changed since, for those who verify offline; complete, in order, without gaps."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
from django.db import connection, transaction

from oauth import feed, keys
from oauth.feed import Announcement
from oauth.models import AuditEntry, RevocationEvent, Tail
from registration import applications, clients, signing, statements
from registration.models import Client
from tests import protocol, standard
from tests.protocol import ENVIRONMENT, OPERATOR
from tests.standard import check_refusal, check_unauthorized

FEED = "/oauth/revocations"
MALFORMED = "The parameter after is not a cursor of this feed. Leave it out to start from the front."
EXPIRED = "What came after this cursor is no longer kept. Start again without the parameter after."
NO_SCOPE = "The application of this client does not have the scope introspection."
LIFE = 21600


@pytest.fixture
def server(http, world):
    return standard.resource_server(http, world)


@pytest.fixture
def client(http, world):
    return standard.registered(http, world)


def ask(http, server, after=None, *, path=FEED, **headers):
    query = {} if after is None else {"after": after}
    return http.get(path, query, headers={"authorization": standard.of(server), **headers})


def read(http, server, after=None):
    """The claims, verified with the published keys."""
    response = ask(http, server, after)
    assert response.status_code == 200, response.content
    text = response.content.decode()
    key = jwt.PyJWKSet.from_dict(http.get(protocol.JWKS).json())[jwt.get_unverified_header(text)["kid"]]
    return jwt.decode(text, key, algorithms=[key.algorithm_name], issuer=protocol.issuer())


def told(http, server, after=None):
    return [(event["kind"], event["id"], event["state"]) for event in read(http, server, after)["events"]]


def many(number, environment=ENVIRONMENT):
    for n in range(number):
        feed.announce(Announcement(feed.Kind.CLIENT, f"client-{n}", feed.State.DELETED), environment=environment)


# --- What it answers ---


@pytest.mark.parametrize("path", [FEED, FEED + "/"])
def test_it_is_a_jws_signed_with_the_feed_key(http, world, server, path):
    before = int(time.time())
    applications.suspend(world.application, reason="a test", by=OPERATOR)
    response = ask(http, server, path=path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/jwt"
    assert response["Cache-Control"] == "private, max-age=1"
    assert "Pragma" not in response
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert len(response["X-Request-Id"]) == 32
    header, claims = protocol.decode(response.content.decode())
    assert header == {"alg": "ES256", "kid": protocol.key_of(purpose="feed").kid, "typ": "revocations+jwt"}
    [event] = claims["events"]
    assert claims == {
        "iss": protocol.issuer(),
        "iat": claims["iat"],
        "exp": claims["iat"] + 60,
        "next": claims["next"],
        "events": [event],
    }
    assert event == {
        "n": 1,
        "kind": "application",
        "id": str(world.application.software_id),
        "state": "suspended",
        "at": event["at"],
        "until": event["at"] + LIFE,
    }
    world.application.refresh_from_db()
    assert event["at"] == int(world.application.suspended_at.timestamp())
    assert before <= event["at"] <= claims["iat"] <= time.time()
    assert read(http, server)["events"] == [event]


@pytest.mark.compliance("RFC 8725", "3.12")
def test_the_feed_is_no_access_token_and_an_access_token_no_feed(http, world, server):
    text = ask(http, server).content.decode()
    assert protocol.bearer(http, protocol.VALIDATE, text).status_code == 401
    assert standard.introspect(http, server, text).json() == {"active": False}
    assert standard.register(http, text).json()["error"] == "invalid_software_statement"


def test_next_is_where_to_go_on(http, world, server):
    first = read(http, server)
    assert first["events"] == []
    many(3)
    second = read(http, server, first["next"])
    assert [event["n"] for event in second["events"]] == [1, 2, 3]
    assert read(http, server, second["next"])["events"] == []
    assert read(http, server, second["next"])["next"] == second["next"]
    many(1)
    assert [event["n"] for event in read(http, server, second["next"])["events"]] == [4]
    assert [event["n"] for event in read(http, server)["events"]] == [1, 2, 3, 4]


def test_a_long_feed_comes_in_pages(http, world, server, monkeypatch):
    monkeypatch.setattr(feed, "MOST", 2)
    many(5)
    seen, after = [], None
    while events := (page := read(http, server, after))["events"]:
        assert len(events) <= 2
        seen += [event["n"] for event in events]
        after = page["next"]
    assert seen == [1, 2, 3, 4, 5]


@pytest.mark.compliance("RFC 9110", "13.1.2")
def test_what_did_not_change_is_304(http, world, server):
    many(1)
    first = ask(http, server)
    again = ask(http, server, **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == "private, max-age=1"
    many(1)
    assert ask(http, server, **{"if-none-match": first["ETag"]}).status_code == 200


def test_each_environment_has_its_own(http, world, server):
    many(2, environment=protocol.ELSEWHERE)
    first = read(http, server)
    assert first["events"] == []
    many(1)
    assert [event["n"] for event in read(http, server)["events"]] == [1]
    there = feed.read(protocol.ELSEWHERE).next
    check_refusal(ask(http, server, there), "invalid_request", MALFORMED)
    elsewhere = {"host": protocol.ISSUER_ELSEWHERE}
    check_unauthorized(ask(http, server, **elsewhere))


# --- Who may read it ---


def test_the_caller_is_a_good_client_with_the_scope(http, world, server, client):
    check_unauthorized(http.get(FEED), standard.NO_CREDENTIALS)
    check_unauthorized(http.get(FEED, headers={"authorization": "Bearer x"}), standard.NOT_BASIC)
    check_unauthorized(ask(http, {**server, "client_secret": "x"}))
    check_unauthorized(ask(http, {**server, "client_id": "x"}))
    response = ask(http, client)
    protocol.check_refusal(response, "insufficient_scope", NO_SCOPE, status=403)
    assert ask(http, server).status_code == 200


@pytest.mark.parametrize(
    ("state", "status"),
    [({"closed_at": True}, 200), ({"suspended_at": True}, 401), ({"revoked_at": True}, 401)],
)
def test_the_state_of_the_caller_counts(http, server, state, status):
    row = Client.objects.get(client_id=server["client_id"])
    protocol.at(row.application, **state)
    response = ask(http, server)
    assert response.status_code == status
    if status == 401:
        check_unauthorized(response)


def test_it_is_never_throttled(http, server, settings):
    settings.THROTTLE_BURST = 1
    assert [ask(http, server).status_code for _ in range(5)] == [200] * 5


def test_it_takes_get_and_answers_preflights_without_the_database(http, server, django_assert_num_queries):
    response = http.post(FEED)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    with django_assert_num_queries(0):
        assert http.options(FEED).status_code == 204
    assert http.head(FEED, headers={"authorization": standard.of(server)}).status_code == 200


def test_the_caller_is_looked_at_before_the_cursor(http, server, client):
    check_unauthorized(ask(http, {**server, "client_secret": "x"}, "!"))
    assert ask(http, client, "!").status_code == 403
    assert ask(http, server, "!").status_code == 400


# --- Cursors ---


@pytest.mark.parametrize("after", ["!", "1", "0", "\u00e9", "x" * 3000, "cmVsZWFzZS1wcm9kdWN0aW9uIA", "null", "-1"])
def test_a_malformed_cursor_is_an_invalid_request(http, server, after):
    check_refusal(ask(http, server, after), "invalid_request", MALFORMED)


@pytest.mark.parametrize("n", ["-1", "01", "1 ", "1.0", "9" * 30, "\u0661"])
def test_a_cursor_that_was_made_up_is_an_invalid_request(http, server, n):
    from oauth import jose  # noqa: PLC0415

    made_up = jose.encode(f"{ENVIRONMENT} {n}".encode())
    check_refusal(ask(http, server, made_up), "invalid_request", MALFORMED)
    padded = read(http, server)["next"] + "="
    check_refusal(ask(http, server, padded), "invalid_request", MALFORMED)


def test_a_repeated_cursor_is_an_invalid_request_and_an_empty_one_is_none(http, server):
    good = read(http, server)["next"]
    response = ask(http, server, path=f"{FEED}?after={good}&after={good}")
    check_refusal(response, "invalid_request", "A parameter was sent more than once.")
    many(1)
    assert len(read(http, server, "")["events"]) == 1


def age(*numbers, seconds=1):
    past = protocol.now() - timedelta(seconds=seconds)
    RevocationEvent.objects.filter(n__in=numbers).update(expires_at=past)


def test_an_event_is_dropped_after_the_longest_token_life_and_a_minute(http, server, settings):
    settings.ACCESS_TOKEN_SECONDS = 100
    many(1)
    row = RevocationEvent.objects.get()
    assert row.expires_at - row.at == timedelta(seconds=160)
    assert row.until - row.at == timedelta(seconds=100)
    start = read(http, server)["next"]
    many(3)
    age(1, 2)
    # Dropped for readers at once, from the database with the next event.
    assert [event["n"] for event in read(http, server)["events"]] == [3, 4]
    many(1)
    assert sorted(RevocationEvent.objects.values_list("n", flat=True)) == [3, 4, 5]
    assert start


def test_a_cursor_before_what_is_kept_has_expired_and_one_after_goes_on(http, server):
    cursors = [read(http, server)["next"]]
    for _ in range(4):
        many(1)
        cursors.append(read(http, server)["next"])
    age(1, 2)
    for _ in range(2):
        for after in cursors[:2]:
            check_refusal(ask(http, server, after), "expired_cursor", EXPIRED, status=410)
        assert [event["n"] for event in read(http, server, cursors[2])["events"]][:2] == [3, 4]
        many(1)
    age(*range(1, 10))
    check_refusal(ask(http, server, cursors[4]), "expired_cursor", EXPIRED, status=410)
    fresh = read(http, server)
    assert fresh["events"] == []
    assert read(http, server, fresh["next"])["events"] == []


def test_what_expired_behind_something_that_did_not_is_kept_until_all_before_it_can_go(http, server):
    many(3)
    age(2)
    many(1)
    assert [event["n"] for event in read(http, server)["events"]] == [1, 2, 3, 4]


def test_a_cursor_of_a_database_that_was_since_restored_has_expired(http, server):
    many(3)
    after = read(http, server)["next"]
    RevocationEvent.objects.filter(n=3).delete()
    Tail.objects.filter(environment=ENVIRONMENT).update(feed_n=2)
    check_refusal(ask(http, server, after), "expired_cursor", EXPIRED, status=410)


# --- What is announced, and by whom ---


def test_every_change_of_an_application_that_concerns_tokens_is_told(http, world, server):
    app, key = world.application, ("application", str(world.application.software_id))
    applications.close(app, reason="x", as_tam=True, by=OPERATOR)
    assert told(http, server) == []
    applications.suspend(app, reason="x", by=OPERATOR)
    assert told(http, server) == [(*key, "suspended")]
    applications.revoke(app, reason="x", by=OPERATOR)
    after = read(http, server)["next"]
    assert told(http, server)[1:] == [(*key, "revoked")]
    # What lies under it shows again.
    applications.reinstate(app, reason="x", as_tam=True, by=OPERATOR)
    assert told(http, server, after) == [(*key, "active"), (*key, "suspended")]
    after = read(http, server)["next"]
    applications.reinstate(app, reason="x", as_tam=True, by=OPERATOR)
    assert told(http, server, after) == [(*key, "active")]
    after = read(http, server)["next"]
    applications.reinstate(app, reason="x", as_tam=True, by=OPERATOR)
    assert told(http, server, after) == []


def test_what_happens_to_statements_clients_and_tokens_is_told(http, world, server, client):
    text = standard.token_of(http, client)
    claims = protocol.decode(text)[1]
    statements.revoke(world.statement, reason="x", by=OPERATOR)
    statements.reinstate(world.statement, reason="x", by=OPERATOR)
    standard.revoke(http, client, text)
    standard.revoke(http, client, text)
    clients.revoke(Client.objects.get(client_id=client["client_id"]), reason="x", by=OPERATOR)
    other = standard.registered(http, world)
    assert standard.manage(http, "DELETE", other).status_code == 204
    assert told(http, server) == [
        ("statement", claims["statement"], "revoked"),
        ("statement", claims["statement"], "active"),
        ("token", claims["jti"], "revoked"),
        ("client", client["client_id"], "revoked"),
        ("client", other["client_id"], "deleted"),
    ]
    assert read(http, server)["events"][2]["until"] == claims["exp"]
    clients.delete(Client.objects.get(client_id=other["client_id"]))
    assert len(told(http, server)) == 5


def test_a_withdrawn_statement_key_is_the_revocation_of_each_statement_that_somebody_registered_with(
    http, world, server, client
):
    protocol.issue(world.application)
    server_statement = Client.objects.get(client_id=server["client_id"]).statement
    signing.withdraw(world.statement.signing_key, reason="x", by=OPERATOR)
    # The server's own statement is among them, so it is asked here what it would have been told.
    events = [(event["kind"], event["id"], event["state"]) for event in feed.read(ENVIRONMENT).events]
    assert sorted(events) == sorted(
        ("statement", str(row.pk), "revoked") for row in (world.statement, server_statement)
    )
    after = feed.read(ENVIRONMENT).next
    statements.revoke(world.statement, reason="x", by=OPERATOR)
    statements.reinstate(world.statement, reason="x", by=OPERATOR)
    # Reinstating one of them brings nothing back, and so tells nobody that it did.
    assert feed.read(ENVIRONMENT, after).events == []


def test_an_instant_that_lies_ahead_is_told_as_such_and_kept_for_longer(http, world, server):
    ahead = protocol.now() + timedelta(hours=2)
    told = Announcement(feed.Kind.APPLICATION, "x", feed.State.REVOKED, at=ahead)
    feed.announce(told, environment=ENVIRONMENT)
    [event] = read(http, server)["events"]
    assert (event["at"], event["until"]) == (int(ahead.timestamp()), int(ahead.timestamp()) + LIFE)
    assert RevocationEvent.objects.get().expires_at == ahead + timedelta(seconds=LIFE + 60)


def test_what_is_rolled_back_was_never_told_and_leaves_no_gap(http, world, server):
    many(1)
    with transaction.atomic():
        applications.revoke(world.application, reason="x", by=OPERATOR)
        transaction.set_rollback(True)
    many(1)
    assert [event["n"] for event in read(http, server)["events"]] == [1, 2]
    assert {event["kind"] for event in read(http, server)["events"]} == {"client"}


def test_the_tail_is_written_once_for_the_audit_entry_and_the_event(world):
    applications.suspend(world.application, reason="x", by=OPERATOR)
    statements_run: list[str] = []

    def watch(execute, sql, params, many_, context):
        statements_run.append(sql)
        return execute(sql, params, many_, context)

    with connection.execute_wrapper(watch):
        applications.revoke(world.application, reason="x", by=OPERATOR)
    writes = [sql for sql in statements_run if sql.startswith("UPDATE") and "oauth_tail" in sql]
    assert len(writes) == 1
    tail = Tail.objects.get(environment=ENVIRONMENT)
    assert tail.feed_n == 2
    assert tail.audit_n == AuditEntry.objects.filter(environment=ENVIRONMENT).count()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_numbered_outside_a_transaction():
    from oauth import tails  # noqa: PLC0415

    with pytest.raises(transaction.TransactionManagementError):
        tails.locked(ENVIRONMENT)


# --- Under concurrent writes ---


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_and_a_reader_misses_nothing(transactional_db, quick_rsa):
    keys.ensure(by=OPERATOR)
    writers, each = 8, 25
    over = threading.Event()

    def write(writer):
        try:
            for n in range(each):
                with transaction.atomic():
                    told = Announcement(feed.Kind.CLIENT, f"{writer}-{n}", feed.State.REVOKED)
                    feed.announce(told, environment=ENVIRONMENT)
                    # A slow one: its number is given, and it is not committed yet.
                    if n % 5 == writer % 5:
                        time.sleep(0.01)
        finally:
            connection.close()

    def follow():
        seen, after = [], ""
        try:
            while True:
                done = over.is_set()
                page = feed.read(ENVIRONMENT, after)
                seen += [(event["n"], event["id"]) for event in page.events]
                after = page.next
                if done and not page.events:
                    return seen
        finally:
            connection.close()

    with ThreadPoolExecutor(writers + 3) as pool:
        readers = [pool.submit(follow) for _ in range(3)]
        try:
            for future in [pool.submit(write, writer) for writer in range(writers)]:
                future.result()
        finally:
            over.set()
        for reader in readers:
            seen = reader.result()
            assert [n for n, _ in seen] == list(range(1, writers * each + 1))
            assert {name for _, name in seen} == {f"{writer}-{n}" for writer in range(writers) for n in range(each)}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_audit_entries_and_events_of_writers_at_once_have_no_gaps_and_nobody_deadlocks(transactional_db, quick_rsa):
    keys.ensure(by=OPERATOR)
    world = protocol.build()
    apps = [protocol.application(world.programmer) for _ in range(6)]

    def flip(app):
        try:
            for _ in range(5):
                applications.suspend(app, reason="x", by=OPERATOR)
                applications.reinstate(app, reason="x", as_tam=True, by=OPERATOR)
        finally:
            connection.close()

    def delete(n):
        try:
            many(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        for future in [*(pool.submit(flip, app) for app in apps), *(pool.submit(delete, n) for n in range(2))]:
            future.result()
    numbers = [event["n"] for event in feed.read(ENVIRONMENT).events]
    assert numbers == list(range(1, 6 * 5 * 2 + 20 + 1))
    entries = AuditEntry.objects.filter(environment=ENVIRONMENT).order_by("n").values_list("n", flat=True)
    assert list(entries) == list(range(1, len(entries) + 1))

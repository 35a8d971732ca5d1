"""One bucket per address over all of the protocol's paths."""

import itertools
import logging
import random
import socket
import time
from ipaddress import ip_network

import pytest
from django.conf import settings as process_settings

from oauth import throttling
from tests import protocol, standard
from tests.protocol import CONFIGURATION, FORM, JWKS, REGISTER, SCOPES, TOKEN, VALIDATE, check_enhanced, check_refusal

TOO_MANY = "Too many requests from this address. Wait as long as Retry-After says."
needs_redis = pytest.mark.skipif(not process_settings.REDIS_URL, reason="set REDIS_URL to a Redis server")
_addresses = itertools.count(random.SystemRandom().randrange(2**40))


def address():
    """An IPv6 network that no other test and no earlier run has used, for the buckets in Redis outlive a test."""
    n = next(_addresses)
    return f"2001:db8:{n >> 16 & 0xFFFF:x}:{n & 0xFFFF:x}::1"


class Clock:
    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def bucket(settings, monkeypatch):
    """The default bucket, in memory, under a clock that stands still."""
    settings.THROTTLE_BURST, settings.THROTTLE_RATE, settings.REDIS_URL = 11, 1.0, ""
    clock = Clock()
    monkeypatch.setattr(throttling.time, "monotonic", clock.monotonic)
    throttling.forget()
    return clock


def ask(http, path=SCOPES, peer="192.0.2.1", **environ):
    """A request that reaches the bucket: 401 where it passes."""
    return http.get(path, REMOTE_ADDR=peer, **environ)


def read_feed(http, client, after):
    return http.get("/oauth/revocations", {"after": after}, headers={"authorization": standard.of(client)})


def passes(http, tries=40, **environ):
    """How many of `tries` requests get past the bucket."""
    return sum(ask(http, **environ).status_code != 429 for _ in range(tries))


@pytest.mark.compliance("RFC 6585", "4")
def test_eleven_at_once_then_one_a_second(http, signing_keys, bucket):
    assert passes(http) == 11
    response = ask(http)
    check_refusal(response, "too_many_requests", TOO_MANY, 429)
    assert response["Retry-After"] == "1"
    bucket.now += 0.9
    assert passes(http) == 0
    bucket.now += 0.2
    assert passes(http) == 1
    bucket.now += 5
    assert passes(http) == 5
    bucket.now += 1000
    assert passes(http) == 11


def test_one_bucket_for_every_throttled_path_in_the_shape_of_each(http, signing_keys, bucket):
    for _ in range(11):
        ask(http)
    posts = (http.post(path, "x=y", content_type=FORM, REMOTE_ADDR="192.0.2.1") for path in (REGISTER, TOKEN))
    for response in (*posts, ask(http, VALIDATE), ask(http, SCOPES)):
        check_refusal(response, "too_many_requests", TOO_MANY, 429)
        assert response["Retry-After"] == "1"
    response = ask(http, CONFIGURATION)
    check_enhanced(response, 429, "too_many_requests", TOO_MANY)
    assert response["Retry-After"] == "1"


def test_what_is_refused_before_the_handler_takes_part_but_a_preflight_and_the_keys_do_not(http, signing_keys, bucket):
    for _ in range(11):
        ask(http)
    assert http.options(TOKEN, REMOTE_ADDR="192.0.2.1").status_code == 204
    assert [ask(http, JWKS).status_code for _ in range(20)] == [200] * 20
    assert http.get("/o/nothing", REMOTE_ADDR="192.0.2.1").status_code == 404
    assert ask(http).status_code == 429


def test_addresses_have_buckets_of_their_own(http, signing_keys, bucket):
    assert passes(http, peer="192.0.2.1") == 11
    assert passes(http, peer="192.0.2.2") == 11
    assert passes(http, peer="192.0.2.1") == 0


def test_an_ipv6_network_of_64_bits_is_one_address(http, signing_keys, bucket):
    assert passes(http, peer="2001:db8:1:2:aaaa::1") == 11
    assert passes(http, peer="2001:db8:1:2:bbbb:cccc:dddd:eeee") == 0
    assert passes(http, peer="2001:db8:1:3::1") == 11


def test_an_ipv4_address_in_ipv6_clothes_is_itself(http, signing_keys, bucket):
    assert passes(http, peer="::ffff:192.0.2.9") == 11
    assert passes(http, peer="192.0.2.9") == 0
    assert passes(http, peer="::ffff:192.0.2.10") == 11


@pytest.mark.parametrize("peer", ["", "unix:", "garbage"])
def test_what_is_no_address_shares_a_bucket(http, signing_keys, bucket, peer):
    assert passes(http, peer=peer) == 11
    assert passes(http, peer="other garbage") == 0


@pytest.mark.compliance("RFC 9700", "4.13")
def test_the_peer_counts_where_no_proxy_is_trusted_whatever_it_forwards(http, signing_keys, bucket):
    forwarded = (f"198.51.100.{n}" for n in itertools.count(1))
    assert sum(ask(http, HTTP_X_FORWARDED_FOR=next(forwarded)).status_code == 401 for _ in range(30)) == 11


def test_behind_trusted_proxies_the_rightmost_that_is_none_of_them_counts(http, signing_keys, bucket, settings):
    settings.TRUSTED_PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    chain = "203.0.113.7, 198.51.100.1, 10.9.9.9"
    assert passes(http, peer="10.0.0.1", HTTP_X_FORWARDED_FOR=chain) == 11
    # What stands left of it is the caller's own invention.
    assert passes(http, peer="10.0.0.2", HTTP_X_FORWARDED_FOR="203.0.113.8, 198.51.100.1") == 0
    assert passes(http, peer="fd00::1", HTTP_X_FORWARDED_FOR="198.51.100.1") == 0
    assert passes(http, peer="10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.2") == 11
    # A stranger who forwards is the stranger.
    assert passes(http, peer="198.51.100.1", HTTP_X_FORWARDED_FOR="203.0.113.9") == 0
    assert passes(http, peer="10.0.0.1") == 11
    assert passes(http, peer="10.0.0.1", HTTP_X_FORWARDED_FOR="10.0.0.2 , 10.0.0.3") == 11


def test_a_programmers_trusted_server_speaks_for_its_devices(http, signing_keys, bucket, settings):
    settings.THROTTLE_TRUSTED_CLIENTS = (ip_network("192.0.2.0/24"),)
    assert passes(http, HTTP_X_FORWARDED_FOR="203.0.113.1") == 11
    assert passes(http, HTTP_X_FORWARDED_FOR="203.0.113.2") == 11
    assert passes(http, HTTP_X_FORWARDED_FOR="203.0.113.2") == 0
    assert passes(http, peer="198.51.100.1", HTTP_X_FORWARDED_FOR="203.0.113.3") == 11
    assert passes(http, peer="198.51.100.1", HTTP_X_FORWARDED_FOR="203.0.113.4") == 0


def test_a_shared_network_has_a_larger_bucket(http, signing_keys, bucket, settings):
    settings.THROTTLE_TRUSTED_CLIENTS = (ip_network("192.0.2.0/24"),)
    assert passes(http, tries=130) == 110
    assert passes(http, peer="198.51.100.1") == 11


def test_a_trusted_server_behind_a_trusted_proxy_is_believed_too(http, signing_keys, bucket, settings):
    settings.TRUSTED_PROXIES = (ip_network("10.0.0.0/8"),)
    settings.THROTTLE_TRUSTED_CLIENTS = (ip_network("192.0.2.0/24"),)
    chain = "203.0.113.1, 192.0.2.7"
    assert passes(http, peer="10.0.0.1", HTTP_X_FORWARDED_FOR=chain) == 11
    assert passes(http, peer="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.2, 192.0.2.7") == 11
    assert passes(http, peer="10.0.0.1", HTTP_X_FORWARDED_FOR="garbage, 192.0.2.7", tries=130) == 110


def try_secret(http, client, secret, peer):
    body = f"grant_type=client_credentials&client_id={client['client_id']}&client_secret={secret}"
    return http.post(TOKEN, body, content_type=FORM, REMOTE_ADDR=peer).status_code


@pytest.mark.compliance("RFC 6749", "2.3.1")
def test_a_wrong_secret_costs_the_address_five_and_nobody_is_locked_out(http, world, bucket):
    client = protocol.registered(http, world)
    guesser, owner = "192.0.2.66", "192.0.2.1"
    assert [try_secret(http, client, "x", guesser) for _ in range(4)] == [400, 400, 400, 429]
    assert [try_secret(http, client, client["client_secret"], owner) for _ in range(11)] == [201] * 11
    bucket.now += 3
    # The last refusals did not deepen the debt: three seconds are three tokens.
    assert [try_secret(http, client, client["client_secret"], guesser) for _ in range(4)] == [201, 201, 201, 429]


def test_an_unknown_client_costs_as_much_as_a_wrong_secret(http, world, bucket):
    assert [try_secret(http, {"client_id": "nobody"}, "x", "192.0.2.66") for _ in range(4)] == [400, 400, 400, 429]


@pytest.mark.parametrize("ask_with", [standard.revoke, read_feed])
def test_a_wrong_secret_costs_five_where_requests_cost_nothing_too(http, world, bucket, ask_with):
    client = standard.registered(http, world)
    bucket.now += 11
    for _ in range(2):
        assert ask_with(http, {**client, "client_secret": "x"}, "").status_code == 401
    assert passes(http, peer="127.0.0.1") == 1


def test_it_can_be_turned_off(http, signing_keys, bucket, settings):
    settings.THROTTLE_ENABLED = False
    assert passes(http) == 40


def test_the_number_of_buckets_is_bounded_and_the_oldest_goes(http, signing_keys, bucket, monkeypatch):
    monkeypatch.setattr(throttling, "MOST_BUCKETS", 3)
    for n in range(1, 6):
        ask(http, peer=f"192.0.2.{n}")
    assert list(throttling._buckets) == ["192.0.2.3", "192.0.2.4", "192.0.2.5"]


# --- Redis ---


@pytest.fixture
def redis_at(settings, monkeypatch):
    """Throttle through the Redis of a URL, with a script object that is new. One that is there may take its time."""

    def use(url):
        if url == process_settings.REDIS_URL:
            monkeypatch.setattr(throttling, "_PATIENCE", 10.0)
        settings.THROTTLE_BURST, settings.THROTTLE_RATE, settings.REDIS_URL = 11, 0.001, url
        throttling._script.cache_clear()
        throttling.forget()

    yield use
    throttling._script.cache_clear()


def test_a_redis_that_is_down_lets_the_request_pass_and_says_so(http, signing_keys, redis_at, caplog):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    redis_at(f"redis://127.0.0.1:{port}/0")
    caplog.set_level(logging.WARNING, "oauth.throttling")
    assert passes(http, tries=15) == 15
    said = [record for record in caplog.records if record.name == "oauth.throttling"]
    assert [record.getMessage() for record in said] == ["throttle failed open"] * 15
    first = said[0].fields["n"]
    assert said[0].fields == {"error": "ConnectionError", "n": first}
    assert [record.fields["n"] for record in said] == list(range(first, first + 15))


def test_a_redis_that_does_not_answer_is_asked_once_a_second(http, signing_keys, redis_at, caplog, monkeypatch):
    """One attempt of 50 ms. Should the library begin to retry by default, a request would wait several times that, and
    with each request waiting a worker would answer twenty a second.
    """
    assert throttling._REST == 1
    monkeypatch.setattr(throttling, "_REST", 60.0)  # however long fifteen requests take
    with socket.create_server(("127.0.0.1", 0)) as silent:
        redis_at(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        assert passes(http, tries=15) == 15
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()
        assert [record.getMessage() for record in caplog.records].count("throttle failed open") == 15
        throttling._away.until = 0.0
        assert ask(http).status_code == 401
        silent.accept()[0].close()


@needs_redis
def test_with_redis_eleven_at_once_and_an_answer_that_says_when(http, signing_keys, redis_at):
    redis_at(process_settings.REDIS_URL)
    peer = address()
    assert passes(http, peer=peer) == 11
    response = ask(http, peer=peer)
    check_refusal(response, "too_many_requests", TOO_MANY, 429)
    assert response["Retry-After"] == "1"
    assert passes(http, peer=address()) == 11


@needs_redis
def test_with_redis_two_processes_share_a_bucket(http, signing_keys, redis_at):
    peer = address()
    redis_at(process_settings.REDIS_URL)
    assert passes(http, peer=peer, tries=6) == 6
    throttling.forget()
    redis_at(process_settings.REDIS_URL)
    assert passes(http, peer=peer) == 5


@needs_redis
def test_with_redis_a_bucket_refills_and_is_forgotten_when_full(http, signing_keys, redis_at, settings):
    redis_at(process_settings.REDIS_URL)
    settings.THROTTLE_RATE = 20.0
    peer = address()
    assert passes(http, peer=peer, tries=11) == 11
    time.sleep(0.3)
    assert passes(http, peer=peer, tries=5) == 5
    import redis  # noqa: PLC0415

    server = redis.Redis.from_url(process_settings.REDIS_URL)
    key = f"{throttling.PREFIX}:{peer.removesuffix('1')}"
    assert 0 < server.pttl(key) <= 1550
    server.close()


@needs_redis
def test_with_redis_a_wrong_secret_costs_five(http, world, redis_at):
    client = protocol.registered(http, world)
    redis_at(process_settings.REDIS_URL)
    peer = address()
    assert [try_secret(http, client, "x", peer) for _ in range(4)] == [400, 400, 400, 429]
    assert try_secret(http, client, client["client_secret"], address()) == 201

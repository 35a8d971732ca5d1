"""A token bucket per address over all of the protocol's paths: `THROTTLE_BURST` tokens, `THROTTLE_RATE` a second.

Shared through Redis where `REDIS_URL` is set; per process otherwise. A Redis that does not answer within 50 ms lets the
request pass, and so those of the next second, since each try holds a worker; the log says so of each.
"""

import logging
import time
from dataclasses import dataclass
from functools import cache, lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any

import redis
from django.conf import settings

from oauth.errors import TooManyRequests

# What a wrong secret costs. It is taken from the address, never from the client, so that nobody can lock one out.
WRONG_SECRET = 5
SHARED_NETWORK_FACTOR = 10
MOST_BUCKETS = 1_000_000
PREFIX = "tve-throttle"
_logger = logging.getLogger("oauth.throttling")
_buckets: dict[str, tuple[float, float]] = {}
_REST = 1.0  # seconds in which a Redis that did not answer is not asked again
_PATIENCE = 0.05


@dataclass
class _Away:
    """How often Redis did not answer this process, and until when it is left alone."""

    times: int = 0
    until: float = 0.0


_away = _Away()

_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local burst, rate, cost, force = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
local tokens = burst
if bucket[1] then tokens = math.min(burst, tonumber(bucket[1]) + (now - tonumber(bucket[2])) * rate) end
local passed = tokens >= cost or force
if passed then tokens = math.max(tokens - cost, 0) end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate * 1000) + 1000)
return passed and 1 or 0
"""


def take(meta: dict[str, Any], *, cost: int = 1, force: bool = False) -> None:
    """Take `cost` tokens from the address's bucket. Raises TooManyRequests where it holds fewer, unless forced."""
    if not settings.THROTTLE_ENABLED:
        return
    address, factor = _address(meta)
    burst = settings.THROTTLE_BURST * factor
    rate = settings.THROTTLE_RATE * factor
    taken = _from_redis if settings.REDIS_URL else _from_memory
    if not taken(address, burst, rate, cost, force=force):
        raise TooManyRequests


def forget() -> None:
    """Fill every bucket of this process, and ask Redis again (a test begins)."""
    _buckets.clear()
    _away.until = 0.0


def address_of(meta: dict[str, Any]) -> str:
    """The address that a request is counted under, for those who count elsewhere (sign-in)."""
    return _address(meta)[0]


def _from_memory(address: str, burst: float, rate: float, cost: int, *, force: bool) -> bool:
    now = time.monotonic()
    tokens, then = _buckets.pop(address, (burst, now))
    tokens = min(burst, tokens + (now - then) * rate)
    passed = tokens >= cost or force
    if passed:
        tokens = max(tokens - cost, 0.0)
    _buckets[address] = (tokens, now)
    if len(_buckets) > MOST_BUCKETS:
        _buckets.pop(next(iter(_buckets)), None)
    return passed


def _from_redis(address: str, burst: float, rate: float, cost: int, *, force: bool) -> bool:
    why = "not asked again yet"
    if time.monotonic() >= _away.until:
        try:
            return bool(_script()(keys=[f"{PREFIX}:{address}"], args=[burst, rate, cost, int(force)]))
        except redis.RedisError as error:
            why, _away.until = type(error).__name__, time.monotonic() + _REST
    _away.times += 1
    _logger.warning("throttle failed open", extra={"fields": {"error": why, "n": _away.times}})
    return True


@cache
def _script() -> Any:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)
    return client.register_script(_SCRIPT)


def _address(meta: dict[str, Any]) -> tuple[str, int]:
    """The bucket of a request, and by how much it is larger than usual.

    The peer; behind a trusted proxy the rightmost forwarded address that is no proxy of ours; behind a programmer's
    trusted server the device that it speaks for.
    """
    peer = meta.get("REMOTE_ADDR", "")
    if not settings.TRUSTED_PROXIES and not settings.THROTTLE_TRUSTED_CLIENTS:
        return _bucket(peer), 1
    forwarded = [entry.strip() for entry in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if entry.strip()]
    while forwarded and _within(peer, settings.TRUSTED_PROXIES):
        peer = forwarded.pop()
    if _within(peer, settings.THROTTLE_TRUSTED_CLIENTS):
        if forwarded and _bucket(forwarded[-1]) != "?":
            return _bucket(forwarded[-1]), 1
        return _bucket(peer), SHARED_NETWORK_FACTOR
    return _bucket(peer), 1


@lru_cache(maxsize=10_000)
def _bucket(address: str) -> str:
    """An IPv4 address, or an IPv6 /64; `?` for what is neither."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "?"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


def _within(address: str, networks: tuple[Any, ...]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)

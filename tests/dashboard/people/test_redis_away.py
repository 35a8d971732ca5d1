import pytest
from django.core.cache import caches
from django.test import Client

from tests.cast import PASSWORD

AWAY = {
    "default": {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    }
}


@pytest.mark.django_db
def test_a_redis_that_is_away_keeps_nobody_out_and_is_told_in_the_log(settings, victor, caplog):
    settings.CACHES = AWAY
    response = Client().post("/accounts/login/", {"login": victor.email, "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert "cache away" in caplog.text


def test_a_cache_that_is_away_remembers_nothing(settings):
    settings.CACHES = AWAY
    cache = caches["default"]
    cache.set("key", 1)
    assert cache.get("key", "nothing") == "nothing"
    assert cache.add("key", 1) is True
    assert cache.delete("key") is False

"""What a process remembers must not be anybody's to fill."""

from django.test import RequestFactory

from oauth.middleware import ProtocolMiddleware


def nobody(request):
    raise AssertionError("a path of the protocol reached the dashboard")


def test_only_paths_that_could_be_somebodys_are_remembered(db):
    middleware = ProtocolMiddleware(nobody)
    ask = RequestFactory()
    assert middleware(ask.get("/o/client/register/", headers={"host": "localhost"})).status_code == 405
    assert middleware.remembered.cache_info().currsize == 1
    for number in range(3):
        answer = middleware(ask.get(f"/o/{number}{'a' * 60_000}", headers={"host": "localhost"}))
        assert answer.status_code == 404
    assert middleware.remembered.cache_info().currsize == 1
    long = f"/api/v2/{'a' * 60_000}/configuration"
    assert middleware(ask.get(long, headers={"host": "localhost"})).status_code == 401

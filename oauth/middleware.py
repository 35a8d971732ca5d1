"""The protocol's short cut: its paths skip the dashboard's middleware and are resolved in a urlconf of their own."""

import os
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver

PREFIXES = ("/o/", "/oauth/", "/api/", "/.well-known/")
# Nobody's path is longer: remembering those would let anybody fill the memory, 64 KiB at a time.
_REMEMBERED_MOST = 256


class ProtocolMiddleware:
    """Stands first in the list. Gives every request an id of ours, which the answer's `X-Request-Id` tells."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.resolve = get_resolver(settings.PROTOCOL_URLCONF).resolve
        self.remembered = lru_cache(maxsize=1024)(self.resolve)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = os.urandom(16).hex()
        request.request_id = request_id  # type: ignore[attr-defined]
        if request.path_info.startswith(PREFIXES):
            # The urlconf ends with a pattern that matches everything, so this never raises Resolver404.
            path = request.path_info
            match = (self.remembered if len(path) <= _REMEMBERED_MOST else self.resolve)(path)
            response: HttpResponse = match.func(request, *match.args, **match.kwargs)
            return response
        response = self.get_response(request)
        response.headers["X-Request-Id"] = request_id
        return response

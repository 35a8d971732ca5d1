"""The base of the protocol's endpoints: a DRF view whose dispatch is ours, small enough to read on one page.

No negotiation, parser or throttle of DRF's: they cost 190 microseconds, answer deep JSON with a 500 and let repeated
members pass. Public by design: these endpoints know no people, no cookies and no CSRF.
"""

import hashlib
import json
import logging
import re
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from rest_framework.views import APIView

from oauth import bodies, enhanced, environments, errors, logs, throttling
from oauth.dialects import TVE, Dialect

_logger = logging.getLogger("oauth.endpoint")
_HOST = re.compile(r"(?P<name>[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?\Z")
_HEADER_NAMES = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+(\s*,\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+)*\Z")
_HEADER_MOST = 16 * 1024
EXPOSED = "Retry-After, WWW-Authenticate, ETag, X-Request-Id"


class Endpoint(APIView):
    """One URL of the protocol. Subclasses write `get` or `post`, which return a response or raise ProtocolError."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    dialect: ClassVar[Dialect] = TVE
    is_throttled: ClassVar[bool] = True
    enhanced_errors: ClassVar[bool] = False
    methods: ClassVar[tuple[str, ...]] = ()
    """The methods that it takes, beside OPTIONS, and HEAD where GET is one."""

    environment: str
    request_id: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Answer, always in JSON and never with a stack trace; then say in one log line what was answered."""
        started = time.perf_counter()
        self.request_id = request.request_id  # type: ignore[attr-defined]
        self.environment = ""
        self.subject: dict[str, Any] = {}
        outcome = "ok"
        try:
            response = self._answer(request, **kwargs)
        except errors.ProtocolError as error:
            outcome, response = error.error, self.render_error(error)
        except enhanced.EnhancedError as error:
            outcome, response = error.code, self.render_enhanced(error)
        except (OperationalError, InterfaceError) as error:
            _logger.error(  # noqa: TRY400  (the driver's trace holds the statement's parameters)
                "database unavailable", extra={"fields": {"request_id": self.request_id, "error": type(error).__name__}}
            )
            outcome, response = "temporarily_unavailable", self.render_error(errors.TemporarilyUnavailable())
        except Exception as error:  # noqa: BLE001  (the last resort: still an answer in JSON)
            fields = {"request_id": self.request_id, "error": type(error).__name__, "trace": logs.trace_of(error)}
            _logger.error("unexpected", extra={"fields": fields})  # noqa: TRY400
            outcome, response = "server_error", self.render_error(errors.ServerError())
        if not bodies.drain(request):
            response.headers["Connection"] = "close"
        self._log(response, outcome, started)
        return response

    def _answer(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.environment = self._environment(request)
        # Django upper-cases the method; RFC 9110 section 9.1 says that it is case-sensitive.
        method = request.META["REQUEST_METHOD"]
        if method == "OPTIONS" and self.methods:
            return self._preflight(request)
        if method not in self._allowed():
            if not self.methods:
                raise errors.NotFound
            raise errors.MethodNotAllowed(Allow=", ".join((*self._allowed(), "OPTIONS")))
        if self.is_throttled:
            throttling.take(request.META)
        handler = getattr(self, "get" if method == "HEAD" else method.lower())
        response: HttpResponse = handler(request, **kwargs)
        return response

    def _allowed(self) -> tuple[str, ...]:
        return (*self.methods, "HEAD") if "GET" in self.methods else self.methods

    def _environment(self, request: HttpRequest) -> str:
        meta = request.META
        for name, value in meta.items():
            if name.startswith(("HTTP_", "CONTENT_")) and len(value) > _HEADER_MOST:
                raise errors.HeaderTooLarge(Connection="close")
        host = _HOST.match(meta.get("HTTP_HOST", ""))
        if host is None:
            raise errors.InvalidRequest("The Host header is missing or not a host name.")
        environment = environments.for_host(host["name"].lower().rstrip("."))
        if environment is None:
            raise errors.Misdirected
        return environment

    def _preflight(self, request: HttpRequest) -> HttpResponse:
        """CORS: answered without touching the database or a bucket."""
        methods = ", ".join((*self._allowed(), "OPTIONS"))
        response = self._response(b"", 204)
        response.headers["Allow"] = response.headers["Access-Control-Allow-Methods"] = methods
        response.headers["Access-Control-Max-Age"] = "600"
        asked = request.META.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
        if _HEADER_NAMES.match(asked):
            response.headers["Access-Control-Allow-Headers"] = asked
        del response.headers["Content-Type"]
        return response

    # --- Answers ---

    def answer(self, members: dict[str, Any], status: int = 200, **headers: str) -> HttpResponse:
        """A JSON object. Members that are None are a defect: the wire leaves them out."""
        response = self._response(json.dumps(members, separators=(",", ":")).encode(), status)
        for name, value in headers.items():
            response.headers[name.replace("_", "-")] = value
        return response

    def cacheable(
        self, request: HttpRequest, *, of: bytes, cache_control: str, make: Callable[[], HttpResponse]
    ) -> HttpResponse:
        """What `make` makes, with an ETag over `of`; 304 to who has it already (RFC 9110 section 13.1.2)."""
        etag = f'"{hashlib.sha256(of).hexdigest()[:32]}"'
        known = {tag.strip().removeprefix("W/") for tag in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")}
        if known & {etag, "*"}:
            response = self._response(b"", 304)
            del response.headers["Content-Length"], response.headers["Content-Type"]
        else:
            response = make()
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = cache_control
        del response.headers["Pragma"]
        return response

    def render_error(self, error: errors.ProtocolError) -> HttpResponse:
        """The one renderer of OAuth errors (RFC 6749 section 5.2), and of the same under the protected API."""
        status = self.dialect.statuses.get(error.error, error.status)
        if self.enhanced_errors:
            members = enhanced.body(
                action="none", status=status, code=error.error, message=error.description, trace=self.request_id
            )
        else:
            members = {"error": error.error, "error_description": error.description}
        response = self.answer(members, status, **error.headers)
        if error.error in self.dialect.challenges:
            response.headers.setdefault("WWW-Authenticate", self.dialect.challenges[error.error])
        return response

    def render_enhanced(self, error: enhanced.EnhancedError) -> HttpResponse:
        members = enhanced.body(
            action=error.action, status=error.status, code=error.code, message=error.message, trace=self.request_id
        )
        response = self.answer(members, error.status)
        if error.challenge:
            response.headers["WWW-Authenticate"] = error.challenge
        return response

    def _response(self, content: bytes, status: int) -> HttpResponse:
        response = HttpResponse(content, content_type="application/json", status=status)
        headers = response.headers
        headers["Cache-Control"] = "no-store"
        headers["Pragma"] = "no-cache"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Request-Id"] = self.request_id
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = EXPOSED
        if status != 204:
            headers["Content-Length"] = str(len(content))
        return response

    def _log(self, response: HttpResponse, outcome: str, started: float) -> None:
        if not logs.requests.isEnabledFor(logging.INFO):
            return
        fields = {
            "request_id": self.request_id,
            "environment": self.environment,
            "endpoint": type(self).__name__,
            "status": response.status_code,
            "outcome": outcome,
            "ms": round((time.perf_counter() - started) * 1000, 2),
            **self.subject,
        }
        logs.requests.info("request", extra={"fields": fields})


class Nothing(Endpoint):
    """Whatever else is asked under the protocol's prefixes: 404, in JSON, whatever `Accept` says."""


class NothingOfTheAPI(Nothing):
    """The same below `/api/`, where an error has six members."""

    enhanced_errors = True

"""The one parser of request bodies. What it does not like is a 400 with a reason, quickly, and nothing is stored."""

import json
from typing import Any, NoReturn
from urllib.parse import unquote_plus

from django.http import HttpRequest

from oauth.errors import InvalidRequest, PayloadTooLarge

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
LIMIT = 64 * 1024
MAX_DEPTH = 32
MAX_FIELDS = 1_000
MAX_DIGITS = 400
_TOO_DEEP = "The JSON is nested too deeply."


class Malformed(InvalidRequest):
    """The body could be read but not parsed: the standard dialect has words of its own for it."""


def read(request: HttpRequest) -> bytes:
    """The whole body, at most 64 KiB, counted while reading.

    Raises InvalidRequest for a coded or truncated body, PayloadTooLarge for a large one.
    """
    meta = request.META
    if meta.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in {"", "identity"}:
        raise InvalidRequest("Content-Encoding is not supported. Send the body as it is.")
    announced = _announced(meta)
    if announced is not None and announced > LIMIT:
        raise PayloadTooLarge(Connection="close")
    stream = meta["wsgi.input"]
    if announced is None:
        if "HTTP_TRANSFER_ENCODING" not in meta:
            return b""
        if meta["HTTP_TRANSFER_ENCODING"].strip().lower() != "chunked":
            raise InvalidRequest("Transfer-Encoding must be chunked, and nothing else.")
        # Said before reading: what goes wrong from here on must not read a second time, and wait for a stalled sender.
        meta["oauth.body_read"] = True
        body = stream.read(LIMIT + 1)
        if len(body) > LIMIT:
            raise PayloadTooLarge(Connection="close")
    else:
        meta["oauth.body_read"] = True
        body = stream.read(announced) if announced else b""
        if len(body) != announced:
            raise InvalidRequest("The body is shorter than its Content-Length.")
    return bytes(body)


def drain(request: HttpRequest) -> bool:
    """Read what was announced and not read, so that a kept-open connection survives a refusal.

    False where it is too much to read, or of no known length, and the answer must say `Connection: close`.
    """
    meta = request.META
    if meta.get("oauth.body_read"):
        return True
    try:
        announced = _announced(meta)
    except InvalidRequest:
        return False
    if announced is None:
        return "HTTP_TRANSFER_ENCODING" not in meta or len(meta["wsgi.input"].read(LIMIT + 1)) <= LIMIT
    if announced > LIMIT:
        return False
    if announced:
        meta["wsgi.input"].read(announced)
    return True


def _announced(meta: dict[str, Any]) -> int | None:
    text = meta.get("CONTENT_LENGTH") or ""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise InvalidRequest("Content-Length is not a number.")
    return int(text)


def content_type(request: HttpRequest) -> str:
    """The media type in lower case, without parameters; empty where none was sent."""
    header: str = request.META.get("CONTENT_TYPE", "")
    return header.partition(";")[0].strip().lower()


def parse_json(body: bytes) -> dict[str, Any]:
    """A JSON object (RFC 8259), strictly: UTF-8, no BOM, no duplicate members, NaN, NUL or surrogates; depth 32.

    Raises Malformed.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("The body is not UTF-8.") from None
    if not text.strip():
        raise Malformed("The body is empty. Send a JSON object.")
    if text[0] == "\ufeff":
        raise Malformed("The body begins with a byte order mark. Send plain UTF-8.")
    value = load_json(text)
    if not isinstance(value, dict):
        raise Malformed("The body must be a JSON object.")
    return value


def load_json(text: str) -> Any:
    """Any JSON value, with the strictness of `parse_json`. Raises Malformed."""
    opened = text.count("[") + text.count("{")  # at least as many as nest
    if opened > MAX_FIELDS:
        raise Malformed("The JSON has too many objects and arrays.")
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=_integer, parse_float=_float
        )
    except RecursionError:
        raise Malformed(_TOO_DEEP) from None
    except ValueError as error:
        if isinstance(error.__cause__, Malformed):
            raise error.__cause__ from None
        raise Malformed("The body is not valid JSON.") from None
    if opened > MAX_DEPTH:
        _check_depth(value)
    if "\\u" in text:
        _check_strings(value)
    return value


def parse_form(body: bytes) -> dict[str, str]:
    """An `application/x-www-form-urlencoded` body; every parameter at most once (RFC 6749 section 3.2).

    Raises Malformed.
    """
    form: dict[str, str] = {}
    try:
        text = body.decode("utf-8")
        if text.count("&") >= MAX_FIELDS:
            raise Malformed("The body has too many parameters.")
        for pair in filter(None, text.split("&")):
            name, _, value = pair.partition("=")
            if "%" in pair or "+" in pair:
                name, value = unquote_plus(name, errors="strict"), unquote_plus(value, errors="strict")
            if "\0" in name or "\0" in value:
                raise Malformed("A parameter holds a NUL character.")
            if name in form:
                raise Malformed("A parameter was sent more than once.")
            form[name] = value
    except UnicodeDecodeError:
        raise Malformed("The body is not UTF-8.") from None
    return form


def parse_query(request: HttpRequest) -> dict[str, str]:
    """The parameters in the URL, by the rules of `parse_form`."""
    query: str = request.META.get("QUERY_STRING", "")
    return parse_form(query.encode("latin-1", "replace")) if query else {}


def _check_depth(value: Any) -> None:
    level, depth = [value], 0
    while level := [each for each in level if isinstance(each, dict | list)]:
        depth += 1
        if depth > MAX_DEPTH:
            raise Malformed(_TOO_DEEP)
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_FIELDS:
        _refuse("An object has too many members.")
    members = dict(pairs)
    if len(members) != len(pairs):
        _refuse("A member was sent more than once.")
    return members


def _no_constant(_: str) -> NoReturn:
    _refuse("NaN and Infinity are not JSON.")


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        _refuse("A number has too many digits.")
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        _refuse("A number is too large.")
    return value


def _refuse(description: str) -> NoReturn:
    raise ValueError from Malformed(description)


def _check_strings(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise Malformed("A string holds a NUL character.")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise Malformed("A string holds half a surrogate pair.")
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_strings(name)
            _check_strings(member)
    elif isinstance(value, list):
        for member in value:
            _check_strings(member)

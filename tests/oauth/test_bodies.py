"""The one parser of bodies: what it takes, what it refuses, and the hostile list at the door."""

import base64
import io
import json
import logging
import math
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oauth import bodies
from oauth.errors import InvalidRequest
from tests import protocol
from tests.protocol import FORM, REGISTER, TOKEN, check_refusal

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
)
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=5))
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=6)
NEARLY_JSON = st.text('{}[]",:\\u0d8eE+-.1 9\ntrufalsn\ufeff\0\ud800NaI', max_size=60)


def depth(value):
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@given(OBJECTS, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_valid_json_is_what_the_library_says(value, ascii_only, indent):
    if depth(value) <= bodies.MAX_DEPTH:
        text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
        assert bodies.parse_json(text.encode()) == json.loads(text) == value


@settings(max_examples=300)
@given(st.binary(max_size=80) | NEARLY_JSON.map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b'{"a":"\\ud800"}')
@example(b'{"a":"\\ud83d\\ude00"}')
@example(b"\xef\xbb\xbf{}")
@example(b"[" * 5000)
@example(b'{"a":' * 5000)
@example(b"9" * 6000)
@example(b"]" * 40 + b"[" * 80)
@example(b'"' + b"[" * 80)
@example(b'\\"[[' * 40)
def test_any_octets_are_an_object_or_a_refusal(body):
    try:
        value = bodies.parse_json(body)
    except InvalidRequest as error:
        refused = error
    else:
        refused = None
    if refused:
        assert (refused.error, refused.status, refused.description.isascii()) == ("invalid_request", 400, True)
        return
    assert value == json.loads(body.decode())
    assert isinstance(value, dict)
    assert "\0" not in str(value)


@given(st.integers(1, 40), st.sampled_from(["[]", '{"a":}']))
def test_32_levels_are_read_and_no_more(levels, kind):
    opening, closing = ("[", "]") if kind == "[]" else ('{"a":', "}")
    text = '{"x":' + opening * levels + "1" + closing * levels + "}"
    if levels + 1 <= bodies.MAX_DEPTH:
        assert bodies.parse_json(text.encode()) == json.loads(text)
    else:
        with pytest.raises(bodies.Malformed):
            bodies.parse_json(text.encode())


@pytest.mark.compliance("RFC 7519", "4")
@given(OBJECTS.filter(bool))
def test_a_member_that_is_sent_twice_is_refused_at_any_depth(value):
    name = next(iter(value))
    twice = json.dumps(value)[:-1] + "," + json.dumps({name: 1})[1:]
    for text in (twice, f'{{"deep":[{twice}]}}'):
        with pytest.raises(bodies.Malformed):
            bodies.parse_json(text.encode())


@given(st.floats() | st.sampled_from([math.inf, -math.inf, math.nan]))
def test_numbers_are_finite(number):
    body = json.dumps({"n": number}).encode()
    if math.isfinite(number):
        assert bodies.parse_json(body) == {"n": number}
    else:
        with pytest.raises(bodies.Malformed):
            bodies.parse_json(body)


FIELDS = st.dictionaries(NAMES, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), max_size=8)


@given(FIELDS)
def test_a_form_is_what_the_library_says(fields):
    assert bodies.parse_form(urlencode(fields).encode()) == fields


@settings(max_examples=300)
@given(st.binary(max_size=80) | st.text("ab=&%+0fFeEdD;\0\u00e9", max_size=60).map(str.encode))
@example(b"%FF")
@example(b"a=%00")
@example(b"a=%ED%A0%80")
@example(b"&".join(b"a%d=" % n for n in range(1001)))
def test_any_octets_are_a_form_or_a_refusal(body):
    try:
        form = bodies.parse_form(body)
    except InvalidRequest as error:
        refused = error
    else:
        refused = None
    if refused:
        assert (refused.error, refused.status) == ("invalid_request", 400)
        return
    assert list(form.items()) == parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    assert "\0" not in str(form)


def test_a_thousand_fields_are_read_and_no_more():
    fields = [f"f{n}=x" for n in range(1001)]
    assert len(bodies.parse_form("&".join(fields[:1000]).encode())) == 1000
    with pytest.raises(bodies.Malformed, match="too many"):
        bodies.parse_form("&".join(fields).encode())


# --- The hostile list, at the door ---

NOT_UTF8 = "The body is not UTF-8."
BOM = "The body begins with a byte order mark. Send plain UTF-8."
NOT_OBJECT = "The body must be a JSON object."
NOT_JSON = "The body is not valid JSON."
DEEP = "The JSON is nested too deeply."
CROWDED = "The JSON has too many objects and arrays."
DIGITS = "A number has too many digits."
NAN = "NaN and Infinity are not JSON."
TWICE = "A member was sent more than once."
SURROGATE = "A string holds half a surrogate pair."
NUL = "A string holds a NUL character."
EMPTY = "The body is empty. Send a JSON object."

GOOD = b'"software_statement":"a.b.c"'
HOSTILE_JSON = {
    "5,000 arrays deep": (b'{"x":' + b"[" * 5000 + b"]" * 5000 + b"," + GOOD + b"}", CROWDED),
    "5,000 objects deep": (b'{"x":' * 5000 + b"1" + b"}" * 5000, CROWDED),
    "995 arrays deep": (b'{"x":' + b"[" * 995 + b"]" * 995 + b"," + GOOD + b"}", DEEP),
    "1,000 objects beside each other": (b'{"x":[' + b"{}," * 1000 + b"1]," + GOOD + b"}", CROWDED),
    "30,000 open brackets": (b"[" * 30_000, CROWDED),
    "33 deep": (b'{"x":' + b"[" * 32 + b"]" * 32 + b"}", DEEP),
    "6,000 digits": (b'{"x":' + b"9" * 6000 + b"}", DIGITS),
    "6,000 digits, negative": (b'{"x":-' + b"9" * 6000 + b"}", DIGITS),
    "60,000 digits": (b'{"x":' + b"1" * 60_000 + b"}", DIGITS),
    "1e400": (b'{"x":1e400}', "A number is too large."),
    "invalid UTF-8": (b'{"x":"\xff"}', NOT_UTF8),
    "an encoded surrogate": (b'{"x":"\xed\xa0\x80"}', NOT_UTF8),
    "an overlong slash": (b'{"x":"\xc0\xaf"}', NOT_UTF8),
    "UTF-16": ('{"x":1}'.encode("utf-16"), NOT_UTF8),
    "UTF-16 without its mark": ('{"x":1}'.encode("utf-16-le"), NOT_JSON),
    "UTF-32": ('{"x":1}'.encode("utf-32-be"), NOT_JSON),
    "a byte order mark": (b"\xef\xbb\xbf{" + GOOD + b"}", BOM),
    "an array": (b"[" + b"{" + GOOD + b"}]", NOT_OBJECT),
    "a string": (b'"software_statement"', NOT_OBJECT),
    "a number": (b"7", NOT_OBJECT),
    "null": (b"null", NOT_OBJECT),
    "true": (b"true", NOT_OBJECT),
    "NaN": (b'{"x":NaN}', NAN),
    "Infinity": (b'{"x":-Infinity}', NAN),
    "a lone surrogate": (b'{"x":"\\ud800"}', SURROGATE),
    "a lone low surrogate": (b'{"x":"\\udc00\\ud800"}', SURROGATE),
    "a lone surrogate as a name": (b'{"\\ud800":1}', SURROGATE),
    "a lone surrogate, deep": (b'{"x":[{"y":["\\ud800"]}]}', SURROGATE),
    "an escaped NUL": (b'{"x":"\\u0000"}', NUL),
    "a NUL as a name": (b'{"\\u0000":1}', NUL),
    "a raw NUL": (b'{"x":"\0"}', NOT_JSON),
    "a raw line break in a string": (b'{"x":"\r\n"}', NOT_JSON),
    "a duplicate member": (b"{" + GOOD + b"," + GOOD + b"}", TWICE),
    "a duplicate member, escaped": (b'{"a":1,"\\u0061":2}', TWICE),
    "a duplicate member, deep": (b'{"x":[{"a":1,"a":1}]}', TWICE),
    "nothing": (b"", EMPTY),
    "spaces": (b" \r\n", EMPTY),
    "two objects": (b"{}{}", NOT_JSON),
    "a trailing comma": (b'{"x":1,}', NOT_JSON),
    "a comment": (b"{/* */}", NOT_JSON),
    "single quotes": (b"{'x':1}", NOT_JSON),
    "half an object": (b'{"x":', NOT_JSON),
    "a form": (b"software_statement=x", NOT_JSON),
}


@pytest.fixture
def quiet(world, caplog):
    """Nothing is stored of what follows, and the log says no more than ids."""
    before = protocol.counts()
    caplog.set_level(logging.DEBUG)
    yield world
    assert protocol.counts() == before
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    allowed = {"request_id", "environment", "endpoint", "status", "outcome", "ms", "client_id", "software_id"}
    for record in caplog.records:
        assert not record.name.startswith("oauth") or set(getattr(record, "fields", {})) <= allowed


@pytest.mark.parametrize("case", HOSTILE_JSON)
def test_hostile_json_at_register_is_a_400(http, quiet, case):
    body, description = HOSTILE_JSON[case]
    environ = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json"}
    check_refusal(http.generic("POST", REGISTER, **environ), "invalid_request", description)


REPEATED = "A parameter was sent more than once."
MANY = "The body has too many parameters."
HOSTILE_FORMS = {
    "a repeated parameter": (b"client_id=a&client_id=a", REPEATED),
    "a repeated parameter, escaped": (b"client_id=a&client%5Fid=a", REPEATED),
    "a repeated empty parameter": (b"scope=&scope=", REPEATED),
    "%FF": (b"client_id=%FF", NOT_UTF8),
    "%FF as a name": (b"%FF=x", NOT_UTF8),
    "raw octets": (b"client_id=\xff", NOT_UTF8),
    "an encoded surrogate": (b"client_id=%ED%A0%80", NOT_UTF8),
    "an encoded NUL": (b"client_id=a%00", "A parameter holds a NUL character."),
    "a raw NUL": (b"client_id=a\0", "A parameter holds a NUL character."),
    "a NUL as a name": (b"%00=x", "A parameter holds a NUL character."),
    "1,001 fields": (b"&".join(b"f%d=" % n for n in range(1001)), MANY),
    "20,000 separators": (b"&" * 20_000, MANY),
}


@pytest.mark.parametrize("path", [TOKEN, REGISTER])
@pytest.mark.parametrize("case", HOSTILE_FORMS)
def test_a_hostile_form_is_a_400(http, quiet, path, case):
    body, description = HOSTILE_FORMS[case]
    check_refusal(http.generic("POST", path, body, content_type=FORM), "invalid_request", description)


def test_a_multipart_body_is_a_400(http, quiet):
    fields = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}
    check_refusal(
        http.post(TOKEN, fields),
        "invalid_request",
        "Send a form: the Content-Type must be application/x-www-form-urlencoded.",
    )
    check_refusal(
        http.post(REGISTER, {"software_statement": quiet.text}),
        "invalid_request",
        "Send a JSON object: the Content-Type must be application/json.",
    )


@pytest.mark.parametrize("size", [256, 2001, 30_000, 60_000])
def test_values_that_are_over_long_are_refused(http, quiet, size):
    long = "x" * size
    body = urlencode({"grant_type": "client_credentials", "client_id": long, "client_secret": "y"})
    assert http.post(TOKEN, body, content_type=FORM).json()["error"] == "invalid_client"
    assert protocol.register(http, long).json()["error"] == "invalid_software_statement"
    if size > 2000:
        uri = f"https://live.aurora.example/{long}"[:60_000]
        assert protocol.register(http, quiet.text, redirect_uri=uri).json()["error"] == "invalid_redirect_uri"


@pytest.mark.compliance("RFC 6749", "10.14")
def test_cr_and_lf_in_values_split_no_header_and_no_log_line(http, quiet, caplog):
    evil = "x\r\nSet-Cookie: a=b\r\n\r\n<html>"
    body = urlencode({"grant_type": evil, "client_id": evil, "client_secret": evil, "scope": evil})
    response = http.post(TOKEN, body, content_type=FORM)
    assert response.json()["error"] == "invalid_client"
    assert "Cookie" not in str(response.headers)
    assert "Cookie" not in response.content.decode()
    response = protocol.register(http, quiet.text, redirect_uri=evil)
    assert response.json()["error"] == "invalid_redirect_uri"
    assert "Cookie" not in caplog.text + str([getattr(record, "fields", "") for record in caplog.records])


def test_a_gzip_body_is_not_inflated(http, quiet):
    bomb = base64.b64decode("H4sIAAAAAAAAA+3BAQ0AAADCoPdPbQ8HFAAAAAAAAAAAAAAAAAAA")
    response = http.generic("POST", REGISTER, bomb, content_type="application/json", HTTP_CONTENT_ENCODING="gzip")
    check_refusal(response, "invalid_request", "Content-Encoding is not supported. Send the body as it is.")

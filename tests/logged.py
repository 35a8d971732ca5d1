"""What the process would write to its log while a test runs."""

import io
import json
import logging

import pytest

from oauth.logs import JSONFormatter


@pytest.fixture
def lines():
    """Everything that any logger says, as the process would write it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def said(lines, logger):
    return [line for line in map(json.loads, lines.getvalue().splitlines()) if line["logger"] == logger]


def requests(lines):
    return said(lines, "oauth.request")

"""One JSON line per log record, and one per request, of the protocol and of the dashboard.

Ids only: never a token, statement or secret, nor a path or query string, which may hold one.
"""

import json
import logging
import traceback
from datetime import UTC, datetime

requests = logging.getLogger("oauth.request")


class JSONFormatter(logging.Formatter):
    """A record as one JSON object: `at level logger message`, and the `fields` that it was given."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = type(record.exc_info[1]).__name__
            line["trace"] = trace_of(record.exc_info[1])
        return json.dumps(line, default=str)


def trace_of(error: BaseException | None) -> str:
    """Where, and not what: an exception's text may quote a secret, a statement or a row."""
    return "".join(traceback.format_tb(error.__traceback__)) if error else ""

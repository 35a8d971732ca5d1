"""`GET /oauth/openapi.json`: the wire as OpenAPI 3.1. People read it on the page of help that says the same."""

from functools import cache
from typing import Any

from oauth.views.published import Published
from registration import openapi

_document = cache(openapi.document)


class OpenAPI(Published):
    def members(self) -> dict[str, Any]:
        return _document(self.environment)

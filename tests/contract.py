"""Every answer that the suite hears from the protocol's paths is held against the OpenAPI document: none may differ."""

import json
import re
from functools import lru_cache

from django.conf import settings
from django.test import Client
from jsonschema_rs import Draft202012Validator

from oauth import environments
from registration import openapi


class App(Client):
    """The test client, as an app that believes the document."""

    def request(self, **request):
        response = super().request(**request)
        check(request["REQUEST_METHOD"], request["PATH_INFO"], response)
        return response


def check(method, path, response):
    """The answer's status, headers and body are what the document says of that URL and method."""
    # What the documents say depends on the settings alone.
    operations = _operations(settings.PUBLIC_URL).get(_template(path))
    if operations is None or method == "OPTIONS":
        return
    asked = "get" if method == "HEAD" else method.lower()
    # A method that the document does not name is a refusal like any other: 405, or before that a bad Host.
    answers = operations.get(asked) or {
        status: known for known_as in operations.values() for status, known in known_as.items() if status != 200
    }
    assert response.status_code in answers, f"{method} {path}: {response.status_code} is not in the document"
    answers[response.status_code].check(response, has_body=method != "HEAD")


class Answer:
    def __init__(self, described, components):
        self.required = {name for name, header in described["headers"].items() if header.get("required")}
        self.headers = {name: Draft202012Validator(header["schema"]) for name, header in described["headers"].items()}
        content = described.get("content", {})
        self.content_type = next(iter(content), None)
        # References within a schema are to the document's components.
        schema = {**content[self.content_type].get("schema", {}), "components": components} if content else {}
        self.body = Draft202012Validator(schema) if content else None

    def check(self, response, *, has_body):
        assert self.required <= {name for name in self.headers if response.has_header(name)}, response.headers
        for name, validator in self.headers.items():
            if response.has_header(name):
                validator.validate(response[name])
        assert response.get("Content-Type") == self.content_type
        if self.body is None or not has_body:
            assert response.content == b""
        elif self.content_type == "application/json":
            self.body.validate(json.loads(response.content))
        else:
            self.body.validate(response.content.decode())


@lru_cache(maxsize=8)
def _operations(_public_url):
    document = openapi.document(environments.Environment.RELEASE_PRODUCTION)
    components = document["components"]

    def described(answer):
        if "$ref" in answer:
            answer = components["responses"][answer["$ref"].rpartition("/")[2]]
        headers = {
            name: components["headers"][header["$ref"].rpartition("/")[2]] if "$ref" in header else header
            for name, header in answer["headers"].items()
        }
        return {**answer, "headers": headers}

    return {
        path: {
            method: {
                int(status): Answer(described(answer), components) for status, answer in operation["responses"].items()
            }
            for method, operation in operations.items()
        }
        for path, operations in document["paths"].items()
    }


@lru_cache(maxsize=1000)
def _template(path):
    path = path.removesuffix("/")
    for template in _operations(settings.PUBLIC_URL):
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path):
            return template
    return None

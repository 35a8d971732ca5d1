"""The OpenAPI document as the page of help shows it: each operation with what it takes and what it answers."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]
_WORD = re.compile("`([a-z_]+)`")


@dataclass(frozen=True)
class Member:
    name: str
    what: str
    is_required: bool


@dataclass(frozen=True)
class Body:
    """A body of one content type; `members` is empty where it is no object of known members."""

    content_type: str
    members: list[Member]


@dataclass(frozen=True)
class Answer:
    status: str
    says: str
    words: list[str]
    """The codes of a refusal, each with a page of help."""
    headers: list[str]
    body: Body | None


@dataclass(frozen=True)
class Operation:
    key: str
    method: str
    path: str
    summary: str
    description: str
    needs: list[str]
    """The ways to authenticate, any of which will do; empty where none is asked for."""
    parameters: list[Member]
    bodies: list[Body]
    answers: list[Answer]
    refusals: list[Answer]


@dataclass(frozen=True)
class Group:
    name: str
    description: str
    operations: list[Operation]


def groups(document: JSON) -> list[Group]:
    operations = list(_operations(document))
    return [
        Group(tag["name"], tag["description"], [each for name, each in operations if name == tag["name"]])
        for tag in document["tags"]
    ]


def _operations(document: JSON) -> Iterator[tuple[str, Operation]]:
    schemes = document["components"]["securitySchemes"]
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            answers = [_answer(status, answer, document) for status, answer in said["responses"].items()]
            yield (
                said["tags"][0],
                Operation(
                    key=said["operationId"],
                    method=method.upper(),
                    path=path,
                    summary=said["summary"],
                    description=said.get("description", ""),
                    needs=[schemes[name]["description"] for way in said["security"] for name in way],
                    parameters=[
                        Member(
                            f"{each['name']} ({each['in']})", each.get("description", ""), each.get("required", False)
                        )
                        for each in said.get("parameters", [])
                    ],
                    bodies=_bodies(said.get("requestBody", {})),
                    answers=[answer for answer in answers if answer.status < "400"],
                    refusals=[answer for answer in answers if answer.status >= "400"],
                ),
            )


def _answer(status: str, answer: JSON, document: JSON) -> Answer:
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    # Those that every answer has are said once, above.
    headers = [name for name in answer["headers"] if name in {"Allow", "ETag", "Retry-After", "WWW-Authenticate"}]
    says, _, words = answer["description"].partition(": ")
    return Answer(status, says, _WORD.findall(words), headers, next(iter(_bodies(answer)), None))


def _bodies(holder: JSON) -> list[Body]:
    return [
        Body(content_type, list(_members(described.get("schema", {}))))
        for content_type, described in holder.get("content", {}).items()
    ]


def _members(schema: JSON) -> Iterator[Member]:
    if "oneOf" in schema:
        schema = max(schema["oneOf"], key=lambda one: len(one["properties"]))
    for name, member in schema.get("properties", {}).items():
        yield Member(name, _what(member), name in schema.get("required", []))


def _what(schema: JSON) -> str:
    """A member's type, as short as it can be said."""
    if "const" in schema:
        shape = f"always {json.dumps(schema['const'])}"
    elif "enum" in schema:
        shape = "one of " + ", ".join(str(each) for each in schema["enum"])
    elif "oneOf" in schema:
        shape = " or ".join(_what(each) for each in schema["oneOf"])
    elif schema.get("maxItems") == 0:
        shape = "an empty array"
    elif schema.get("uniqueItems"):
        shape = f"always {json.dumps(schema['items']['enum'])}"
    elif schema.get("type") == "array":
        shape = "array of " + (_what(schema["items"]).partition(".")[0])
    else:
        kind = schema.get("type", "")
        shape = " or ".join(kind) if isinstance(kind, list) else kind
    if schema.get("maxLength"):
        shape += f", at most {schema['maxLength']} characters"
    return ". ".join(part for part in (shape, schema.get("description", "")) if part)

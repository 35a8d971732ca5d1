"""A browser without a screen or a script: cookies, redirects and forms, as a page's own HTML gives them."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener


@dataclass(frozen=True)
class Answer:
    method: str
    url: str
    status: int
    headers: dict[str, str]
    body: str

    def json(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed


@dataclass
class Form:
    """A form of a page, with what it would send if nobody touched it."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, values: dict[str, str | list[str]]) -> list[tuple[str, str]]:
        kept = [(name, value) for name, value in self.fields if name not in values]
        typed = [
            (name, each) for name, value in values.items() for each in ([value] if isinstance(value, str) else value)
        ]
        return kept + typed


class Browser:
    """One person's session with the server at `base`."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.opener: OpenerDirector = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def ask(
        self, method: str, path: str, *, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request, redirects followed; an error status is an answer like any other."""
        request = Request(urljoin(self.base, path), data=body, headers=headers or {}, method=method)  # noqa: S310
        try:
            response = self.opener.open(request, timeout=30)
        except HTTPError as error:
            response = error
        with response:
            text = response.read().decode()
            return Answer(method, response.url, response.status, dict(response.headers.items()), text)

    def submit(self, path: str, **values: str | list[str]) -> Answer:
        """Open a page, fill in its form of method POST that has all these fields, and send it."""
        page = self.get(path)
        forms = _Forms(page.url)
        forms.feed(page.body)
        for form in forms.found:
            names = {name for name, _ in form.fields} | forms.named[id(form)]
            if form.method == "post" and names.issuperset(values):
                body = urlencode(form.filled(values)).encode()
                kind = {"Content-Type": "application/x-www-form-urlencoded", "Referer": page.url}
                return self.ask("POST", form.action, body=body, headers=kind)
        raise LookupError(f"{page.status} {page.url} has no form with {', '.join(values)}.")


class _Forms(HTMLParser):
    """The forms of a page: their actions, and the values of their fields as the page shows them."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.found: list[Form] = []
        self.named: dict[int, set[str]] = {}
        self.form: Form | None = None
        self.select: str = ""
        self.area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(urljoin(self.url, given.get("action", "")), given.get("method", "get").lower())
            self.found.append(self.form)
            self.named[id(self.form)] = set()
        if self.form is None:
            return
        name = given.get("name", "")
        if tag in {"input", "select", "textarea"} and name:
            self.named[id(self.form)].add(name)
        if tag == "input" and name and self._is_sent(given):
            self.form.fields.append((name, given.get("value", "on" if given.get("type") == "checkbox" else "")))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in given:
            self.form.fields.append((self.select, given.get("value", "")))
        elif tag == "textarea":
            self.area = (name, [])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.area and self.form:
            self.form.fields.append((self.area[0], "".join(self.area[1]).removeprefix("\n")))
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area[1].append(data)

    @staticmethod
    def _is_sent(given: dict[str, str]) -> bool:
        if given.get("type") in {"checkbox", "radio"}:
            return "checked" in given and "disabled" not in given
        return given.get("type") not in {"submit", "button", "image", "reset"} and "disabled" not in given

"""Finds one page of each shape that a person can reach by following links; an application, once in each state."""

import re
from urllib.parse import urlsplit

APPLICATION = "/{environment}/applications/{uuid}/"
START = ("/release-production/", "/people/", "/audit/")
_IDS = (
    (re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{27}(?=/|$)"), "/{uuid}"),
    (re.compile(r"/[0-9a-f]{64}(?=/|$)"), "/{sha256}"),
    (re.compile(r"/help/errors/[^/]+/"), "/help/errors/{code}/"),
    (re.compile(r"^/[a-z]+-(staging|production)/"), "/{environment}/"),
    (re.compile(r"/\d+(?=/|$)"), "/{n}"),
    (re.compile(r"/programmers/(?!new/)[^/]+/"), "/programmers/{pid}/"),
    (re.compile(r"/changes/entities/([^/]+)/.+/history/"), r"/changes/entities/\1/{key}/history/"),
    (re.compile(r"/changes/(?!entities/)[^/]+/(\{n\}|compare)/"), r"/changes/{pid}/\1/"),
    (re.compile(r"/channels/(?!new/)[^/]+/"), "/channels/{cid}/"),
    (re.compile(r"/domains/(?!new/)[^/]+/"), "/domains/{host}/"),
    (re.compile(r"/schemes/(?!new/)[^/]+/(edit|retire)/"), r"/schemes/{scheme}/\1/"),
)


def shape(path):
    for pattern, name in _IDS:
        path = pattern.sub(name, path)
    return path


def pages(page):
    """Paths of GET pages, one of each shape, in the order in which they are found."""
    waiting, asked, seen = list(START), set(), set()
    while waiting:
        path = waiting.pop(0)
        again = path if shape(path) == APPLICATION else shape(path)
        if again in asked or _is_no_page(path):
            continue
        asked.add(again)
        response = page.goto(path)
        if response.status == 403 and path in START:
            continue  # not everybody may open every page that the crawl starts from
        if not response.headers.get("content-type", "").startswith("text/html"):
            continue
        landed = urlsplit(page.url).path
        state = page.locator("h1 ~ .badge").all_inner_texts() if shape(landed) == APPLICATION else []
        if (shape(landed), *state) in seen:  # several pages ask first who one is, on one page
            continue
        seen.add((shape(landed), *state))
        yield landed, response
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        for link in links:
            parts = urlsplit(link)
            if parts.netloc == urlsplit(page.url).netloc:
                waiting.append(parts.path)


def _is_no_page(path):
    return (
        "/download/" in path or path.endswith(("/csv/", ".json")) or path.startswith(("/accounts/logout", "/static/"))
    )

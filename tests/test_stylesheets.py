"""No rule of the stylesheets is dead: a template or a script has what it is for. Dark differs from light in colours."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Put together by the code: the tone of a badge, the initials of an environment, the side of a line.
MADE = re.compile(r"\.(st-\w+|d-\w\w|del|ins)$")
ONE_SCHEME = re.compile(r"\s*color-scheme: (light|dark);\s*")
TAG = r"\{%.*?%\}|\{\{.*?\}\}"


def selectors(text):
    """What stands before each brace; at-rules and comments left out."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return [each.strip() for each in re.findall(r"([^{};]+)\{", text) if not each.strip().startswith("@")]


def used():
    """The classes and ids of the templates, and the words of the scripts and of the template tags."""
    templates = "\n".join(file.read_text() for file in (ROOT / "templates").rglob("*.html"))
    for word, sign in (("class", "."), ("id", "#")):
        for value in re.findall(rf'\b{word}="((?:{TAG}|[^"])*)"', templates):
            yield from (sign + name for name in re.findall(r"[\w-]+", value))
    for file in (*(ROOT / "static").glob("*.js"), ROOT / "dashboard" / "templatetags" / "screens.py"):
        yield from (sign + name for sign in ".#" for name in re.findall(r"[\w-]+", file.read_text()))


def dead(text, names):
    """Classes and ids that nothing has, custom properties that nothing reads, and anchors that nothing hangs on."""
    named = {name for each in selectors(text) for name in re.findall(r"[.#][a-zA-Z][\w-]*", each)}
    unused = {name for name in named - set(names) if not MADE.match(name)}
    unread = {name for name in re.findall(r"(--[\w-]+)\s*:", text) if f"var({name}" not in text}
    anchors = set(re.findall(r"[{;]\s*anchor-name:\s*(--[\w-]+)", text))
    return unused | unread | {name for name in anchors if f"position-anchor: {name}" not in text}


def test_every_rule_of_the_stylesheets_is_for_something():
    text = "\n".join(file.read_text() for file in (ROOT / "static").glob("*.css"))
    assert len(selectors(text)) > 200
    assert dead(text, used()) == set()


def test_a_dead_rule_is_found():
    live = ".card { color: var(--ink) } :root { --ink: black; }"
    assert dead(live, {".card"}) == set()
    gone = live + ".gone > a, .card #lost { color: red } :root { --unread: 1px; } .card { anchor-name: --loose; }"
    assert dead(gone, {".card"}) == {".gone", "#lost", "--unread", "--loose"}


def beyond_colours(text):
    """By what else than `light-dark()`, which takes colours and nothing else, a page could differ in the dark."""
    chosen = re.findall(r"data-theme[^{}]*\{([^{}]*)\}", text)
    return re.findall("prefers-color-scheme", text) + [each for each in chosen if not ONE_SCHEME.fullmatch(each)]


def test_the_dark_scheme_differs_from_the_light_one_in_colours_alone():
    """So that the accessibility engine may examine a page in the dark by the rules that look at colours."""
    files = [*(ROOT / "static").iterdir(), *(ROOT / "templates").rglob("*.html")]
    text = "\n".join(file.read_text() for file in files)
    assert text.count("light-dark(") > 30
    assert beyond_colours(text) == []


def test_a_dark_scheme_that_hides_something_is_found():
    assert beyond_colours("@media (prefers-color-scheme: dark) { .card { display: none } }") == ["prefers-color-scheme"]
    assert beyond_colours('[data-theme="dark"] .card { display: none; }') == [" display: none; "]

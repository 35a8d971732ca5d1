"""The accessibility engine, with no rule disabled."""

from pathlib import Path

import axe_playwright_python

SOURCE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
CRITERIA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
OPTIONS = {
    "runOnly": {"type": "tag", "values": [*CRITERIA, "best-practice", "experimental"]},
    "resultTypes": ["violations"],  # what passed is long, and nobody reads it
}

ENHANCED = {"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}, "resultTypes": ["violations"]}
# The rules that look at colours: the dark scheme differs in nothing else (`tests/test_stylesheets.py`).
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}


def problems(page, where, options=OPTIONS):
    """One line for every element that breaks a rule in what the page shows now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE)
    found = page.evaluate("async options => (await axe.run(options)).violations", options)
    return [f"{where}: {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def problems_in_both_schemes(page, where, *, light=OPTIONS, dark=COLOURS):
    found = []
    for scheme, options in (("light", light), ("dark", dark)):
        page.emulate_media(color_scheme=scheme)
        found += problems(page, f"{where} in {scheme}", options)
    return found

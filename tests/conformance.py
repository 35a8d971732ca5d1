"""`python -m tests.conformance` writes `docs/conformance.md` from `tests/requirements.py` and the tests' own marks."""

import ast
from pathlib import Path

from tests.requirements import REQUIREMENTS

TESTS = Path(__file__).resolve().parent
PAGE = TESTS.parent / "docs" / "conformance.md"
_HEAD = """\
# Conformance

What each RFC demands of an authorization server as ours, and the test that shows it, or why it does not apply. Where we
deviate on purpose, `docs/protocol.md` says so. Written by `python -m tests.conformance` from the tests' marks
(`@pytest.mark.compliance("RFC 7591", "3.2.1")`); `make test PYTEST_ARGS=--compliance` prints which of them hold.
Demands that belong together stand in one line. What is demanded of clients alone is not here
(`docs/client.md`).
"""


def marks():
    """Each test's marks: `{"token:a_name": {("RFC 6749", "5.1")}}`, by the file's name and the test's, and its path."""
    found = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                key = f"{path.stem.removeprefix('test_')}:{node.name.removeprefix('test_')}"
                said = {
                    tuple(argument.value for argument in each.args) for each in map(_mark, node.decorator_list) if each
                }
                found.setdefault(key, []).append((path.relative_to(TESTS.parent), said))
    return found


def _mark(decorator):
    is_ours = isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.compliance"
    return decorator if is_ours else None


def page():
    known = marks()
    lines = [_HEAD]
    for document, requirements in REQUIREMENTS.items():
        number = document.removeprefix("RFC ")
        lines += [f"## {document}", "", "| Section | What is demanded | Shown by, or why not |", "|---|---|---|"]
        for each in requirements:
            by = "<br>".join(_link(test, known) for test in each.tests) or each.why_not
            lines.append(
                f"| [{each.section}](https://www.rfc-editor.org/rfc/rfc{number}#section-{each.section})"
                f" | {each.demand} | {by} |"
            )
        lines.append("")
    return "\n".join(lines)


def _link(test, known):
    [(path, _)] = known[test]
    words = test.partition(":")[2].replace("_", " ")
    return f"[{words}](../{path})"


if __name__ == "__main__":
    PAGE.write_text(page())

"""`@pytest.mark.compliance("RFC 7591", "3.2.1")`: what a test shows, and with `--compliance` the matrix of it all."""

from collections import defaultdict

import pytest

_PROPERTY = "compliance"


def pytest_addoption(parser):
    parser.addoption("--compliance", action="store_true", help="print the conformance matrix at the end of the run")


def pytest_collection_modifyitems(items):
    for item in items:
        for mark in item.iter_markers("compliance"):
            document, section = mark.args
            # Properties travel with the report, also from the processes of pytest-xdist.
            item.user_properties.append((_PROPERTY, f"{document}|{section}"))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter, config):
    if not config.getoption("--compliance"):
        return
    matrix = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in report.user_properties:
                if name == _PROPERTY:
                    document, _, section = value.partition("|")
                    matrix[document][section][outcome != "passed"] += 1
    terminalreporter.section("conformance")
    terminalreporter.write_line(f"{'document':<12} {'section':<24} {'holds':>6} {'broken':>6}")
    for document in sorted(matrix):
        for section in sorted(matrix[document]):
            holds, broken = matrix[document][section]
            terminalreporter.write_line(f"{document:<12} {section:<24} {holds:>6} {broken:>6}")

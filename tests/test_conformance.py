"""`docs/conformance.md` is what the tests say of themselves: each demand has a test or a reason."""

from tests import conformance
from tests.requirements import REQUIREMENTS


def test_each_demand_has_a_test_that_says_so_or_a_reason():
    known = conformance.marks()
    for document, requirements in REQUIREMENTS.items():
        for each in requirements:
            assert bool(each.tests) != bool(each.why_not), (document, each)
            for test in each.tests:
                assert len(known.get(test, [])) == 1, f"{document}: {test} is not one test"
                [(_, marks)] = known[test]
                assert (document, each.section) in marks, f"{test} lacks the mark {document}, {each.section}"


def test_each_mark_answers_a_demand():
    demanded = {(document, each.section) for document, all_of in REQUIREMENTS.items() for each in all_of if each.tests}
    marked = {mark for tests in conformance.marks().values() for _, marks in tests for mark in marks}
    assert {mark for mark in marked if mark[0] in REQUIREMENTS} - demanded == set()
    assert set(REQUIREMENTS) == {document for document, _ in demanded}


def test_the_page_is_up_to_date():
    assert conformance.PAGE.read_text() == conformance.page(), "run: python -m tests.conformance"

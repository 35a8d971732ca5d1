"""Any sequence of steps folded into one does what the steps did, one after the other."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.changes.folds import Step, applied, fold

VALUES = st.integers(0, 2)
WHOLE = st.fixed_dictionaries({"a": VALUES, "b": VALUES})
MEMBERS = st.dictionaries(st.sampled_from(["a", "b"]), VALUES, max_size=2)


@st.composite
def histories(draw):
    """A live value, and what somebody does to it: each step fits what the one before left."""
    start = now = draw(st.none() | WHOLE)
    steps = []
    for _ in range(draw(st.integers(0, 8))):
        if now is None:
            step = Step(None, draw(WHOLE))
        elif draw(st.booleans()):
            members = draw(MEMBERS)
            step = Step({name: now[name] for name in members}, members)
        else:
            step = Step(now, None)
        steps.append(step)
        now = applied(now, step)
    return start, steps, now


def folded(steps):
    total = None
    for step in steps:
        total = fold(total, step)
    return total


@given(histories())
def test_folding_is_applying_one_after_the_other(history):
    start, steps, end = history
    total = folded(steps)
    assert (start if total is None else applied(start, total)) == end


@given(histories())
def test_what_comes_out_as_it_was_leaves_nothing(history):
    start, steps, end = history
    assert (folded(steps) is None) == (start == end)


@given(histories())
def test_the_inverse_undoes_it(history):
    start, steps, end = history
    total = folded(steps)
    if total is not None:
        assert applied(end, Step(total.after, total.before)) == start


def test_the_first_original_and_the_last_wish_are_kept():
    assert fold(Step({"a": 1}, {"a": 2}), Step({"a": 9}, {"a": 3})) == Step({"a": 1}, {"a": 3})


def test_an_entity_without_editable_properties_is_not_one_that_does_not_exist():
    assert fold(None, Step(None, {})) == Step(None, {})
    assert fold(None, Step({}, None)) == Step({}, None)
    assert fold(Step(None, {}), Step({}, None)) is None
    assert fold(Step({}, None), Step(None, {})) is None

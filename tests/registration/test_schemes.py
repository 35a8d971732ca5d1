import re

import pytest

from registration import schemes


def test_a_generated_scheme_is_lower_case_and_never_the_same():
    made = {schemes.generate() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"tve\.[a-z2-7]{26}", scheme) for scheme in made)


@pytest.mark.parametrize("typed", ["com.Example_App", "adbe.x", "X", "a+b-c.d", " trimmed "])
def test_an_existing_scheme_is_kept_as_typed(typed):
    assert schemes.check_existing(typed) == typed.strip()
    assert schemes.check_existing(f"{typed.strip()}://") == typed.strip()


@pytest.mark.parametrize(
    "typed",
    ["", None, 7, "1app", "a b", "a:b", "über", "JavaScript", "data", "https", "http", "about", "adobepass", "x" * 256],
)
def test_a_scheme_that_is_none_or_every_browsers_is_refused_with_a_sentence(typed):
    with pytest.raises(ValueError, match=r"\.$"):
        schemes.check_existing(typed)

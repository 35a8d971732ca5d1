"""From a list of everything, or from the home page, to the form of something new: whose it will be is asked first."""

import pytest

from tests import factories
from tests.cast import person
from tests.dashboard.screens.conftest import PLACE

APPLICATION, CHANNEL = f"{PLACE}/applications/new/", f"{PLACE}/channels/new/"
WAYS = {f"{PLACE}/": APPLICATION, f"{PLACE}/applications/": APPLICATION, f"{PLACE}/channels/": CHANNEL}


@pytest.fixture
def both(live):
    factories.programmer("borealis")
    return live


def test_whoever_edits_one_programmer_is_led_straight_to_its_form(as_, alice, both):
    for path, form in ((APPLICATION, "applications/new/"), (CHANNEL, "channels/new/")):
        response = as_(alice).get(path)
        assert (response.status_code, response["Location"]) == (302, f"{PLACE}/programmers/aurora/{form}")


def test_whoever_edits_several_chooses_among_those_alone(as_, both):
    factories.programmer("cascade")
    paula = person("paula", ("editor", "aurora", ""), ("editor", "borealis", ""), ("viewer", "cascade", ""))
    page = as_(paula).get(APPLICATION).content.decode()
    assert f'href="{PLACE}/programmers/aurora/applications/new/"' in page
    assert f'href="{PLACE}/programmers/borealis/applications/new/"' in page
    assert "programmers/cascade" not in page
    assert f'href="{PLACE}/programmers/borealis/channels/new/"' in as_(paula).get(CHANNEL).content.decode()


def test_a_tam_searches_them_and_what_matches_alone_is_still_a_choice(as_, tess, both):
    page = as_(tess).get(APPLICATION, {"q": "bor"}).content.decode()
    assert f'href="{PLACE}/programmers/borealis/applications/new/"' in page
    assert "programmers/aurora" not in page
    assert "Nothing matches" in as_(tess).get(APPLICATION, {"q": "zzz"}).content.decode()


def test_the_lists_and_the_home_page_lead_there(as_, alice, both):
    for path, way in WAYS.items():
        assert f'href="{way}"' in as_(alice).get(path).content.decode(), path


def test_a_reader_is_told_who_may_and_not_led_there(as_, victor, both):
    for path, way in WAYS.items():
        page = as_(victor).get(path).content.decode()
        assert f'href="{way}"' not in page, path
        assert ("An editor may do this." in page) == (path != f"{PLACE}/"), path
    assert as_(victor).get(APPLICATION).status_code == 403


def test_where_none_of_the_programmers_is_in_the_environment_the_page_says_so(as_, alice, both):
    elsewhere = APPLICATION.replace("release-production", "release-staging")
    assert "No programmer that you may change" in as_(alice).get(elsewhere).content.decode()

"""A form sent twice, or sent long after it was shown, does what it said and nothing else."""

import pytest

from dashboard.views import states
from registration import applications
from registration.models import State
from tests.cast import actor

WHY = {"reason": "All is well"}


def test_reinstating_twice_clears_what_the_page_said_and_not_what_lies_under_it(as_, tom, live, url):
    applications.suspend(live, reason="Crashes", by=actor(tom))
    applications.revoke(live, reason="Leaked", by=actor(tom))
    browser = as_(tom)
    page = browser.get(url("reinstate/"))
    sent = {**WHY, "clears": "revoked"}
    assert '<input type="hidden" name="clears" value="revoked">' in page.content.decode()
    assert browser.post(url("reinstate/"), sent).status_code == 302
    again = browser.post(url("reinstate/"), sent)
    assert (again.status_code, applications.state_of(live)) == (422, State.SUSPENDED)
    assert "It is suspended now. Look at it again." in again.content.decode()


@pytest.mark.parametrize("word", ["", "active", "closed", "nonsense", "\0"])
def test_under_another_state_than_the_page_showed_nothing_is_reinstated(as_, tom, live, url, word):
    applications.suspend(live, reason="Crashes", by=actor(tom))
    assert as_(tom).post(url("reinstate/"), {**WHY, "clears": word}).status_code == 422
    assert applications.state_of(live) is State.SUSPENDED


@pytest.mark.parametrize("meanwhile", ["suspended", "closed"])
def test_an_editor_undoes_no_tams_doing_that_came_between(as_, alice, tom, live, url, monkeypatch, meanwhile):
    """Between the question whether he may and the lock, a TAM suspends it, or closes it anew."""
    applications.close(live, reason="Old", as_tam=False, by=actor(alice))
    asked = states.state_page

    def between(*arguments, **more):
        if meanwhile == "suspended":
            applications.suspend(live, reason="Crashes", by=actor(tom))
        else:
            applications.reinstate(live, reason="No", clears=State.CLOSED, as_tam=True, by=actor(tom))
            applications.close(live, reason="Mine", as_tam=True, by=actor(tom))
        return asked(*arguments, **more)

    monkeypatch.setattr(states, "state_page", between)
    assert as_(alice).post(url("reinstate/"), {**WHY, "clears": "closed"}).status_code == 422
    assert applications.state_of(live) is State(meanwhile)


def test_an_editor_undoes_an_editors_closing(as_, alice, live, url):
    applications.close(live, reason="Old", as_tam=False, by=actor(alice))
    assert as_(alice).post(url("reinstate/"), {**WHY, "clears": "closed"}).status_code == 302
    assert applications.state_of(live) is State.ACTIVE

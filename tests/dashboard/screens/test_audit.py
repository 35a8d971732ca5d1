"""The audit log: who did what, where, and why."""

from registration import applications
from tests.cast import actor


def test_each_entry_says_in_which_environment(as_, alice, tom, live):
    applications.suspend(live, reason="Leaked", by=actor(tom))
    page = as_(alice).get("/audit/", {"event": "application"}).content.decode()
    row = page.partition("<tbody>")[2].partition("</tr>")[0]
    assert "Suspended" in row
    assert "Release Production" in row
    assert "All environments" not in row

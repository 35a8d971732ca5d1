"""How a change reads: every property in words, one member a line, and the changed characters marked."""

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from dashboard.changes import diffs, values
from dashboard.entities import RULES, Kind
from dashboard.models import Change
from tests.certificates import pem


def change(kind, before, after, key="k"):
    return Change(kind=kind, key=key, label="Thing", before=before, after=after)


def lines(kind, before, after):
    return [(line.label, line.sign, line.text) for line in diffs.of(change(kind, before, after)).lines]


def marked(shown):
    """The lines with what is marked in brackets."""
    return ["".join(f"[{piece.text}]" if piece.marked else piece.text for piece in line.pieces) for line in shown.lines]


def test_only_the_changed_characters_of_a_url_are_marked():
    name, url = "default_redirect_url", "//one.aurora.example/signed-in"
    shown = diffs.of(change("channel", {name: f"http:{url}"}, {name: f"https:{url}"}))
    assert marked(shown) == [f"http:{url}", f"http[s]:{url}"]
    assert [line.sign for line in shown.lines] == ["del", "ins"]


def test_values_with_little_in_common_are_not_marked():
    shown = diffs.of(change("channel", {"display_name": "Aurora One"}, {"display_name": "Nightly News"}))
    assert marked(shown) == ["Aurora One", "Nightly News"]


def test_a_new_application_reads_in_words():
    after = {
        "name": "Aurora Live",
        "version": "6.1.0",
        "level": "programmer",
        "all_channels": True,
        "channels": [],
        "platforms": ["FIRETV", "TVOS"],
        "domains": ["kids.aurora.example"],
        "scopes": ["api:client:v2"],
        "replaces": None,
    }
    shown = diffs.of(change("application", None, after))
    assert (shown.kind_label, shown.operation.word) == ("Application", "Added")
    assert [(line.label, line.sign, line.text) for line in shown.lines] == [
        ("Name", "ins", "Aurora Live"),
        ("Version", "ins", "6.1.0"),
        ("Level", "ins", "Programmer"),
        ("Channels", "ins", "All channels"),
        ("Platforms", "ins", "Fire TV"),
        ("Platforms", "ins", "Apple TV"),
        ("Domains", "ins", "kids.aurora.example"),
        ("APIs it may call", "ins", "REST API v2 · api:client:v2"),
    ]


def test_a_property_is_named_once_for_lines_of_the_same_kind():
    shown = diffs.of(change("application", {"domains": ["a.example"]}, {"domains": ["y.example", "z.example"]}))
    assert [(line.sign, line.leads) for line in shown.lines] == [("del", True), ("ins", True), ("ins", False)]


def test_narrowing_from_all_channels_names_those_that_stay():
    before, after = {"all_channels": True, "channels": []}, {"all_channels": False, "channels": ["aurora-one"]}
    assert lines("application", before, after) == [
        ("Channels", "del", "All channels"),
        ("Channels", "ins", "aurora-one"),
    ]
    assert diffs.of(change("application", before, after)).operation.word == "Narrowed"
    assert diffs.of(change("application", after, before)).operation.word == "Changed"


def test_a_list_shows_what_stays_and_counts_it_where_it_is_long():
    before = {"domains": ["a.example", "b.example", "c.example"]}
    assert lines("application", before, {"domains": ["a.example", "c.example"]}) == [
        ("Domains", "same", "a.example"),
        ("Domains", "del", "b.example"),
        ("Domains", "same", "c.example"),
    ]
    many = [f"h{number:02}.example" for number in range(20)]
    assert lines("application", {"domains": many}, {"domains": many[:-1]}) == [
        ("Domains", "same", "(19 more stay)"),
        ("Domains", "del", "h19.example"),
    ]


def test_a_boolean_reads_yes_or_no_and_an_emptied_value_only_goes():
    assert lines("channel", {"error_reporting": True}, {"error_reporting": False}) == [
        ("Detailed error reporting", "del", "yes"),
        ("Detailed error reporting", "ins", "no"),
    ]
    assert lines("scheme", {"label": "Old app"}, {"label": ""}) == [("Label", "del", "Old app")]


def test_a_retired_scheme_says_so():
    assert diffs.of(change("scheme", {"retired": False}, {"retired": True})).operation.word == "Retired"
    assert diffs.of(change("scheme", {"retired": True}, {"retired": False})).operation.word == "Brought back"


def test_a_certificate_shows_what_it_is():
    shown = diffs.of(change("certificate", None, {"owner": "p:aurora", "pem": pem(), "used": False}))
    written = "\n".join(line.text for line in shown.lines)
    assert "SHA-256 " in written
    assert "Programmer aurora" in written
    assert "BEGIN CERTIFICATE" not in written
    assert lines("certificate", None, {"pem": "nonsense"}) == [("Certificate", "ins", "nonsense")]


def test_a_secret_shows_how_it_ends_and_a_short_one_nothing(monkeypatch):
    monkeypatch.setattr(RULES[Kind.CHANNEL], "write_only", frozenset({"key"}), raising=False)
    before, after = {"key": "correct-horse-battery-a91f"}, {"key": "hunter2"}
    assert lines("channel", before, after) == [("Key", "del", "••••a91f"), ("Key", "ins", "••••")]


def test_two_secrets_that_end_alike_are_still_a_change(monkeypatch):
    monkeypatch.setattr(RULES[Kind.CHANNEL], "write_only", frozenset({"key"}), raising=False)
    before, after = {"key": "correct-horse-battery-a91f"}, {"key": "another-horse-battery-a91f"}
    assert lines("channel", before, after) == [("Key", "del", "••••a91f"), ("Key", "ins", "••••a91f")]


def test_kinds_and_properties_to_come_are_shown_plainly():
    shown = diffs.of(change("user_metadata", {"max_age": 3, "rules": {"b": 1, "a": [2]}}, {"max_age": 4, "rules": {}}))
    assert shown.kind_label == "User metadata"
    assert [(line.label, line.sign, line.text) for line in shown.lines] == [
        ("Max age", "del", "3"),
        ("Max age", "ins", "4"),
        ("Rules", "del", '{"a": [2], "b": 1}'),
        ("Rules", "ins", "{}"),
    ]


def test_the_fragment_marks_and_escapes():
    shown = diffs.of(change("channel", {"display_name": "<b>Aurora</b>"}, {"display_name": "<b>Aurora!</b>"}))
    page = render_to_string("dashboard/changes/_change.html", {"shown": shown})
    assert "<ins>&lt;b&gt;Aurora<mark>!</mark>&lt;/b&gt;</ins>" in page
    assert "chg-links" not in page


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["channels", "all_channels", "platforms", "scopes", "pem", "level", "retired", "x"])
PROPERTIES = st.dictionaries(NAMES, JSON, max_size=4)


@given(kind=st.sampled_from([*Kind.values, "later"]), before=st.none() | PROPERTIES, after=PROPERTIES)
def test_no_change_whatever_it_holds_fails_to_be_shown(kind, before, after):
    shown = diffs.of(change(kind, before, after))
    render_to_string("dashboard/changes/_change.html", {"shown": shown})
    for name, old, new in diffs.properties(shown.change):
        mine = [line for line in shown.lines if line.label == values.property_label(name)]
        assert {line.text for line in mine if line.sign == "del"} <= set(old)
        assert {line.text for line in mine if line.sign == "ins"} <= set(new)
        assert any(line.sign != "same" for line in mine)

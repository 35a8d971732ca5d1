"""What a draft says of the clients that it meets: counted in one query, in time, and the riskiest first."""

import pytest

from dashboard import fleet, tallies
from dashboard.models import Change
from tests import factories
from tests.dashboard.draft.conftest import client_of
from tests.factories import ENVIRONMENT


def change(kind, key, before, after, label="Aurora Live 6.1.0", pk=1):
    return Change(pk=pk, kind=kind, key=key, programmer="aurora", label=label, before=before, after=after)


@pytest.fixture
def domain_goes(aurora):
    key = "aurora-one/live.aurora.example"
    whole = {"channel": "aurora-one", "host": "live.aurora.example"}
    return change("domain", key, whole, None, "live.aurora.example")


def narrowing(application, **sets):
    """Each property with what it was and becomes."""
    before = {name: was for name, (was, _) in sets.items()}
    after = {name: becomes for name, (_, becomes) in sets.items()}
    return change("application", str(application.software_id), before, after)


def numbers(*changes):
    found = fleet.effects(changes, environment=ENVIRONMENT)
    return {pk: [str(effect.clients) for effect in effects] for pk, effects in found.items()}


def test_clients_that_a_domain_let_in_are_counted_when_it_goes(aurora, domain_goes):
    client_of(aurora, matches=["domain:live.aurora.example"])
    client_of(aurora, matches=["loopback", "domain:live.aurora.example"])
    client_of(aurora, matches=["domain:other.aurora.example"])
    gone = client_of(aurora, matches=["domain:live.aurora.example"])
    gone.revoked_at = gone.created
    gone.save(update_fields=["revoked_at"])
    assert numbers(domain_goes) == {1: ["2"]}


def test_another_programmers_clients_of_the_same_host_are_not_counted(aurora, domain_goes):
    borealis = factories.world("borealis")
    client_of(borealis, matches=["domain:live.aurora.example"])
    assert numbers(domain_goes) == {1: ["0"]}


def test_each_thing_that_an_application_loses_is_counted_by_itself(aurora):
    client_of(aurora, platform="ROKU", matches=["scheme:adbe.x"])
    client_of(aurora, platform="IOS", matches=["domain:live.aurora.example"])
    client_of(aurora, platform="IOS")
    all_of_it = narrowing(
        aurora,
        platforms=(["IOS", "ROKU"], ["IOS"]),
        domains=(["live.aurora.example", "x.example"], ["x.example"]),
        scopes=(["api:client:v2", "other"], ["api:client:v2"]),
        all_channels=(True, False),
        channels=([], ["aurora-one"]),
    )
    assert numbers(all_of_it) == {1: ["3", "3", "1", "1"]}  # channels, scopes, platforms, domains


def test_a_retired_scheme_and_a_removed_channel_are_counted(aurora):
    client_of(aurora, matches=["scheme:adbe.x"])
    client_of(aurora)
    retired = change("scheme", "adbe.x", {"retired": False}, {"retired": True}, "Return")
    channel = change("channel", "two", {"display_name": "Two"}, None, "Two", pk=2)
    assert numbers(retired, channel) == {1: ["1"], 2: ["2"]}


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("domain", None, {"channel": "aurora-one", "host": "new.example"}),
        ("scheme", {"retired": True}, {"retired": False}),
        ("channel", {"display_name": "One"}, {"display_name": "Two"}),
        ("application", {"platforms": ["IOS"]}, {"platforms": ["IOS", "ROKU"]}),
        ("application", {"all_channels": False, "channels": ["a"]}, {"all_channels": True, "channels": []}),
        ("hologram", {"beams": 1}, None),
        ("application", {"platforms": "IOS"}, {"platforms": None}),
    ],
)
def test_what_takes_nothing_away_asks_nothing(aurora, kind, before, after, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert fleet.effects([change(kind, "x", before, after)], environment=ENVIRONMENT) == {}
        assert not fleet.takes_away(change(kind, "x", before, after))


def test_however_many_changes_it_is_one_query(aurora, domain_goes, django_assert_num_queries):
    many = [change("scheme", f"s{n}", {"retired": False}, {"retired": True}, pk=n) for n in range(2, 150)]
    with django_assert_num_queries(1 if tallies.connection.vendor != "postgresql" else 5):  # and the time's bounds
        found = fleet.effects([domain_goes, *many], environment=ENVIRONMENT)
    assert [effects[0].late for effects in found.values()] == [False] * tallies.MOST + [True] * (149 - tallies.MOST)


def test_what_is_not_counted_in_time_is_said_to_be_so(aurora, monkeypatch):
    """Every pair of these clients would be looked at: more than the budget allows."""
    for _ in range(40):
        client_of(aurora, matches=["domain:live.aurora.example"])
    slow = (
        "EXISTS (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000)"
        " SELECT 1 FROM n WHERE i = -c.id)"
    )
    with monkeypatch.context() as patch:
        patch.setattr(tallies, "BUDGET_MS", 50)
        patch.setattr(tallies, "_where", lambda *_: (slow, []))
        assert tallies.count([tallies.Question(programmer="aurora")], ENVIRONMENT) is None
    assert tallies.count(
        [tallies.Question(programmer="aurora", matches=("domain:live.aurora.example",))], ENVIRONMENT
    ) == [40]


def test_a_count_stops_early(aurora, monkeypatch):
    monkeypatch.setattr(tallies, "IN_LISTS", 2)
    for _ in range(5):
        client_of(aurora)
    assert tallies.count([tallies.Question(application=str(aurora.software_id))], ENVIRONMENT) == [3]


# --- The pending bar ---


def test_the_riskiest_is_told_first(aurora, domain_goes, django_assert_num_queries):
    factories.application("Kids")
    factories.application("Elsewhere", domains=["live.aurora.example"], channels=["aurora-one"])
    told = [
        change("application", "a", None, {"all_channels": True, "scopes": []}, "New 1.0.0"),
        change("channel", "two", {"display_name": "Two"}, None, "Two"),
        narrowing(aurora, channels=(["a", "b", "c"], ["a"]), platforms=(["IOS", "ROKU"], ["IOS"])),
        change("domain", "aurora-one/unused.example", {}, None, "unused.example"),
        domain_goes,
        change("hologram", "x", None, {"beams": 1}),
    ]
    with django_assert_num_queries(1):
        assert fleet.risks(told, environment=ENVIRONMENT) == [
            "Removes the domain live.aurora.example, which 3 applications use.",
            "Removes the channel Two.",
            "Takes 2 channels from Aurora Live 6.1.0.",
            "Makes New 1.0.0 reach every channel.",
            "Takes 1 platform from Aurora Live 6.1.0.",
        ]


def test_a_privileged_api_is_a_risk(aurora):
    granted = change("application", "a", None, {"all_channels": False, "scopes": ["introspection"]}, "Server 1.0.0")
    assert fleet.risks([granted], environment=ENVIRONMENT) == ["Grants Server 1.0.0 introspection."]


def test_the_bar_tells_the_first_risk(aurora, alice, as_, stage, url):
    stage("domain", None, "aurora-one/live.aurora.example", by=alice)
    page = as_(alice).get(url("channels")).content.decode()
    assert "Removes the domain live.aurora.example, which 1 application uses." in page

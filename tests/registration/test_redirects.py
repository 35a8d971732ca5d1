"""Which redirect URIs an application may register with, through the door that apps use."""

import pytest

from registration.models import Client
from tests import protocol
from tests.protocol import check_refusal, scheme

NOT_ALLOWED = "The redirect_uri is not below a domain of the application and has none of its schemes."
NOT_A_URI = "The redirect_uri is not an absolute URI of at most 2000 printable ASCII characters."
BROKEN = "The redirect_uri holds a backslash, an asterisk or a broken percent-encoding."
DOTS = "The redirect_uri holds a dot segment. Write the path out."
USER = "The redirect_uri holds user information."
NO_HOST = "The redirect_uri has no valid host."
NOT_HTTPS = "Use https. Plain http is for 127.0.0.1, [::1] and localhost only."
LIVE = "domain:live.aurora.example"


@pytest.fixture
def schemes(world):
    """Schemes of the programmer, of the covered channel, and those that do not count."""
    scheme(world.programmer, "tve.company")
    scheme(world.programmer, "tve.channel", channel=world.channel)
    scheme(world.programmer, "Old_App.CamelCase", imported=True)
    scheme(world.programmer, "tve.retired", retired=True)
    scheme(world.stranger.programmer, "tve.stranger")
    return world


ALLOWED = [
    ("https://live.aurora.example", LIVE),
    ("https://live.aurora.example/", LIVE),
    ("https://live.aurora.example/path?query=1&b=2", LIVE),
    ("HTTPS://Live.Aurora.Example/Path", LIVE),
    ("https://deep.below.live.aurora.example/", LIVE),
    ("https://two.aurora.example/", "domain:two.aurora.example"),
    ("https://live.aurora.example:8443/", LIVE),
    ("https://live.aurora.example:/", LIVE),
    ("https://live.aurora.example./", LIVE),
    ("https://live.aurora.example/#fragment", LIVE),
    ("https://live.aurora.example/a..b/.well-known/...", LIVE),
    ("https://live.aurora.example/?next=/../up", LIVE),
    ("https://live.aurora.example/%2A", LIVE),
    ("http://127.0.0.1/", "loopback"),
    ("http://127.0.0.1:53219/callback", "loopback"),
    ("http://[::1]:53219/callback", "loopback"),
    ("http://localhost:3000/", "loopback"),
    ("tve.company://callback", "scheme:tve.company"),
    ("tve.company:/callback", "scheme:tve.company"),
    ("tve.company:callback", "scheme:tve.company"),
    ("tve.company:///callback", "scheme:tve.company"),
    ("tve.company://", "scheme:tve.company"),
    ("TVE.Company://callback", "scheme:tve.company"),
    ("tve.channel://callback", "scheme:tve.channel"),
    ("old_app.camelcase://callback", "scheme:old_app.camelcase"),
    ("Old_App.CamelCase://callback", "scheme:old_app.camelcase"),
    ("example.aurora.live://callback", LIVE),
    ("example.aurora.live:/callback", LIVE),
    ("adobepass://example.aurora.live", LIVE),
    ("AdobePass://Example.Aurora.Live/back", LIVE),
]

REFUSED = [
    ("https://aurora.example/", NOT_ALLOWED),
    ("https://example/", NOT_ALLOWED),
    ("https://notlive.aurora.example/", NOT_ALLOWED),
    ("https://live.aurora.example.evil.example/", NOT_ALLOWED),
    ("https://live.aurora.example../", NO_HOST),
    ("https://.live.aurora.example/", NO_HOST),
    ("https://a..live.aurora.example/", NO_HOST),
    ("https://live.borealis.example/", NOT_ALLOWED),
    ("https://127.0.0.1/", NOT_ALLOWED),
    ("https://localhost/", NOT_ALLOWED),
    ("https://live.aurora.example:0/", NO_HOST),
    ("https://live.aurora.example:65536/", NO_HOST),
    ("https://live.aurora.example:443:443/", NO_HOST),
    ("https://live.aurora.example:port/", NO_HOST),
    ("https://live.aurora%2eexample/", NO_HOST),
    ("https://live_aurora.live.aurora.example/", NO_HOST),
    ("https://[::1/", NO_HOST),
    ("https:///path", NO_HOST),
    ("https:/live.aurora.example/", NO_HOST),
    ("https:live.aurora.example", NO_HOST),
    ("http://live.aurora.example/", NOT_HTTPS),
    ("http://127.0.0.2/", NOT_HTTPS),
    ("http://localhost.evil.example/", NOT_HTTPS),
    ("http://[::2]/", NOT_HTTPS),
    ("https://user@live.aurora.example/", USER),
    ("https://user:password@live.aurora.example/", USER),
    ("https://live.aurora.example@evil.example/", USER),
    ("http://127.0.0.1:80@evil.example/", USER),
    ("tve.company://user@host/", USER),
    ("https://live.aurora.example/../up", DOTS),
    ("https://live.aurora.example/a/./b", DOTS),
    ("https://live.aurora.example/a/..", DOTS),
    ("https://live.aurora.example/%2e%2E/up", DOTS),
    ("https://live.aurora.example/.%2e/up", DOTS),
    ("https://live.aurora.example/a%2F..%2fb", DOTS),
    ("tve.company:../up", DOTS),
    ("https://live.aurora.example\\@evil.example/", BROKEN),
    ("https://live.aurora.example/\\..", BROKEN),
    ("https://*.aurora.example/", BROKEN),
    ("https://live.aurora.example/*", BROKEN),
    ("https://live.aurora.example/%zz", BROKEN),
    ("https://live.aurora.example/%2", BROKEN),
    ("tve.retired://callback", NOT_ALLOWED),
    ("tve.stranger://callback", NOT_ALLOWED),
    ("tve.unknown://callback", NOT_ALLOWED),
    ("example.aurora://callback", NOT_ALLOWED),
    ("example.borealis.live://callback", NOT_ALLOWED),
    ("adobepass://live.aurora.example", NOT_ALLOWED),
    ("adobepass://example.aurora", NOT_ALLOWED),
    ("adobepass://", NOT_ALLOWED),
    ("adobepass:example.aurora.live", NOT_ALLOWED),
    ("live.aurora.example", NOT_A_URI),
    ("//live.aurora.example/", NOT_A_URI),
    ("/callback", NOT_A_URI),
    ("urn:ietf:wg:oauth:2.0:oob", NOT_ALLOWED),
    (" https://live.aurora.example/", NOT_A_URI),
    ("https://live.aurora.example/ x", NOT_A_URI),
    ("https://live.aurora.example/\n", NOT_A_URI),
    ("https://live.aurora.example/\r\nSet-Cookie: a=b", NOT_A_URI),
    ("https://live.aurora.example/\x7f", NOT_A_URI),
    ("https://live.aurora.ex\u00e4mple/", NOT_A_URI),
    ("https://live\u3002aurora.example/", NOT_A_URI),
    ("1tve://callback", NOT_A_URI),
]


@pytest.mark.parametrize(("uri", "match"), ALLOWED)
@pytest.mark.compliance("RFC 8252", "7")
@pytest.mark.compliance("RFC 7591", "5")
@pytest.mark.compliance("RFC 9700", "2.6")
def test_a_redirect_uri_that_something_of_the_application_allows_is_registered(http, schemes, uri, match):
    assert protocol.registered(http, schemes, redirect_uri=uri)["redirect_uris"] == [uri]
    row = Client.objects.get()
    assert (row.redirect_uris, row.redirect_matches) == (uri, [match])


@pytest.mark.compliance("RFC 9700", "2.1")
@pytest.mark.parametrize(("uri", "description"), REFUSED)
@pytest.mark.compliance("RFC 7591", "3.2.2")
@pytest.mark.compliance("RFC 7591", "5")
@pytest.mark.compliance("RFC 9700", "2.6")
def test_any_other_redirect_uri_is_refused(http, schemes, uri, description):
    check_refusal(protocol.register(http, schemes.text, redirect_uri=uri), "invalid_redirect_uri", description)
    assert not Client.objects.exists()


@pytest.mark.parametrize("name", ["javascript", "data", "vbscript", "file", "blob", "about", "JavaScript"])
def test_a_scheme_of_the_browsers_is_never_allowed_even_where_it_is_recorded(http, world, name):
    scheme(world.programmer, name, imported=True)
    check_refusal(protocol.register(http, world.text, redirect_uri=f"{name}:x"), "invalid_redirect_uri", NOT_ALLOWED)
    scheme(world.programmer, "tve.fine")
    assert protocol.registered(http, world, redirect_uri="tve.fine:x")["redirect_uris"] == ["tve.fine:x"]


@pytest.mark.parametrize("name", ["http", "https"])
def test_a_custom_scheme_never_stands_for_the_web(http, world, name):
    scheme(world.programmer, name, imported=True)
    response = protocol.register(http, world.text, redirect_uri=f"{name}://evil.example/")
    assert response.json()["error"] == "invalid_redirect_uri"


def test_2000_characters_fit_and_one_more_does_not(http, world):
    uri = "https://live.aurora.example/".ljust(2000, "a")
    assert protocol.registered(http, world, redirect_uri=uri)["redirect_uris"] == [uri]
    check_refusal(protocol.register(http, world.text, redirect_uri=uri + "a"), "invalid_redirect_uri", NOT_A_URI)


def test_a_channels_scheme_counts_only_for_an_application_that_covers_the_channel(http, world):
    scheme(world.programmer, "tve.second", channel=world.second)
    app = protocol.application(world.programmer, level="channel", all_channels=False, channels=["aurora-one"])
    response = protocol.register(http, protocol.issue(app).text, redirect_uri="tve.second:/")
    check_refusal(response, "invalid_redirect_uri", NOT_ALLOWED)
    assert protocol.registered(http, world, redirect_uri="tve.second:/")["redirect_uris"] == ["tve.second:/"]


def test_a_domain_counts_only_where_a_covered_channel_has_it_and_the_application_names_it(http, world):
    app = protocol.application(world.programmer, level="channel", all_channels=False, channels=["aurora-one"])
    text = protocol.issue(app).text
    response = protocol.register(http, text, redirect_uri="https://two.aurora.example/")
    check_refusal(response, "invalid_redirect_uri", NOT_ALLOWED)
    narrow = protocol.application(world.programmer, domains=["two.aurora.example"])
    text = protocol.issue(narrow).text
    response = protocol.register(http, text, redirect_uri="https://live.aurora.example/")
    check_refusal(response, "invalid_redirect_uri", NOT_ALLOWED)
    assert protocol.register(http, text, redirect_uri="https://two.aurora.example/").status_code == 201


def test_an_international_domain_is_matched_by_its_a_labels(http, world):
    world.channel.domains.update(host="xn--strae-oqa.example")
    app = protocol.application(world.programmer, domains=["xn--strae-oqa.example"])
    text = protocol.issue(app).text
    assert protocol.register(http, text, redirect_uri="https://XN--STRAE-oqa.example/").status_code == 201
    response = protocol.register(http, text, redirect_uri="https://strasse.example/")
    check_refusal(response, "invalid_redirect_uri", NOT_ALLOWED)


def covering(world, *channels):
    app = protocol.application(world.programmer, all_channels=False, channels=sorted(channels))
    return protocol.issue(app).text


def test_without_a_redirect_uri_the_one_covered_channels_default_is_registered(http, world):
    world.channel.default_redirect_url = "https://live.aurora.example/welcome"
    world.channel.save()
    answer = protocol.register(http, covering(world, "aurora-one")).json()
    assert answer["redirect_uris"] == ["https://live.aurora.example/welcome"]
    assert Client.objects.get().redirect_matches == [LIVE]
    # Of two channels neither is the default.
    assert protocol.register(http, covering(world, "aurora-one", "aurora-two")).json()["redirect_uris"] == []
    assert protocol.registered(http, world)["redirect_uris"] == []


@pytest.mark.parametrize("url", ["", "https://evil.example/", "https://live.aurora.example/../"])
def test_a_default_that_does_not_pass_the_rule_is_left_out(http, world, url):
    world.channel.default_redirect_url = url
    world.channel.save()
    assert protocol.register(http, covering(world, "aurora-one")).json()["redirect_uris"] == []


def test_an_all_channels_application_of_a_programmer_with_one_channel_has_its_default(http, world):
    world.channel.default_redirect_url = "https://live.aurora.example/welcome"
    world.channel.save()
    world.second.removed_in = 2
    world.second.save()
    assert protocol.registered(http, world)["redirect_uris"] == ["https://live.aurora.example/welcome"]

import pytest

from registration import domains


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("example.com", "example.com"),
        (" Live.Aurora.EXAMPLE ", "live.aurora.example"),
        ("aurora.example", "aurora.example"),
        ("example.com.", "example.com"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("straße.de", "xn--strae-oqa.de"),
        ("foo。bar.com", "foo.bar.com"),
        ("somebody.github.io", "somebody.github.io"),
        ("r3---sn-4g5e6nez.video.example", "r3---sn-4g5e6nez.video.example"),
        ("a.unheard-of-suffix", "a.unheard-of-suffix"),
        ("bbc.co.uk", "bbc.co.uk"),
    ],
)
def test_a_host_name_becomes_a_labels(typed, host):
    assert domains.check_host(typed) == host


@pytest.mark.parametrize(
    "typed",
    [
        "", None, 7, "localhost", "example", "co.uk", "github.io", "com", "*.example.com", "example.com:8080",
        "https://example.com", "example.com/path", "me@example.com", "10.0.0.1", "0x7f.1", "1.2.3", "[::1]", "::1",
        "a_b.example.com", "-a.example.com", "a-.example.com", "a..example.com", ".example.com", "exa mple.com",
        "xn--a.com", "😀.com", f"{'a' * 64}.com", ".".join(["a" * 63] * 4) + ".com", "example.com..", "a\x00.com",
    ],
)  # fmt: skip
def test_what_is_no_registrable_host_name_is_refused_with_a_sentence(typed):
    with pytest.raises(ValueError, match=r"\.$"):
        domains.check_host(typed)
    assert domains.check_host("example.com") == "example.com"


def test_parents_reach_down_to_the_registrable_domain():
    assert domains.parents("a.b.example.co.uk") == ["b.example.co.uk", "example.co.uk"]
    assert domains.parents("example.co.uk") == []


def test_a_host_is_within_its_domain_by_whole_labels():
    assert domains.is_within("a.example.com", "example.com")
    assert domains.is_within("example.com", "example.com")
    assert not domains.is_within("badexample.com", "example.com")

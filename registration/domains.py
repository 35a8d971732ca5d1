"""Host names as a channel's domains: read once into IDNA A-labels, at least a registrable domain each."""

import re
from functools import cache

import idna
from publicsuffixlist import PublicSuffixList

MOST = 253
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)\Z")
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")


def check_host(text: object) -> str:
    """A host name in IDNA A-labels (UTS 46, non-transitional), a registrable domain or below one.

    The public-suffix list counts with its private section, and its default rule for suffixes that it does not know.
    Raises ValueError with a sentence that says what to do.
    """
    typed = text.strip() if isinstance(text, str) else ""
    if not typed:
        raise ValueError("Enter a domain, such as example.com.")
    if len(typed) > 4 * MOST:
        # Before anything is computed: punycode takes the square of a label's length.
        raise ValueError(f"Use at most {MOST} characters; this has {len(typed)}.")
    if "*" in typed:
        raise ValueError("Leave out the wildcard: a domain covers every host below it.")
    if "://" in typed or "/" in typed or "@" in typed:
        raise ValueError("Enter the host name alone, without a scheme or a path, such as example.com.")
    if ":" in typed or "[" in typed:
        raise ValueError("Leave out the port. IP addresses cannot be domains.")
    host = _a_labels(typed)
    if _NUMBER.match(host.rpartition(".")[2]):
        raise ValueError("Enter a host name; IP addresses cannot be domains.")
    if registrable(host) is None:
        raise ValueError(f"Everybody shares {host}. Enter a name below it that is yours, such as your-name.{host}.")
    return host


def registrable(host: str) -> str | None:
    """The registrable domain that `host` is or lies below, or None where it is itself a public suffix."""
    return _suffixes().privatesuffix(host)


def is_within(host: str, domain: str) -> bool:
    """Whether `host` is `domain` or lies below it."""
    return host == domain or host.endswith("." + domain)


def parents(host: str) -> list[str]:
    """The domains above `host`, the nearest first, down to the registrable one."""
    top, above = registrable(host), []
    while top and host != top:
        host = host.partition(".")[2]
        above.append(host)
    return above


def _a_labels(typed: str) -> str:
    try:
        mapped = idna.uts46_remap(typed, std3_rules=True, transitional=False).removesuffix(".")
        labels = [_a_label(label) for label in mapped.split(".")]
    except (idna.IDNAError, UnicodeError):
        raise ValueError("This is not a host name. Use letters, digits and hyphens, such as example.com.") from None
    host = ".".join(labels)
    if len(host) > MOST:
        raise ValueError(f"Use at most {MOST} characters; this has {len(host)} as it goes over the wire.")
    return host


def _a_label(label: str) -> str:
    # IDNA 2008 refuses "--" in third place, but names such as r3---sn exist: plain labels are taken as they are.
    if _LABEL.match(label) and not label.startswith("xn--"):
        return label
    return idna.alabel(label).decode("ascii")


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=True, accept_encoded_idn=True)

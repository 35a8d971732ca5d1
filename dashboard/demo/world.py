"""What the demo world holds. None of it is real; every host is below `.example` (RFC 2606)."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from oauth.environments import Environment
from registration.platforms import Platform

EVERY_PLATFORM = tuple(Platform.values)
TVS = ("TVOS", "ROKU", "FIRETV", "TV_OTHER")
MOBILES = ("IOS", "ANDROID", "MOBILE_OTHER")
V2 = ("api:client:v2",)
V1 = ("config:client", "decisions:client", "platform:sso", "profile:client", "tokens:client")
RELEASE = Environment.RELEASE_PRODUCTION.value
STAGING = Environment.RELEASE_STAGING.value


@dataclass(frozen=True)
class DemoChannel:
    id: str
    name: str
    hosts: tuple[str, ...]


@dataclass(frozen=True)
class DemoApplication:
    """`channels` None means all of them; one channel with `at_channel` makes a channel-level application."""

    name: str
    version: str
    channels: tuple[str, ...] | None = None
    at_channel: bool = False
    platforms: tuple[str, ...] = EVERY_PLATFORM
    scopes: tuple[str, ...] = V2
    clients: int = 0
    replaces: str = ""
    state: str = ""
    never_expires: bool = False


@dataclass(frozen=True)
class DemoCertificate:
    """Of the programmer, or of one channel; it expires in so many days."""

    name: str
    days: float
    used: bool = False
    channel: str = ""


@dataclass(frozen=True)
class DemoProgrammer:
    id: str
    name: str
    channels: tuple[DemoChannel, ...]
    applications: tuple[DemoApplication, ...]
    schemes: tuple[str, ...] = ()
    certificates: tuple[DemoCertificate, ...] = ()
    reports: tuple[str, ...] = ()  # the channels with an analytics configuration
    environments: tuple[str, ...] = tuple(Environment.values)


def _channels(programmer: str, *names: str) -> tuple[DemoChannel, ...]:
    """`One` of aurora is `aurora-one`, at `one.aurora.example`; the first is live at `live.aurora.example` too."""
    made = []
    for position, name in enumerate(names):
        word = name.lower().replace(" ", "-")
        hosts = (f"{word}.{programmer}.example", *((f"live.{programmer}.example",) if position == 0 else ()))
        made.append(DemoChannel(f"{programmer}-{word}", f"{programmer.capitalize()} {name}", hosts))
    return tuple(made)


App = DemoApplication
PROGRAMMERS = (
    DemoProgrammer(
        "aurora",
        "Aurora Networks",
        _channels("aurora", "One", "Kids", "News", "Sports"),
        (
            App("Aurora Live, iOS (legacy)", "5.0.3", None, platforms=("IOS",), clients=31, state="closed"),
            App("Aurora Live", "6.1.0", None, clients=64, replaces="Aurora Live, iOS (legacy)/5.0.3"),
            App("Aurora Kids, Fire TV", "1.0.0", ("aurora-kids",), at_channel=True, platforms=("FIRETV",), clients=3),
            App("Aurora News, tvOS", "2.3.1", ("aurora-news",), at_channel=True, platforms=("TVOS",)),
            App("Aurora Sports, Roku", "3.4.2", ("aurora-sports",), platforms=("ROKU",), scopes=V2 + V1, clients=21),
            App("Aurora web player", "2.0.0", ("aurora-one", "aurora-news"), platforms=("DESKTOP",), clients=12),
            App("Aurora Live preview", "7.0.0", None, platforms=MOBILES + TVS, clients=5, state="revoked"),
            App("Usage reporting", "1.2.0", None, platforms=(), scopes=("analytics:client",), clients=1),
        ),
        schemes=("Aurora apps on phones", "Aurora apps on televisions"),
        certificates=(
            DemoCertificate("metadata.aurora.example", 20.5, used=True),
            DemoCertificate("metadata.aurora.example", 390),
            DemoCertificate("metadata.aurora.example", -340),
            DemoCertificate("kids.aurora.example", 210, used=True, channel="aurora-kids"),
        ),
        reports=("aurora-one", "aurora-sports"),
    ),
    DemoProgrammer(
        "borealis",
        "Borealis Media",
        _channels("borealis", "One", "Cinema"),
        (
            App("Borealis Now", "3.0.0", None, clients=18),
            App("Borealis Cinema, Fire TV", "1.4.0", ("borealis-cinema",), at_channel=True, platforms=("FIRETV",)),
            App("Borealis Now, Android", "2.9.1", None, platforms=("ANDROID",), clients=9, state="suspended"),
        ),
        schemes=("Borealis Now",),
        certificates=(DemoCertificate("metadata.borealis.example", 150, used=True),),
        reports=("borealis-one",),
    ),
    DemoProgrammer(
        "cascade",
        "Cascade Broadcasting",
        _channels("cascade", "East", "West", "Weather"),
        (
            App("Cascade TV Everywhere", "1.0.0", None, scopes=V2 + V1, clients=14),
            App("Cascade Weather, Roku", "1.1.0", ("cascade-weather",), at_channel=True, platforms=("ROKU",)),
        ),
        environments=(RELEASE, STAGING),
    ),
    DemoProgrammer(
        "driftwood",
        "Driftwood Entertainment",
        _channels("driftwood", "Drama", "Comedy", "Classics", "Kitchen", "Garden"),
        (
            App("Driftwood Go", "4.2.0", None, clients=27),
            App("Driftwood Go, connected TV", "4.2.0", ("driftwood-drama", "driftwood-comedy"), platforms=TVS),
            App("Driftwood Kitchen", "1.0.0", ("driftwood-kitchen",), at_channel=True, platforms=MOBILES),
        ),
        schemes=("Driftwood Go",),
        environments=(RELEASE, STAGING),
    ),
    DemoProgrammer(
        "ember",
        "Ember Sports Group",
        _channels("ember", "Football", "Rugby", "Tennis", "Golf", "Motor", "Winter", "Water", "Classic"),
        (
            App("Ember Arena", "8.0.0", None, clients=40),
            App("Ember Motor, Apple TV", "2.1.0", ("ember-motor",), at_channel=True, platforms=("TVOS",), clients=4),
            App("Ember Box Office", "1.0.0", ("ember-football", "ember-rugby"), platforms=(*TVS, "DESKTOP")),
        ),
        environments=(RELEASE,),
    ),
    DemoProgrammer(
        "operator",
        "The operator's own services",
        (),
        (
            App(
                "Resource Server",
                "1.0.0",
                None,
                platforms=(),
                scopes=("introspection",),
                clients=1,
                never_expires=True,
            ),
        ),
        environments=(RELEASE, STAGING),
    ),
)

_ADJECTIVES = [
    "Amber",
    "Blue",
    "Cedar",
    "Delta",
    "Eagle",
    "Frost",
    "Golden",
    "Harbor",
    "Iron",
    "Jade",
    "Kestrel",
    "Lunar",
    "Maple",
    "North",
    "Opal",
    "Prairie",
]
_NOUNS = [
    "Bay",
    "Crest",
    "Field",
    "Gate",
    "Hill",
    "Isle",
    "Lake",
    "Mesa",
    "Peak",
    "Ridge",
    "River",
    "Sound",
    "Stone",
    "Vale",
    "Wood",
    "Yard",
]
_SUBJECTS = [
    "One",
    "Two",
    "Kids",
    "News",
    "Sports",
    "Movies",
    "Music",
    "Travel",
    "Food",
    "Comedy",
    "Drama",
    "Science",
    "History",
    "Weather",
]
_PRODUCTS = ["Live", "Go", "Now", "Plus", "Player", "Everywhere", "Kids", "Sports", "News", "Cinema"]


def large(programmers: int = 60, channels: int = 228, applications: int = 4_980) -> Iterator[DemoProgrammer]:
    """As many more as make 65 programmers, 250 channels, 5,000 applications and 200,000 clients; always the same."""
    chance = random.Random(7)  # noqa: S311  (a reproducible world, nothing secret)
    names = [f"{adjective} {noun}" for noun in _NOUNS for adjective in _ADJECTIVES][:programmers]
    for position, name in enumerate(names):
        word = name.lower().replace(" ", "")
        count = channels // programmers + (position < channels % programmers)
        own = _channels(word, *_SUBJECTS[:count])
        share = applications // programmers + (position < applications % programmers)
        apps = []
        for number in range(share):
            title = f"{name} {_PRODUCTS[number % len(_PRODUCTS)]}"
            version = f"{number // len(_PRODUCTS) + 1}.{chance.randrange(10)}.{chance.randrange(20)}"
            wide = chance.random() < 0.2
            picked = None if wide else tuple(sorted(c.id for c in chance.sample(own, chance.randint(1, len(own)))))
            platforms = tuple(sorted(chance.sample(EVERY_PLATFORM, chance.randint(1, 5))))
            scopes = V2 + V1 if chance.random() < 0.2 else V2
            clients = 40 if position or number else 1_340  # one busy enough for lists to stop counting
            apps.append(App(title, version, picked, platforms=platforms, scopes=scopes, clients=clients))
        yield DemoProgrammer(word, f"{name} Television", own, tuple(apps), (f"{name} apps",), environments=(RELEASE,))

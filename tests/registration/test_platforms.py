"""What `X-Device-Info` says, and that only a platform that it names can refuse."""

import base64
import json

import pytest

from registration.models import Client
from tests import protocol
from tests.protocol import check_refusal

WRONG_PLATFORM = "The application may not run on this platform. Ask for one that may."

TABLE = [
    ({"osName": "Roku OS"}, "ROKU"),
    ({"osName": "Roku OS", "primaryHardwareType": "Desktop"}, "ROKU"),
    ({"osName": "tvOS", "manufacturer": "Apple"}, "TVOS"),
    ({"osName": "iOS", "primaryHardwareType": "MobilePhone"}, "IOS"),
    ({"osName": "Android", "primaryHardwareType": "TV", "manufacturer": "Amazon"}, "FIRETV"),
    ({"osName": "Android", "primaryHardwareType": "SetTopBox", "manufacturer": "Amazon"}, "FIRETV"),
    ({"osName": "Android", "primaryHardwareType": "MediaPlayer", "manufacturer": "Amazon"}, "FIRETV"),
    ({"osName": "Android", "primaryHardwareType": "Tablet", "manufacturer": "Amazon"}, "ANDROID"),
    ({"osName": "Android", "primaryHardwareType": "TV", "manufacturer": "Sony"}, "TV_OTHER"),
    ({"osName": "Android", "primaryHardwareType": "SetTopBox"}, "TV_OTHER"),
    ({"osName": "Android", "primaryHardwareType": "MediaPlayer"}, "TV_OTHER"),
    ({"osName": "Android"}, "ANDROID"),
    ({"osName": "Android", "primaryHardwareType": "MobilePhone"}, "ANDROID"),
    ({"osName": "Windows", "primaryHardwareType": "MobilePhone"}, "MOBILE_OTHER"),
    ({"osName": "Tizen", "primaryHardwareType": "Tablet"}, "MOBILE_OTHER"),
    ({"osName": "Windows", "primaryHardwareType": "Desktop"}, "DESKTOP"),
    ({"osName": "Mac OS", "primaryHardwareType": "Desktop"}, "DESKTOP"),
    ({"osName": "OS X", "primaryHardwareType": "Desktop"}, "DESKTOP"),
    ({"osName": "Linux", "primaryHardwareType": "Desktop"}, "DESKTOP"),
    ({"osName": "Chrome OS", "primaryHardwareType": "Desktop"}, "DESKTOP"),
    ({"osName": "OpenBSD", "primaryHardwareType": "Desktop"}, "DESKTOP"),
    ({"osName": "webOS"}, "TV_OTHER"),
    ({"osName": "Tizen", "primaryHardwareType": "TV"}, "TV_OTHER"),
    ({"primaryHardwareType": "GamesConsole"}, "TV_OTHER"),
    ({"osName": "Linux", "primaryHardwareType": "SetTopBox"}, "TV_OTHER"),
    ({"osName": "Orbis", "primaryHardwareType": "MediaPlayer", "model": "x"}, "TV_OTHER"),
    ({"osName": "Windows"}, "UNIDENTIFIED"),
    ({"osName": "roku os"}, "UNIDENTIFIED"),
    ({"osName": "BeOS", "primaryHardwareType": "Desktop"}, "UNIDENTIFIED"),
    ({"model": "x"}, "UNIDENTIFIED"),
    ({}, "UNIDENTIFIED"),
]


def spelled(info):
    return base64.b64encode(json.dumps(info).encode()).decode()


@pytest.mark.parametrize(("info", "platform"), TABLE)
def test_the_platform_that_a_device_names_is_recorded(http, world, info, platform):
    assert protocol.register(http, world.text, headers={"x-device-info": spelled(info)}).status_code == 201
    assert Client.objects.get().platform == platform


@pytest.mark.parametrize(("info", "platform"), TABLE)
def test_a_platform_that_the_application_may_not_run_on_is_refused_where_it_was_named(http, world, info, platform):
    narrow = {"DESKTOP"} if platform != "DESKTOP" else {"IOS"}
    text = protocol.issue(protocol.application(world.programmer, platforms=sorted(narrow))).text
    response = protocol.register(http, text, headers={"x-device-info": spelled(info)})
    if platform == "UNIDENTIFIED":
        assert response.status_code == 201
    else:
        check_refusal(response, "unapproved_software_statement", WRONG_PLATFORM)
        assert not Client.objects.exists()


UNREADABLE = [
    "%%%",
    "!",
    "a",
    "====",
    "eyJvc05hbWUi",
    "\u00e9",
    base64.b64encode(b'{"osName": "Roku OS",}').decode(),
    base64.b64encode(b'{"osName": "Roku OS" "model": "x"}').decode(),
    base64.b64encode(b'["Roku OS"]').decode(),
    base64.b64encode(b'"Roku OS"').decode(),
    base64.b64encode(b"7").decode(),
    base64.b64encode(b"null").decode(),
    base64.b64encode(b'{"osName": 7}').decode(),
    base64.b64encode(b'{"osName": ["Roku OS"]}').decode(),
    base64.b64encode(b'{"osName": "Roku OS", "manufacturer": {}}').decode(),
    base64.b64encode(b'{"osName": "Roku OS", "osName": "iOS"}').decode(),
    base64.b64encode(b'{"osName": "\xff"}').decode(),
    base64.b64encode('{"osName": "Roku OS"}'.encode("utf-16")).decode(),
    base64.b64encode(b'{"osName": "\\ud800"}').decode(),
    base64.b64encode(b'{"osName": NaN}').decode(),
    base64.b64encode(b"[" * 5000).decode(),
    base64.b64encode(b'{"osName": ' + b"9" * 6000 + b"}").decode(),
]


@pytest.mark.parametrize("header", UNREADABLE)
def test_device_information_that_cannot_be_read_refuses_nobody(http, world, header):
    text = protocol.issue(protocol.application(world.programmer, platforms=["TVOS"])).text
    response = protocol.register(http, text, headers={"x-device-info": header})
    assert response.status_code == 201, response.content
    assert Client.objects.get().platform == "UNIDENTIFIED"


@pytest.mark.parametrize(
    "spelling",
    [
        lambda data: base64.urlsafe_b64encode(data).decode(),
        lambda data: base64.b64encode(data).decode().rstrip("="),
        lambda data: f"  {base64.b64encode(data).decode()} ",
    ],
)
def test_every_usual_spelling_of_base64_is_read(http, world, spelling):
    header = spelling(json.dumps({"osName": "Roku OS", "model": "\u00ff\u00fe??>>"}, ensure_ascii=False).encode())
    assert protocol.register(http, world.text, headers={"x-device-info": header}).status_code == 201
    assert Client.objects.get().platform == "ROKU"


@pytest.mark.parametrize(
    ("agent", "platform"),
    [
        ("Roku/DVP-14.5 (14.5.4.5934-46)", "ROKU"),
        ("AppleTV14,1/17.0", "TVOS"),
        ("Mozilla/5.0 (Linux; Android 9; AFTT) Silk/1", "FIRETV"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8)", "ANDROID"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)", "IOS"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "DESKTOP"),
        ("curl/8", "UNIDENTIFIED"),
    ],
)
def test_a_user_agent_is_recorded_and_refuses_nobody(http, world, agent, platform):
    text = protocol.issue(protocol.application(world.programmer, platforms=["TV_OTHER"])).text
    assert protocol.register(http, text, headers={"user-agent": agent}).status_code == 201
    assert Client.objects.get().platform == platform


def test_a_privileged_application_without_platforms_runs_anywhere(http, world):
    text = protocol.issue(protocol.application(world.programmer, platforms=[], scopes=["decisions:owner"])).text
    assert protocol.register(http, text, headers={"x-device-info": spelled({"osName": "tvOS"})}).status_code == 201

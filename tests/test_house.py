"""What the documents say is held against the code."""

import re
from pathlib import Path

from django.core.management import BaseCommand, get_commands, load_command_class
from django.urls import get_resolver

from oauth import bearer, enhanced, errors
from registration import errors as registration_errors

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text()
CLIENT = (ROOT / "docs" / "client.md").read_text()
GUIDE = (ROOT / "dashboard" / "guide.py").read_text()


def words_of(base):
    for one in base.__subclasses__():
        yield from words_of(one)
        yield from (getattr(one, name) for name in ("error", "code") if isinstance(getattr(one, name, None), str))


def test_every_setting_of_the_environment_is_documented():
    source = (ROOT / "config" / "settings.py").read_text()
    names = set(re.findall(r"environ\.\w+\(\s*\"([A-Z_]+)\"", source)) - {"ISSUER_"}
    assert {name for name in names if f"`{name}`" not in OPERATIONS} == set()
    assert len(names) > 20


def test_every_operator_command_is_documented():
    ours = {name for name, app in get_commands().items() if app in {"dashboard", "registration", "oauth"}}
    assert {name for name in ours if f"`{name}" not in OPERATIONS} == set()
    assert len(ours) > 8


def test_every_option_of_an_operator_command_is_documented_in_its_row():
    def options(command):
        return {each for action in command.create_parser("manage.py", "x")._actions for each in action.option_strings}

    rows = [line for line in OPERATIONS.splitlines() if line.startswith("| `")]
    usual, missing, seen = options(BaseCommand()), set(), 0
    for name, app in get_commands().items():
        if app in {"dashboard", "registration", "oauth"}:
            row = next(row for row in rows if f"`{name}" in row)
            own = options(load_command_class(app, name)) - usual - {"--environment"}
            missing |= {(name, option) for option in own if option not in row}
            seen += len(own)
    assert missing == set()
    assert seen > 12


def test_every_endpoint_of_the_protocol_is_documented():
    def patterns(resolver, prefix=""):
        for each in resolver.url_patterns:
            path = prefix + str(each.pattern)
            if hasattr(each, "url_patterns"):
                yield from patterns(each, path)
            else:
                yield path

    names = {"service_provider": "{serviceProvider}", "client_id": "{client_id}", "path": ""}
    paths = set()
    for path in patterns(get_resolver("config.protocol_urls")):
        named = re.sub(r"\(\?P<(\w+)>.*?\)\??", lambda match: names[match[1]], path)
        paths.add(named.replace("/?\\Z", "").replace("\\Z", "").translate(str.maketrans("", "", "^\\")))
    paths -= {"", "api/"}
    assert {path for path in paths if f"/{path}`" not in PROTOCOL} == set()
    assert len(paths) > 5


def test_every_word_of_an_error_is_documented_and_has_a_page_of_help():
    assert bearer
    assert registration_errors
    words = set(words_of(errors.ProtocolError)) | set(words_of(enhanced.EnhancedError))
    assert {word for word in words if f"`{word}`" not in PROTOCOL} == set()
    assert {word for word in words if f"| `{word}` |" not in CLIENT} == set()
    assert {word for word in words if f'"{word}"' not in GUIDE} == set()
    assert len(words) > 15


def test_no_machine_path_or_host_of_a_registry_is_in_a_requirements_file():
    for file in (ROOT / "config" / "requirements").glob("*.txt"):
        text = file.read_text()
        assert "://" not in text
        assert not re.search(r"^\s*(--index-url|--find-links|-e|/)", text, re.MULTILINE)

"""docs/protocol.md says what the code does, all of it, and nothing else."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import msgspec
import pytest
from pydantic import SecretStr
from starlette.routing import Route

from curbside.actions import identity
from curbside.app import build
from curbside.config import Settings
from curbside.domain import call_facts, calls, context, conversation, deciding, equipment, errors, phoning, switches
from curbside.domain.errors import MESSAGES
from curbside.realtime import allowance, connection, feed, frames
from curbside.web import carrier, greeting, search, server, socket, stream
from curbside.web import reading as web_reading
from tests.docs.reading import ROOT, examples, first_cells, page, section, source
from tests.serving import ROOT_KEY

PROTOCOL = page("docs/protocol.md")
GOLDEN = [json.loads(path.read_text()) for path in sorted((ROOT / "tests" / "wire").glob("*.json"))]
# What the server encodes as if a client had said it: a stream and a single frame end in the same connection.
_SPOKEN_FOR_CLIENTS = {"hello", "ping", "subscribe"}
# By name, as a struct, or around what was encoded before.
_ENCODED = r'(?:\bencode\(\s*|tag_field="type", tag=|b\'\{"type":)"([a-z_]+)"'
SENT = set(re.findall(_ENCODED, source())) - _SPOKEN_FOR_CLIENTS
RECEIVED = {*frames._FRAMES, "act"}
WORDS = set(re.findall(r"[a-z_]+", PROTOCOL))


def test_every_frame_is_documented_and_no_other() -> None:
    assert set(re.findall(r'"type":"([a-z_]+)"', PROTOCOL)) == SENT | RECEIVED


def test_every_frame_has_a_golden_file_and_no_other_has() -> None:
    golden = {(one["direction"], one["frame"]["type"]) for one in GOLDEN}
    # `done` is the answer of a single POST, and never comes over a connection.
    assert golden == {("in", kind) for kind in RECEIVED} | {("out", kind) for kind in SENT - {"done"}}


SHOWN = [(number, shown) for number in range(1, 14) for shown in examples(section(PROTOCOL, number))]
# Said in words beside the example: whose it is, what holds where it is left out, one of two.
IN_WORDS = {
    "act": {"verb"},
    "settings": {"idle_minutes", "screen_share", "screen_window"},
    "typing": {"who"},
    "signal": {"from"},
    "subscribe": set(),
}


@pytest.mark.parametrize("kind", sorted({one["frame"]["type"] for one in GOLDEN}))
def test_each_frame_is_shown_in_one_section_with_the_fields_it_has(kind: str) -> None:
    shown = [(number, fields) for number, fields in SHOWN if fields["type"] == f'"{kind}"']
    assert len({number for number, _ in shown}) == 1
    written = set().union(*(fields for _, fields in shown))
    golden = [set(one["frame"]) for one in GOLDEN if one["frame"]["type"] == kind]
    if kind == "act":  # each verb has fields of its own, in the table
        golden = [set.intersection(*golden)]
    assert set().union(*golden) - IN_WORDS.get(kind, set()) <= written
    assert written <= set().union(*golden)
    for fields in golden:
        assert any(len(fields - set(each)) <= len(IN_WORDS.get(kind, ())) for _, each in shown), fields


def test_every_verb_is_documented_and_no_other() -> None:
    assert sorted(first_cells(PROTOCOL, "| verb |")) == sorted(frames._VERBS)


@pytest.mark.parametrize("name", [*frames._FRAMES, *frames._VERBS])
def test_every_field_of_a_clients_frame_is_documented(name: str) -> None:
    kind = (frames._FRAMES | frames._VERBS)[name].type
    assert {field.encode_name for field in msgspec.structs.fields(kind)} <= WORDS


@pytest.mark.parametrize(
    "frame", [one["frame"] for one in GOLDEN if one["direction"] == "out"], ids=lambda f: f["type"]
)
def test_every_field_of_a_servers_frame_is_documented(frame: dict[str, object]) -> None:
    assert set(frame) <= WORDS


def test_every_kind_of_event_is_documented_and_no_other() -> None:
    decided = set(
        re.findall(
            r'Draft\(\s*"([a-z_]+)"',
            "".join(inspect.getsource(each) for each in (deciding, calls, call_facts, equipment, phoning)),
        )
    )
    assert decided >= set(conversation._CHANGES)
    assert set(first_cells(PROTOCOL, "| kind |")) == decided


def test_every_code_is_documented_and_no_other() -> None:
    assert set(first_cells(PROTOCOL, "| code |")) == set(MESSAGES) | _bye_codes()
    assert len(first_cells(PROTOCOL, "| code |")) == len(set(first_cells(PROTOCOL, "| code |")))


def test_there_is_no_code_that_nobody_says() -> None:
    said = source()
    for list_of_codes in (errors, web_reading):
        said = said.replace(inspect.getsource(list_of_codes), "")
    assert [code for code in MESSAGES if f'"{code}"' not in said] == []


def _bye_codes() -> set[str]:
    closed = set(re.findall(r'(?:\.close|ProtocolError)\(\s*"([a-z_]+)"', source()))
    # Who holds a token is looked up when somebody says hello; a database may not answer.
    asked = inspect.getsource(identity._holder) + inspect.getsource(greeting.welcome)
    turned_away = set(re.findall(r'Refused\("([a-z_]+)"', asked)) | {"unavailable"}
    return (closed | turned_away) - {"gone"}  # said to nobody: the transport was lost


def test_every_bye_is_documented_with_how_the_socket_closes() -> None:
    rows = {row.split("`")[1]: row for row in section(PROTOCOL, 8).splitlines() if row.startswith("| `")}
    listed = {word: row for row in rows.values() for word in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert set(listed) == _bye_codes()
    for code, row in listed.items():
        assert f"| {socket._CODES.get(code, socket._OTHER)} |" in row, code


def test_every_reason_to_subscribe_again_is_documented_and_has_a_golden_frame() -> None:
    documented = set(first_cells(PROTOCOL, "| why |"))
    assert documented == {one["frame"]["why"] for one in GOLDEN if one["frame"]["type"] == "resync"}
    said = source("realtime") + source("web")
    assert [why for why in documented if f'"{why}"' not in said] == []
    told = set(re.findall(r'(?:resync|drop)\([a-z_.]+, "([a-z_]+)"', said)) | set(
        re.findall(r'\bwhy="([a-z_]+)"', said)
    )
    assert told <= documented


def test_every_field_of_the_context_is_documented() -> None:
    assert {f"`{name}`" for name in context.FIELDS} <= set(re.findall(r"`\w+`", section(PROTOCOL, 4)))


def test_every_switch_that_is_on_is_documented() -> None:
    assert {f'"{name}"' for name, on in switches.CAPABILITIES.items() if on} <= set(re.findall(r'"\w+"', PROTOCOL))


def test_the_limits_are_those_of_the_code() -> None:
    limits = json.loads("{" + re.findall(r'"limits":\{(.*?)\}', PROTOCOL)[0] + "}")
    assert limits == greeting.LIMITS
    sizes, ends, http = section(PROTOCOL, 4), section(PROTOCOL, 8), section(PROTOCOL, 9) + section(PROTOCOL, 10)
    assert f"At most {connection.IN_FLIGHT_MAX} commands" in sizes
    assert f"after {connection.SILENCE_MS // 1000} s of silence" in section(PROTOCOL, 7)
    assert f"more than {connection.BAD_FRAMES_MAX} frames" in ends
    assert f"{greeting.CONNECTIONS_MAX} connections a person, {feed.SUBSCRIPTIONS_MAX} conversations" in ends
    assert f"and {carrier.LISTS_MAX} lists a connection" in ends
    assert f"less than {server.BODY_BYTES_MIN // 1024} KiB come in {server.BODY_S:.0f} s" in ends
    assert f"{carrier.QUEUE_MAX:,} frames and {carrier.QUEUE_BYTES_MAX // 2**20} MiB" in ends
    assert f"nothing of it for {socket.WRITE_S:.0f} s" in ends
    contact, agent = allowance._CONTACT, allowance._AGENT
    assert f"{contact[0]:.0f} frames a second with a burst of {contact[1]:.0f} for a contact" in ends
    assert f"{agent[0]:.0f} and {agent[1]:.0f} for an agent" in ends and f"and {allowance._PATIENCE:.0f} frames" in ends
    assert f"after {stream.POLL_S:.0f} s" in http and f"at most {stream._BODY_MAX // 1024} KiB" in http
    assert f"`q` has at most {msgspec.inspect.type_info(search.Query).fields[0].type.max_length}" in http  # type: ignore[attr-defined]


def test_every_route_is_documented_and_no_other(sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(database=sqlite_url, data=tmp_path, root_key=SecretStr(ROOT_KEY))
    application = build(settings)
    served = {socket.SOCKET} | {route.path for route in application.asgi.routes if isinstance(route, Route)}
    named = r"(?<![\w.])/(?:v1|check|desk|panel|call|widget|static|healthz|readyz|metrics)\b[\w./{}]*"
    documented = {path.rstrip(".") for path in re.findall(named, PROTOCOL)} - {"/v1"}
    assert documented == served
    application.floor.installation.db.writer.engine.dispose()
    application.floor.installation.db._reader.dispose()

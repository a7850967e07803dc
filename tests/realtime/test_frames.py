"""What is read from a client: one of ours, or refused, and never more than a bound."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curbside.domain.errors import ProtocolError
from curbside.realtime import frames
from curbside.realtime.frames import FRAME_MAX, BadFrame

KEY, TALK = "k" * 22, "c" * 22
SAY = {"type": "send", "key": KEY, "conversation": TALK, "kind": "message", "body": {"text": "Hello"}}


def refusal(text: str) -> BadFrame:
    with pytest.raises(BadFrame) as refused:
        frames.decode(text)
    return refused.value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '"ping"',
        "1",
        "{}",
        '{"type":1}',
        '{"type":"ping"',
        '{"type":"nothing"}',
        '{"type":"welcome"}',
        '{"type":"ping","at":"now"}',
        '{"type":"ping"} {"type":"ping"}',
        '{"type":"ping","type":"hello"}',
        '{"type":"send","key":"a","key":"b"}',
        '{"type":"ping","x":NaN}{',
    ],
)
def test_what_is_not_one_of_ours_is_refused(text: str) -> None:
    assert refusal(text).code == "bad_frame"


def test_a_key_twice_is_refused_at_any_depth() -> None:
    text = json.dumps(SAY).replace('"text": "Hello"', '"text": "Hello", "text": "Bye"')
    assert refusal(text).code == "bad_frame"


@pytest.mark.parametrize("open_, close", [("[", "]"), ('{"a":', "}")])
def test_a_frame_may_be_eight_deep_and_no_deeper(open_: str, close: str) -> None:
    def nested(depth: int) -> str:
        inner = open_ * depth + "1" + close * depth
        return '{"type":"ping","x":' + inner + "}"

    assert frames.decode(nested(7))
    assert refusal(nested(8)).code == "bad_frame"
    assert refusal(nested(2_000)).code == "bad_frame"


def test_braces_in_a_text_are_not_depth() -> None:
    said = {**SAY, "body": {"text": '{"[' * 50}}
    assert frames.decode(json.dumps(said))


def test_a_frame_of_more_than_16_kib_closes_the_connection() -> None:
    with pytest.raises(ProtocolError, match="too_large"):
        frames.decode('{"type":"ping","x":"' + "x" * FRAME_MAX + '"}')
    with pytest.raises(ProtocolError, match="too_large"):
        frames.decode('{"type":"ping","x":"' + "é" * (FRAME_MAX // 2) + '"}')


def test_a_text_of_more_than_8192_letters_is_too_large_and_names_its_key() -> None:
    refused = refusal(json.dumps({**SAY, "body": {"text": "x" * 8193}}))
    assert (refused.code, refused.key) == ("too_large", KEY)
    assert frames.decode(json.dumps({**SAY, "body": {"text": "x" * 8192}}))


def test_a_refusal_names_the_command_but_repeats_nothing_of_it() -> None:
    refused = refusal(json.dumps({**SAY, "kind": "CANARY", "body": {"text": "CANARY"}}))
    assert refused.key == KEY
    assert "CANARY" not in f"{refused} {refused!r} {refused.detail} {refused.message}"


def test_unknown_fields_are_ignored_and_unknown_verbs_refused() -> None:
    assert frames.decode(json.dumps({**SAY, "tenant": "southwind", "author": "agent:priya"}))
    assert refusal(json.dumps({"type": "act", "verb": "sudo", "key": KEY})).code == "unknown_verb"


@pytest.mark.parametrize("name", ["key", "conversation", "quote", "files"])
def test_nothing_follows_an_id_not_even_a_line_end(name: str) -> None:
    assert frames.decode(json.dumps(SAY))
    longer = KEY + "\n"
    more: dict[str, dict[str, object]] = {"quote": {"quote": longer}, "files": {"files": [longer]}}
    body = more.get(name, {})
    frame = {**SAY, "body": {"text": "Hello", **body}} if body else {**SAY, name: longer}
    assert refusal(json.dumps(frame)).code == "bad_frame"


@given(st.text(max_size=200))
def test_no_text_at_all_does_more_than_be_refused(text: str) -> None:
    with contextlib.suppress(BadFrame, ProtocolError):
        frames.decode(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(("type", "key", "verb", "conversation", "body", "after")), inner, max_size=4
            )
        ),
        max_leaves=12,
    ),
    st.sampled_from(sorted(frames._FRAMES)),
)
def test_no_json_at_all_does_more_than_be_refused(value: object, kind: str) -> None:
    frame = {"type": kind, **value} if isinstance(value, dict) else value
    with contextlib.suppress(BadFrame, ProtocolError):
        frames.decode(json.dumps(frame))


def test_nothing_that_holds_words_or_a_token_shows_them() -> None:
    said = frames.decode(json.dumps({**SAY, "body": {"text": "CANARY"}}))
    hello = frames.decode(json.dumps({"type": "hello", "version": 1, "token": "CANARY", "device": KEY, "tab": KEY}))
    renew = frames.decode(json.dumps({"type": "renew", "token": "CANARY"}))
    assert "CANARY" not in f"{said!r} {hello!r} {renew!r}"


@pytest.mark.parametrize(
    "text, fits",
    [
        ("a" * 8192, True),
        ("a" * 8193, False),
        ("á" * 4096, True),
        ("á" * 4097, False),
        ("病" * 2731, False),
        ("🙂" * 2048, True),
        ("🙂" * 2049, False),
    ],
)
@pytest.mark.parametrize("verb", ["send", "edit", "hand_over"])
def test_a_text_has_eight_kibibytes_whatever_it_is_written_in(verb: str, text: str, fits: bool) -> None:
    act = {"type": "act", "key": KEY, "conversation": TALK, "verb": verb}
    asked = {
        "send": {**SAY, "body": {"text": text}},
        "edit": {**act, "target": KEY, "body": {"text": text}},
        "hand_over": {**act, "to_team": "t", "packet": {"summary": text}},
    }[verb]
    frame = json.dumps(asked, ensure_ascii=False)
    if fits:
        assert frames.decode(frame)
    else:
        assert (refusal(frame).code, refusal(frame).key) == ("too_large", KEY)

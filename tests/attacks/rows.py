"""Every frame, verb and route, and what each would do to the conversation `{talk}`, its message `{said}`, its file.

Beside each stands who belongs here, and what proves that for them the very same request works: what is refused to
everybody proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.attacks.scene import CANARY, REPLY
from tests.serving import TENANT

TALK, SAID, KEY, CALL = "{talk}", "{said}", "{key}", "{call}"
OFFER = {"type": "offer", "sdp": f"v=0\r\ns={CANARY}\r\n"}
FRAMES: dict[str, dict[str, Any]] = {
    "hello": {"version": 1, "token": "x", "device": KEY, "tab": KEY, "cursors": {TALK: 0}},
    "renew": {"token": "{stolen}"},
    "subscribe": {"topic": "conversation:{talk}", "after": 0},
    "unsubscribe": {"topic": "conversation:{talk}"},
    "get": {"conversation": TALK, "after": 0, "limit": 200},
    "ack": {"conversation": TALK, "seq": 2},
    "read": {"conversation": TALK, "seq": 2},
    "typing": {"conversation": TALK, "audience": "contact", "on": True},
    "ping": {"at": 1},
    "call_here": {"call": CALL, "tab": KEY},
    "signal": {"id": KEY, "call": CALL, "to": "{sue}", "generation": 1, "n": 1, "description": OFFER},
    "signal_ack": {"id": KEY},
    "send": {"key": KEY, "conversation": TALK, "kind": "message", "body": {"text": "I should not be here"}},
}
VERBS: dict[str, dict[str, Any]] = {
    "start": {"contact": "{dana}"},
    "claim": {},
    "release": {},
    "hand_over": {"to_team": "first"},
    "wait": {"on": "contact"},
    "resolve": {},
    "reopen": {},
    "rate": {"score": 1},
    "urgency": {"urgency": "high"},
    "edit": {"target": SAID, "body": {"text": "changed"}},
    "delete": {"target": SAID},
    "redact": {"target": SAID, "why": "x"},
    "state": {"conversation": None, "state": "off"},
    "equipment": {"microphone": "works", "camera": "dark"},
    "phone_me": {"number": "+1 555 014 2000"},
    "phone_me.withdraw": {},
    "phone_me.attempt": {"outcome": "no_answer", "note": "x"},
    "call.request": {"call": CALL},
    "call.accept": {"call": CALL},
    "call.decline": {"call": CALL},
    "call.cancel": {"call": CALL},
    "call.leave": {"call": CALL},
    "call.media": {"call": CALL, "camera": True, "screen": True, "voice": True},
    "call.stop_screen": {"call": CALL, "of": "{sue}"},
    "call.invite": {"call": CALL, "agent": "{ada}"},
    "call.report": {"call": CALL, "mos": 1},
}
# Who belongs here does every verb, in an order in which each is possible; `delete`, `start` and `call.request` need
# something new.
STORY = (
    ("sue", "call.media"),
    ("dana", "call.stop_screen"),
    ("sue", "call.invite"),
    ("dana", "call.report"),
    ("dana", "equipment"),
    ("dana", "call.leave"),
    ("dana", "phone_me"),
    ("sue", "phone_me.attempt"),
    ("dana", "phone_me.withdraw"),
    ("dana", "call.request"),
    ("sue", "call.decline"),
    ("dana", "call.request"),
    ("dana", "call.cancel"),
    ("dana", "call.request"),
    ("sue", "call.accept"),
    ("sue", "call.leave"),
    ("sue", "release"),
    ("sue", "claim"),
    ("sue", "urgency"),
    ("dana", "edit"),
    ("sue", "wait"),
    ("sue", "release"),
    ("sue", "hand_over"),
    ("sue", "claim"),
    ("sue", "resolve"),
    ("sue", "reopen"),
    ("sue", "resolve"),
    ("dana", "rate"),
    ("sue", "redact"),
    ("dana", "delete"),
    ("sue", "start"),
    ("sue", "state"),
)


def act(verb: str) -> dict[str, Any]:
    """Return the frame of a verb."""
    return {"type": "act", "key": KEY, "conversation": TALK, "verb": verb, **VERBS[verb]}


def every_frame() -> list[dict[str, Any]]:
    return [{"type": kind, **fields} for kind, fields in FRAMES.items()] + [act(verb) for verb in VERBS]


@dataclass(frozen=True)
class Row:
    """One way to ask. `insider` is answered with `status`, and with `proof` in the answer."""

    method: str
    path: str
    insider: str = ""
    status: int = 200
    proof: str = ""
    asks: Mapping[str, Any] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()


_CONTACTS = "/v1/contacts"
_FILE = {"data": {"conversation": TALK}, "files": {"file": "a,b"}}
# What holds something of somebody: in-house people find every contact of their tenant, to open a conversation for one;
# and elsewhere the same ids are one's own.
GUARDED = (
    Row("POST", "/v1/files", "dana", 201, "text/plain", _FILE, ("other tenant's contact",)),
    Row("POST", "/v1/files/{id}/link", "dana", 200, "/v1/files/"),
    Row("GET", "/v1/files/{id}/{signature}", "dana", 200, CANARY),
    Row("POST", "/v1/search", "dana", 200, CANARY, {"json": {"q": CANARY}}),
    Row("POST", "/v1/history", "sue", 200, "{talk}", {"json": {"contact": "{dana}"}}),
    Row("POST", _CONTACTS, "sue", 200, "{dana}", {"json": {"q": "Dana"}}, ("lower level", "other tenant")),
    Row("POST", "/v1/call/code", "dana", 200, "/call#c=", {"json": {"call": CALL, "way": "window"}}),
    Row("POST", "/v1/transcript", "dana", 200, CANARY, {"json": {"conversation": TALK}}),
    Row("POST", "/desk/token", "sue", 200, '"token"', allowed=("other tenant", "other partner", "lower level")),
    Row("POST", "/desk/here", "sue", 204, allowed=("other tenant", "other partner", "lower level")),
    Row("GET", "/desk/settings/{section}", "ada", 200, REPLY, allowed=("other tenant",)),
)
# What has tests of its own, here or in tests/web: its answer is a conversation, or its proof a signature or a code.
APART = (
    Row("GET", "/v1/socket"),
    Row("POST", "/v1/stream"),
    Row("POST", "/v1/frame"),
    Row("POST", "/v1/identify"),
    Row("POST", "/v1/logout"),
    Row("POST", "/v1/end"),
    Row("POST", "/v1/check"),
    Row("POST", "/v1/echo"),
    Row("POST", "/v1/call/token"),
    Row("GET", "/desk/login/code.svg"),
    Row("GET", "/desk/password"),
    Row("POST", "/desk/password"),
    Row("POST", "/desk/settings/{section}/{verb}"),
)
# What tells everybody the same, or sends them to the log-in.
OPEN = (
    Row("GET", "/v1/tenant/{tenant}"),
    Row("GET", "/panel"),
    Row("GET", "/check"),
    Row("GET", "/call"),
    Row("GET", "/widget.js"),
    Row("GET", "/widget/{hash}/widget.js"),
    Row("GET", "/widget/{hash}/screen.js"),
    Row("GET", "/widget/manifest.json"),
    Row("GET", "/static/built/{name}"),
    Row("GET", "/static/{name}"),
    Row("GET", "/desk"),
    Row("GET", "/desk/login"),
    Row("POST", "/desk/login"),
    Row("GET", "/desk/login/code"),
    Row("POST", "/desk/login/code"),
    Row("POST", "/desk/logout"),
    Row("GET", "/desk/settings"),
    Row("GET", "/healthz"),
    Row("GET", "/readyz"),
    Row("GET", "/metrics"),
)
PLACES = {"{tenant}": TENANT, "{hash}": "x", "{name}": "x", "{section}": "replies", "{verb}": "save"}

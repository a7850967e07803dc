"""The three kinds of error: a person is told, a connection is closed, or it is a bug."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MESSAGES: Mapping[str, str] = {
    "already_accepted": "Somebody else has answered this call.",
    "already_claimed": "Somebody else has taken this conversation.",
    "already_rated": "You have rated this already. Thank you.",
    "at_capacity": "You are at your limit of conversations. Resolve or release one first.",
    "bad_body": "This text cannot be sent as it is.",
    "bad_file": "This file cannot be sent.",
    "bad_frame": "This was not understood.",
    "bad_login": "E-mail, password or code is not right.",
    "bad_number": "This is no number that can be phoned.",
    "bad_token": "You are no longer logged in. Open Help again.",
    "busy": "Too much is happening at once. Try again in a moment.",
    "call_full": "More people than this cannot be in a call.",
    "call_over": "This call is over.",
    "call_running": "There is a call in this conversation already.",
    "conflict": "This was sent before with another content.",
    "context_field": "A field of the context is not allowed.",
    "ended": "The log-in has ended.",
    "expired": "The log-in has run out. Open Help again.",
    "file_too_large": "This file is too large.",
    "forbidden": "You may not do this.",
    "no_hello": "The connection did not say who it is.",
    "nobody_free": "Nobody is free to answer a call just now. Write to us: we answer here.",
    "not_claimed": "Nobody is working on this conversation.",
    "not_found": "This is not here, or it is not yours.",
    "not_in_call": "You are not in this call.",
    "not_owner": "This conversation is not yours. Claim it first.",
    "not_phoning": "Nobody is waiting to be phoned here.",
    "not_resolved": "This conversation is still open.",
    "not_rung": "This call is not for you, or no longer.",
    "not_yours": "Only its author can do this.",
    "resolved": "This conversation is resolved. Reopen it first.",
    "restarting": "The server is restarting. You will be connected again.",
    "stale": "This belongs to an earlier connection.",
    "switched_off": "This is switched off here.",
    "too_fast": "That was too fast. Try again in a moment.",
    "too_large": "This is too long.",
    "too_late": "This can be edited for one minute only.",
    "too_many_open": "You have many open conversations already. Please go on in one of them.",
    "too_many_attempts": "Too many attempts. Try again later.",
    "unavailable": "This could not be stored. It will be tried again.",
    "unknown_target": "There is nobody by that name to hand over to.",
    "unknown_verb": "This was not understood.",
}


class Refused(Exception):
    """Tell the person that something was not done, and why.

    Nothing was changed. `retry` means that the same request may succeed unchanged, after `after_ms`.
    """

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        retry: bool = False,
        after_ms: int | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message or MESSAGES[code]
        self.retry = retry
        self.after_ms = after_ms
        self.detail = detail

    def __repr__(self) -> str:
        return f"Refused({self.code!r})"


class ProtocolError(Exception):
    """Close the connection: the other side broke the protocol."""

    def __init__(self, code: str, reconnect: str = "later", after_ms: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.reconnect = reconnect
        self.after_ms = after_ms

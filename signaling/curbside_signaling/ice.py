"""ICE servers with credentials that live for minutes (coturn's `use-auth-secret`; draft-uberti-behave-turn-rest-00)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

LIFETIME_S = 600


@dataclass(frozen=True, slots=True)
class IceServer:
    """What a browser needs to reach a relay; `expires_at` is in seconds since 1970."""

    urls: tuple[str, ...]
    username: str
    credential: str = field(repr=False)
    expires_at: int


def credentials(
    secret: bytes, opaque_id: str, urls: Sequence[str], now_s: int, lifetime_s: int = LIFETIME_S
) -> IceServer:
    """Make credentials for one participant.

    `opaque_id` must name nobody: it stands in the relay's logs. An allocation outlives its credentials, a new one does
    not: a client sets fresh ones before it restarts ICE.
    """
    if not secret:
        raise ValueError("a TURN secret is needed")
    expires_at = now_s + lifetime_s
    username = f"{expires_at}:{opaque_id}"
    mac = hmac.new(secret, username.encode(), hashlib.sha1).digest()
    return IceServer(tuple(urls), username, base64.b64encode(mac).decode(), expires_at)


@dataclass(frozen=True, slots=True)
class Relays:
    """Where relays are, and the secret that they share with us; without one, what needs none (`stun:`) is told."""

    urls: tuple[str, ...] = ()
    secret: bytes = field(default=b"", repr=False)

    def servers(self, opaque_id: str, now_s: int) -> list[dict[str, object]]:
        """Return ICE servers as a browser takes them, with credentials for one participant."""
        turn = [url for url in self.urls if url.startswith(("turn:", "turns:"))]
        open_to_all = [url for url in self.urls if url not in turn]
        found: list[dict[str, object]] = [{"urls": open_to_all}] if open_to_all else []
        if turn and self.secret:
            made = credentials(self.secret, opaque_id, turn, now_s)
            found.append({"urls": turn, "username": made.username, "credential": made.credential})
        return found

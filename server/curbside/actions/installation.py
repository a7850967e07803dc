"""What every action needs: the database, the keys, and where ids come from."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from curbside.store.database import Database
from curbside.store.sealing import Keys


def new_id() -> str:
    """Make an identifier of 128 random bits, in 22 characters of base64url."""
    return secrets.token_urlsafe(16)


class Salts:
    """Give out random bytes, fetched from the system many at a time: a call for each message cost 17 microseconds."""

    def __init__(self, ahead: int = 256) -> None:
        self._ahead = ahead
        self._ready: list[bytes] = []

    def __call__(self) -> bytes:
        try:
            return self._ready.pop()  # one operation: safe from whichever thread
        except IndexError:
            drawn = secrets.token_bytes(16 * self._ahead)
            self._ready.extend(drawn[at : at + 16] for at in range(16, len(drawn), 16))
            return drawn[:16]


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation of Curbside, as the actions see it; made once, in `app`.

    A `demonstration` goes without a second factor: its password is on the screen anyway, and `serve` refuses it.
    """

    db: Database
    keys: Keys
    sends_mail: bool = False
    mail_from: str = ""
    demonstration: bool = False
    new_id: Callable[[], str] = field(default=new_id)
    new_salt: Callable[[], bytes] = field(default_factory=Salts)

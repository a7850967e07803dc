"""How an agent proves who they are, and how long they wait after being wrong. Pure.

Delays are keyed on the account and the address together, and grow; softer ones on the account alone and the address
alone bound what many addresses, or many accounts, can try. A browser that has logged in to the account before carries
a mark, and is counted by that mark only: whoever else is wrong cannot lock its owner out.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

import pyotp

FORGET_MS = 24 * 60 * 60_000
STEP_S = 30
PASSWORD_MIN = 12
PASSWORD_MAX = 256


@dataclass(frozen=True, slots=True)
class Counter:
    """How often somebody was wrong, and when last."""

    count: int = 0
    last_at: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """How many attempts are free, and how the wait grows after them. `forgiven` by one that is right."""

    id: str
    free: int
    first_ms: int
    most_ms: int
    forgiven: bool


def limits(account: str, address: str, device: str | None) -> list[Limit]:
    """Return what counts an attempt on `account` from `address`, by a browser known to the account, or not."""
    if device is not None:
        return [Limit(_id("device", account, device), 5, 1000, 15 * 60_000, forgiven=True)]
    return [
        Limit(_id("pair", account, address), 5, 1000, 15 * 60_000, forgiven=True),
        Limit(_id("account", account), 30, 1000, 30_000, forgiven=False),
        Limit(_id("address", address), 100, 1000, 30_000, forgiven=False),
    ]


def code_limits(account: str, address: str, device: str | None) -> list[Limit]:
    """Return what counts a guess at the second factor: only who knows the password comes here, so it is stricter."""
    if device is not None:
        return [Limit(_id("device code", account, device), 5, 1000, 15 * 60_000, forgiven=True)]
    return [
        Limit(_id("pair code", account, address), 5, 1000, 15 * 60_000, forgiven=True),
        Limit(_id("account code", account), 10, 1000, 15 * 60_000, forgiven=True),
    ]


def delay(counter: Counter, limit: Limit, now: int) -> int:
    """Return how many milliseconds are still to wait."""
    counter = _remembered(counter, now)
    beyond = counter.count - limit.free
    if beyond < 0:
        return 0
    wait = min(limit.most_ms, limit.first_ms << min(beyond, 20))
    return max(0, counter.last_at + wait - now)


def counted(counter: Counter, now: int) -> Counter:
    """Return the counter with one more attempt."""
    return Counter(_remembered(counter, now).count + 1, now)


def _id(*named: str) -> str:
    """Name a counter without storing whose it is."""
    return hashlib.sha256("\x1f".join(named).encode()).hexdigest()


def _remembered(counter: Counter, now: int) -> Counter:
    return counter if now - counter.last_at < FORGET_MS else Counter()


def second_factor_step(secret: str, code: str, now: int, used: int | None) -> int | None:
    """Return the step that `code` is right for: this one, the last or the next, used once (RFC 6238 §5.2)."""
    one_time = pyotp.TOTP(secret, interval=STEP_S)
    current = now // 1000 // STEP_S
    right = None
    for step in (current - 1, current, current + 1):
        matches = hmac.compare_digest(one_time.generate_otp(step).encode(), code.encode())
        if matches and (used is None or step > used):
            right = step
    return right


def check_password(password: str, email: str, name: str) -> str | None:
    """Tell what is wrong with a new password, as a key of the message catalogue; None when nothing is.

    Length is what counts (NIST SP 800-63B §5.1.1); what everybody tries first is refused.
    """
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        return "password_length"
    plain = password.casefold()
    parts = {part for part in (email.casefold().split("@")[0], *name.casefold().split()) if len(part) > 3}
    for obvious in (*_OBVIOUS, *parts):
        plain = plain.replace(obvious, "")
    return "password_obvious" if len(set(plain)) < 5 else None


_OBVIOUS = ("password", "curbside", "welcome", "letmein", "qwertyuiop", "qwerty", "12345678", "1234", "admin")

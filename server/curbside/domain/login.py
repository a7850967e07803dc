"""How an agent proves who they are, and how long they wait after being wrong. Pure.

Nobody waits because of what somebody else does. Waits grow with what one browser, or one address on one account, got
wrong; an account that many addresses try, or an address that tries many accounts, only leaves whoever comes new with
fewer attempts before their own waits begin. A browser that has logged in to the account before carries a mark, and is
counted by that mark only. Every counter leaks, so that a wrong password now and then never adds up.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

import pyotp

_SECOND, _MINUTE = 1000, 60_000
_LONGEST = 15 * _MINUTE
_BEYOND = 12
_WARY_FREE = 2
STEP_S = 30
PASSWORD_MIN = 12
PASSWORD_MAX = 256


@dataclass(frozen=True, slots=True)
class Counter:
    """What somebody got wrong, as the time at which it has leaked away (`until`), and when they tried last."""

    last_at: int = 0
    until: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """How many attempts are free, how the wait grows after them, and how long it takes for one to leak away.

    `forgiven` by one that is right. A limit that `warns` makes nobody wait: while it is used up, the others leave
    two attempts free.
    """

    id: str
    free: int
    leak_ms: int
    most_ms: int = _LONGEST
    forgiven: bool = True
    warns: bool = False

    def level(self, counter: Counter, now: int) -> int:
        """Return how many attempts have not leaked away."""
        return max(0, -((now - counter.until) // self.leak_ms))


def limits(account: str, address: str, device: str | None) -> list[Limit]:
    """Return what counts an attempt on `account` from `address`, by a browser known to the account, or not."""
    if device is not None:
        return [Limit(_id("device", account, device), 5, _LONGEST)]
    return [
        Limit(_id("pair", account, address), 5, _LONGEST),
        Limit(_id("account", account), 30, _MINUTE, forgiven=False, warns=True),
        Limit(_id("address", address), 100, _MINUTE, forgiven=False, warns=True),
    ]


def code_limits(account: str, address: str, device: str | None) -> list[Limit]:
    """Return what counts a guess at the second factor.

    Only who knows the password comes here, and a code has six digits: all browsers that are not known wait together.
    """
    if device is not None:
        return [Limit(_id("device code", account, device), 5, _LONGEST)]
    return [
        Limit(_id("pair code", account, address), 5, _LONGEST),
        Limit(_id("account code", account), 10, _LONGEST),
    ]


def wait(known: Iterable[tuple[Limit, Counter]], now: int) -> int:
    """Return how many milliseconds are still to wait."""
    known = list(known)
    wary = any(limit.warns and limit.level(counter, now) >= limit.free for limit, counter in known)
    return max((_delay(limit, counter, now, wary) for limit, counter in known if not limit.warns), default=0)


def counted(limit: Limit, counter: Counter, now: int) -> Counter:
    """Return the counter with one more attempt. It grows no further than its waits do, so it leaks away in time."""
    fullest = now + (limit.free + _BEYOND) * limit.leak_ms
    return Counter(now, min(fullest, max(now, counter.until) + limit.leak_ms))


def _delay(limit: Limit, counter: Counter, now: int, wary: bool) -> int:
    free = min(_WARY_FREE, limit.free) if wary else limit.free
    beyond = limit.level(counter, now) - free
    if beyond < 0:
        return 0
    return max(0, counter.last_at + min(limit.most_ms, _SECOND << min(beyond, 20)) - now)


def _id(*named: str) -> str:
    """Name a counter without storing whose it is."""
    return hashlib.sha256("\x1f".join(named).encode()).hexdigest()


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

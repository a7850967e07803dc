"""Waits grow, are forgotten, and are counted so that nobody else can be made to wait for long."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curbside.domain.login import (
    Counter,
    Limit,
    check_password,
    code_limits,
    counted,
    limits,
    second_factor_step,
    wait,
)

MINUTE, HOUR, DAY = 60_000, 60 * 60_000, 24 * 60 * 60_000
LIMIT = Limit("x", 5, 15 * MINUTE)
SECRET = "JBSWY3DPEHPK3PXP" * 2


@dataclass(slots=True)
class Door:
    """Where people log in, with a clock that is moved by hand: what `store.login` does, without a database."""

    now: int = 1_790_000_000_000
    counters: dict[str, Counter] = field(default_factory=dict)

    def attempt(self, account: str, address: str, *, right: bool = False, device: str | None = None) -> int:
        """Try once; return how long to wait, 0 when the password was looked at."""
        known = [(limit, self.counters.get(limit.id, Counter())) for limit in limits(account, address, device)]
        still = wait(known, self.now)
        if still == 0:
            for limit, counter in known:
                self.counters[limit.id] = counted(limit, counter, self.now)
            if right:
                self.succeeded(known)
        return still

    def succeeded(self, known: list[tuple[Limit, Counter]]) -> None:
        for limit, _ in known:
            counter = self.counters.pop(limit.id)
            if not limit.forgiven:
                self.counters[limit.id] = Counter(counter.last_at, counter.until - limit.leak_ms)


def waits(attempts: int, limit: Limit = LIMIT) -> list[int]:
    counter, found = Counter(), []
    for _ in range(attempts):
        found.append(wait([(limit, counter)], 0))
        counter = counted(limit, counter, 0)
    return found


def test_five_are_free_then_each_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    assert waits(9) == [0, 0, 0, 0, 0, 1000, 2000, 4000, 8000]
    assert max(waits(200)) == 15 * MINUTE


def test_a_wait_passes_and_what_was_wrong_leaks_away() -> None:
    counter = Counter()
    for _ in range(7):
        counter = counted(LIMIT, counter, 0)
    assert wait([(LIMIT, counter)], 3_999) == 1
    assert wait([(LIMIT, counter)], 4_000) == 0
    assert [LIMIT.level(counter, hours * HOUR) for hours in (0, 1, 2)] == [7, 3, 0]


def test_however_much_was_wrong_a_few_hours_of_peace_forget_it() -> None:
    counter = Counter()
    for _ in range(10_000):
        counter = counted(LIMIT, counter, 0)
    assert LIMIT.level(counter, 5 * HOUR) == 0


def test_a_guesser_waits_longer_and_longer() -> None:
    door, looked_at = Door(), 0
    for _ in range(HOUR // 100):
        looked_at += door.attempt("ann", "10.6.6.6") == 0
        door.now += 100
    assert 5 < looked_at < 20


@pytest.mark.parametrize("guessers", [1, 3, 300])
def test_nobody_who_guesses_from_elsewhere_keeps_the_owner_out(guessers: int) -> None:
    """Ten times a second, for an hour, on this account and from all the addresses that the guessers have."""
    door, tries = Door(), []
    for n in range(HOUR // 100):
        door.attempt("ann", f"10.6.{n % guessers // 250}.{n % guessers % 250}")
        if n % 600 == 599:
            tries.append(door.attempt("ann", "10.0.0.1", right=True))
        door.now += 100
    assert len(tries) == 60 and not any(tries)


@pytest.mark.parametrize("guessed", ["one account", "many accounts"])
def test_nobody_who_guesses_from_the_same_office_keeps_the_others_out(guessed: str) -> None:
    door = Door()
    for n in range(HOUR // 100):
        door.attempt("bea" if guessed == "one account" else f"agent-{n % 500}", "10.0.0.1")
        if n % 600 == 599:
            assert door.attempt("ann", "10.0.0.1", right=True) == 0
        door.now += 100


@given(typos=st.integers(0, 4), guessers=st.integers(1, 40), began=st.integers(0, 3_000))
def test_whoever_is_attacked_and_mistypes_gets_in_after_the_waits_of_their_own_typos(
    typos: int, guessers: int, began: int
) -> None:
    """A wait that was told is a wait that is enough: nobody else's attempt makes it longer."""
    door = Door()

    def attacked_for(ms: int) -> None:
        end = door.now + ms
        while door.now < end:
            door.attempt("ann", f"10.6.6.{door.now // 100 % guessers}")
            door.now = min(end, door.now + 100)

    attacked_for(began * 100)
    for n in range(typos + 1):
        told = door.attempt("ann", "10.0.0.1", right=n == typos)
        if told:
            assert told <= 8_000
            attacked_for(told)
            assert door.attempt("ann", "10.0.0.1", right=n == typos) == 0


def test_an_office_that_mistypes_now_and_then_never_waits() -> None:
    door = Door()
    for n in range(30 * 10):
        assert door.attempt(f"agent-{n % 40}", "10.0.0.1") == 0
        assert door.attempt(f"agent-{n % 40}", "10.0.0.1", right=True) == 0
        door.now += DAY // 10
    assert not any(counter.until > door.now for counter in door.counters.values())


def test_many_addresses_that_guess_at_one_account_get_two_attempts_each() -> None:
    door = Door()
    for n in range(10):
        for _ in range(5):
            door.attempt("ann", f"10.6.0.{n}")
    assert [door.attempt("ann", "10.6.1.1") > 0 for _ in range(4)] == [False, False, True, True]


def test_a_known_browser_is_counted_by_nothing_that_others_can_raise() -> None:
    known = {each.id for each in limits("ann", "10.0.0.1", "mark")}
    assert not known & {each.id for each in limits("ann", "10.0.0.1", None)}
    assert not known & {each.id for each in limits("ann", "10.0.0.1", "another mark")}


def test_guesses_at_a_code_are_few_however_many_addresses_guess() -> None:
    counters: dict[str, Counter] = {}
    now, looked_at = 0, 0
    for n in range(DAY // 10_000):
        known = [
            (each, counters.get(each.id, Counter())) for each in code_limits("ann", f"10.6.{n % 9}.{n % 250}", None)
        ]
        if wait(known, now) == 0:
            looked_at += 1
            counters.update({limit.id: counted(limit, counter, now) for limit, counter in known})
        now += 10_000
    assert looked_at < 130


def test_counters_do_not_say_whose_they_are() -> None:
    assert not any("ann" in each.id or "10." in each.id for each in limits("ann", "10.0.0.1", None))


@pytest.mark.parametrize(("offset", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_code_is_right_one_step_to_either_side(offset: int, right: bool) -> None:
    now = 1_790_000_010
    code = pyotp.TOTP(SECRET).at(now + offset)
    assert (second_factor_step(SECRET, code, now * 1000, None) is not None) is right


def test_a_code_is_right_once_and_no_older_one_after_it() -> None:
    now = 1_790_000_010
    step = second_factor_step(SECRET, pyotp.TOTP(SECRET).at(now), now * 1000, None)
    assert step == now // 30
    for earlier in (now, now - 30):
        assert second_factor_step(SECRET, pyotp.TOTP(SECRET).at(earlier), now * 1000, step) is None


@pytest.mark.parametrize("code", ["", "0", "abcdef", "é" * 6, "1" * 1000])
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert second_factor_step(SECRET, code, 1_790_000_010_000, None) is None


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("short", "password_length"),
        ("x" * 257, "password_length"),
        ("password1234", "password_obvious"),
        ("curbsidecurbside", "password_obvious"),
        ("annmarie-annmarie", "password_obvious"),
        ("aaaaaaaaaaaaaa", "password_obvious"),
        ("four calm words here", None),
    ],
)
def test_a_password_is_long_and_not_what_everybody_tries(password: str, wrong: str | None) -> None:
    assert check_password(password, "annmarie@x.example", "Ann Marie") == wrong

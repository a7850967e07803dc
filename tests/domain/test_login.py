"""Waits grow, are forgotten, and are counted so that nobody else can be made to wait for long."""

from __future__ import annotations

import pyotp
import pytest

from curbside.domain.login import (
    FORGET_MS,
    Counter,
    Limit,
    check_password,
    counted,
    delay,
    limits,
    second_factor_step,
)

LIMIT = Limit("x", 5, 1000, 15 * 60_000, forgiven=True)
SECRET = "JBSWY3DPEHPK3PXP" * 2


def waits(attempts: int, limit: Limit = LIMIT) -> list[int]:
    counter, found = Counter(), []
    for _ in range(attempts):
        found.append(delay(counter, limit, 0))
        counter = counted(counter, 0)
    return found


def test_five_are_free_then_each_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    assert waits(9) == [0, 0, 0, 0, 0, 1000, 2000, 4000, 8000]
    assert max(waits(200)) == 15 * 60_000


def test_a_wait_passes_and_a_day_forgets() -> None:
    counter = Counter(7, 0)
    assert delay(counter, LIMIT, 3_999) == 1
    assert delay(counter, LIMIT, 4_000) == 0
    assert counted(counter, FORGET_MS) == Counter(1, FORGET_MS)


def test_what_one_address_does_makes_another_wait_half_a_minute_at_most() -> None:
    shared = [each for each in limits("ann", "10.0.0.1", None) if each in limits("ann", "10.0.0.2", None)]
    assert [max(waits(10_000, each)[-3:]) for each in shared] == [30_000]


def test_a_known_browser_is_counted_by_nothing_that_others_can_raise() -> None:
    known = {each.id for each in limits("ann", "10.0.0.1", "mark")}
    assert not known & {each.id for each in limits("ann", "10.0.0.1", None)}
    assert not known & {each.id for each in limits("ann", "10.0.0.1", "another mark")}


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

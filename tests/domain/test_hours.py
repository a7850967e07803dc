"""Hours are local, and right across the changes of the clocks."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curbside.domain.hours import open_now
from curbside.domain.settings import Hours

DUBLIN = "Europe/Dublin"
OFFICE = ((("09:00", "17:00"),),) * 5 + ((), ())
HOUR = 3_600_000


def at(local: str, tz: str = DUBLIN, fold: int = 0) -> int:
    return int(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(tz), fold=fold).timestamp() * 1000)


def test_no_days_means_always() -> None:
    assert open_now(Hours(), 0) == (True, None)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23T09:00", (True, None)),
        ("2026-11-23T16:59", (True, None)),
        ("2026-11-23T17:00", (False, "2026-11-24T09:00")),
        ("2026-11-23T08:59", (False, "2026-11-23T09:00")),
        ("2026-11-27T18:00", (False, "2026-11-30T09:00")),
        ("2026-11-28T12:00", (False, "2026-11-30T09:00")),
    ],
)
def test_office_hours(now: str, expected: tuple[bool, str | None]) -> None:
    is_open, opens = expected
    assert open_now(Hours(DUBLIN, OFFICE), at(now)) == (is_open, at(opens) if opens else None)


def test_a_span_may_run_past_midnight() -> None:
    night = Hours(DUBLIN, ((("22:00", "06:00"),),) * 7)
    assert open_now(night, at("2026-11-23T23:30"))[0]
    assert open_now(night, at("2026-11-24T05:59"))[0]
    assert open_now(night, at("2026-11-24T06:00")) == (False, at("2026-11-24T22:00"))


def test_a_day_may_end_at_twenty_four() -> None:
    whole = Hours(DUBLIN, ((("00:00", "24:00"),),) * 7)
    assert all(open_now(whole, at("2026-11-23T00:00") + hour * HOUR)[0] for hour in range(48))


def test_opening_keeps_its_local_time_when_clocks_change() -> None:
    hours = Hours("America/New_York", OFFICE)
    # The clocks go forward on Sunday 8 March 2026: Monday 09:00 is an hour sooner than a week's arithmetic says.
    friday = at("2026-03-06T17:00", "America/New_York")
    _, opens = open_now(hours, friday)
    assert opens is not None and opens - friday == 63 * HOUR


def test_the_hour_that_happens_twice_is_open_twice() -> None:
    hours = Hours(DUBLIN, ((),) * 6 + ((("01:00", "02:00"),),))
    first, second = at("2026-10-25T01:30", fold=0), at("2026-10-25T01:30", fold=1)
    assert second - first == HOUR
    assert open_now(hours, first)[0] and open_now(hours, second)[0]


def test_a_week_without_hours_never_opens() -> None:
    assert open_now(Hours(DUBLIN, ((),) * 7), at("2026-11-23T09:00")) == (False, None)


@given(st.integers(min_value=1_700_000_000_000, max_value=2_000_000_000_000))
def test_when_it_says_that_it_opens_it_is_open(now: int) -> None:
    hours = Hours("America/Mexico_City", OFFICE)
    is_open, opens_at = open_now(hours, now)
    assert is_open != (opens_at is not None)
    if opens_at is not None:
        assert opens_at > now and open_now(hours, opens_at)[0] and not open_now(hours, opens_at - 1)[0]


@pytest.mark.parametrize(
    "wrong",
    [{"tz": "Mars/Olympus"}, {"tz": "../etc/passwd"}, {"days": [[]]}, {"days": [[["9:00", "17:00"]]] * 7}, {"open": 1}],
    ids=str,
)
def test_hours_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Hours)

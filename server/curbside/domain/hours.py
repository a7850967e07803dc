"""When somebody answers: local hours of the week, right across changes of the clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from curbside.domain.settings import Hours, Span

_WEEK = 7


def open_now(hours: Hours, now: int) -> tuple[bool, int | None]:
    """Tell whether somebody answers at `now`, and if not, when next; None when never."""
    if not hours.days:
        return True, None
    opens_at: int | None = None
    for start, end in _spans_around(hours, now):
        if start <= now < end:
            return True, None
        if start > now and (opens_at is None or start < opens_at):
            opens_at = start
    return False, opens_at


def _spans_around(hours: Hours, now: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of yesterday (one may run past midnight) up to a week from now, as instants."""
    zone = ZoneInfo(hours.tz)
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone).date()
    for ahead in range(-1, _WEEK + 1):
        day = today + timedelta(days=ahead)
        for span in hours.days[day.weekday()]:
            yield _instants(day, span, zone)


def _instants(day: date, span: Span, zone: ZoneInfo) -> tuple[int, int]:
    start, end = span
    # A span that ends at or before it starts runs into the next day.
    last = day + timedelta(days=1) if end <= start else day
    # Where the clocks go back an hour exists twice: open at its first, close at its second.
    return _instant(day, start, zone, fold=0), _instant(last, end, zone, fold=1)


def _instant(day: date, clock: str, zone: ZoneInfo, *, fold: int) -> int:
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    local = datetime.combine(day, time.fromisoformat(clock), zone).replace(fold=fold)
    return int(local.timestamp() * 1000)

"""Waiting for what comes, and letting time pass, while pages go on living."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Error, Frame, Page


def wait_until(page: Page, holds: Callable[[], bool], within: float = 10) -> None:
    """Wait while the pages go on living: their events are heard only while Playwright waits."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)


def until(place: Page | Frame, condition: str, within: float = 15) -> None:
    """Wait until an expression holds in this page or frame, which may be on its way to another document.

    In place of Playwright's own waiting for a function: that evaluates text in the page at each look, which our
    policy for content refuses from the second look on, and what it puts into a page does not survive every page here.
    """
    page = place.page if isinstance(place, Frame) else place
    wait_until(page, lambda: _holds(place, condition), within)


def _holds(place: Page | Frame, condition: str) -> bool:
    try:
        return bool(place.evaluate(condition))
    except Error as error:
        if "context was destroyed" in error.message:
            return False
        raise


def pass_time(page: Page, seconds: int) -> None:
    """Let time pass in a page whose clock the test holds, with time in between for what it asks the server."""
    for _ in range(seconds // 5):
        page.clock.fast_forward(5_000)
        page.wait_for_timeout(60)

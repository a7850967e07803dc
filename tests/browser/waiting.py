"""Waiting for what comes, and letting time pass, while pages go on living."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page


def wait_until(page: Page, holds: Callable[[], bool], within: float = 10) -> None:
    """Wait while the pages go on living: their events are heard only while Playwright waits."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)


def pass_time(page: Page, seconds: int) -> None:
    """Let time pass in a page whose clock the test holds, with time in between for what it asks the server."""
    for _ in range(seconds // 5):
        page.clock.fast_forward(5_000)
        page.wait_for_timeout(60)

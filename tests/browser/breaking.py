"""What breaks between a page and its server."""

from __future__ import annotations

import contextlib

from playwright.sync_api import Error, Page

SOCKET = "**/v1/socket"


def crash(page: Page) -> None:
    """Let the renderer die, as it does when memory runs out: no event of leaving reaches any script."""
    with page.expect_event("crash", timeout=10_000), contextlib.suppress(Error):  # nothing is left that could answer
        page.goto("chrome://crash", timeout=3_000)
    page.close()

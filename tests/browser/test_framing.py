"""Clickjacking: only the tenant's own pages may show the panel in a frame, and nobody the desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo

pytestmark = pytest.mark.browser


def foreign(demo: Demo) -> str:
    """Return an origin that is not the tenant's, though the network lets it come as near as the EHR's own."""
    return f"http://evil.localhost:{demo.ehr_port}"


def framed(new_page: NewPage, origin: str, address: str) -> str:
    """Open a page of `origin` that frames `address`; return what the frame then shows."""
    page: Page = new_page()
    # The test serves the page itself, so it has no address of its own, and might not reach this machine's.
    page.context.grant_permissions(["local-network-access"])
    html = f'<!doctype html><title>Host</title><iframe src="{address}" width="400" height="500"></iframe>'
    page.route(f"{origin}/framing", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{origin}/framing", wait_until="load")
    frame = page.frames[1]
    for _ in range(100):
        if frame.url not in ("", "about:blank"):
            break
        page.wait_for_timeout(50)
    return frame.url


@pytest.mark.parametrize("path", ["/panel?tenant=northwind", "/desk", "/desk/login", "/desk/settings/agents"])
def test_a_foreign_page_frames_nothing_of_ours(demo: Demo, new_page: NewPage, path: str) -> None:
    assert framed(new_page, foreign(demo), f"{demo.url}{path}").startswith("chrome-error:")


def test_the_foreign_page_can_frame_what_nobody_guards(demo: Demo, new_page: NewPage) -> None:
    """The twin: what is refused is refused by us, and not by the network."""
    assert framed(new_page, foreign(demo), f"{demo.url}/widget.js") == f"{demo.url}/widget.js"


def test_a_page_of_the_tenant_frames_the_panel_and_not_the_desk(demo: Demo, new_page: NewPage) -> None:
    panel = f"{demo.url}/panel?tenant=northwind"
    assert framed(new_page, demo.ehr, panel) == panel
    assert framed(new_page, demo.ehr, f"{demo.url}/desk/login").startswith("chrome-error:")

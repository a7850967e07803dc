"""What a page does to the launcher, by its snippet and its API, and what it cannot do to it by accident."""

from __future__ import annotations

import json
from urllib.request import urlopen

import pytest

from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.hosting import HEIGHT, PHONE, WIDTH, OpenHost, at, launched, launchers, open_host, serve, wide_page
from tests.hosts.serve import Snippet

__all__ = ["open_host"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("attributes", ['data-shortcut="Control+Shift+H"', 'data-button="#help"'])
def test_events_that_a_page_makes_up_do_not_trip_it(open_host: OpenHost, attributes: str) -> None:
    page = open_host("own_button", attributes=attributes)
    launched(page)
    page.evaluate("""() => {
        for (const type of ["keydown", "click"])
            for (const at of [document.body, document, window]) at.dispatchEvent(new Event(type, {bubbles: true}));
    }""")  # an error in it fails the test
    page.keyboard.press("Control+Shift+H")


def test_a_call_that_fails_leaves_the_others_of_the_queue(new_page: NewPage, open_host: OpenHost) -> None:
    page = open_host("dead")
    launched(page)
    page.add_init_script("""
        window.Curbside = function () { (Curbside.q = Curbside.q || []).push(arguments) };
        window.heard = [];
        Curbside("unreadCount", () => { throw Error("the page's own mistake") });
        Curbside("on", "open", () => heard.push("open"));
        Curbside("open");
    """)
    page.reload()
    launched(page)
    assert page.evaluate("heard") == ["open"]
    assert launchers(page) == 1


def test_the_page_shows_and_hides_the_button(open_host: OpenHost) -> None:
    page = open_host("dead")
    launched(page)
    assert at(page) == "curbside-launcher"
    page.evaluate("Curbside('open'); Curbside('hide')")
    assert at(page) != "curbside-launcher"
    page.evaluate("Curbside('show')")
    assert at(page) == "curbside-launcher"
    page.evaluate("Curbside('shutdown')")
    assert at(page) != "curbside-launcher"
    page.evaluate("Curbside('boot')")
    assert at(page) == "curbside-launcher"


@pytest.mark.parametrize(
    ("attributes", "middle"),
    [
        ('data-position="start"', (24 + 28, HEIGHT - 24 - 28)),
        ('data-offset="60"', (WIDTH - 60 - 28, HEIGHT - 60 - 28)),
        ('data-offset="30,120"', (WIDTH - 30 - 28, HEIGHT - 120 - 28)),
        ('data-position="start" data-offset="30,120"', (30 + 28, HEIGHT - 120 - 28)),
    ],
)
def test_the_button_stands_where_the_page_wants_it(
    open_host: OpenHost, attributes: str, middle: tuple[int, int]
) -> None:
    page = open_host("dead", attributes=attributes)
    launched(page)
    assert at(page, middle) == "curbside-launcher"
    assert at(page) != "curbside-launcher"


@pytest.mark.parametrize("right", [True, False], ids=["the right hash", "another hash"])
def test_a_pinned_script_runs_only_with_its_own_hash(new_page: NewPage, demo: Demo, right: bool) -> None:
    with urlopen(f"{demo.url}/widget/manifest.json") as answer:
        latest = json.load(answer)["latest"]
    integrity = latest["integrity"] if right else "sha384-" + "A" * 64
    page = wide_page(new_page)
    attributes = f'{PHONE} crossorigin="anonymous" integrity="{integrity}"'
    snippet = Snippet(demo.url + latest["path"].removesuffix("/widget.js"), "northwind", attributes)
    page.route(f"{demo.ehr}/hosts/**", lambda route: serve(route, snippet))
    page.goto(f"{demo.ehr}/hosts/own_button", wait_until="load")
    page.wait_for_timeout(500)
    assert launchers(page) == (1 if right else 0)

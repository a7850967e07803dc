"""How it looks: a picture of each main state to be looked at, nothing cut off in any, and the EHR's page unmoved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, ViewportSize, expect

from tests.bench import browsing
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr
from tests.browser.seeing import cut_off, lowest_contrast, settle
from tests.browser.waiting import until

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], Path]
SIZES: dict[str, ViewportSize] = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


class Looks:
    """Takes each state in light and dark, on a desk and on a phone, and remembers what is wrong with it."""

    def __init__(self, shot: Shot) -> None:
        self._shot = shot
        self.wrong: dict[str, object] = {}

    def take(self, page: Page, state: str, inside: Callable[[], Frame] | None = None) -> None:
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                places: list[Page | Frame] = [page, inside()] if inside else [page]
                settle(*places)
                name = f"looks {state}, {size}, {scheme}"
                self._shot(page, name)
                for place in places:
                    self._judge(f"{name}, {place.url}", place)
        page.set_viewport_size(SIZES["desktop"])

    def _judge(self, name: str, place: Page | Frame) -> None:
        wrong: list[object] = list(cut_off(place))
        ratio, text = lowest_contrast(place)
        if ratio < 4.5:
            wrong.append(f"contrast {ratio:.2f}: {text}")
        if wrong:
            self.wrong[name] = wrong


def test_each_main_state_looks_as_it_should(own_demo: Demo, new_page: NewPage, shot: Shot) -> None:
    looks = Looks(shot)
    dana = AtTheEhr(new_page(viewport=SIZES["desktop"]), own_demo).log_in()
    dana.page.goto(f"{own_demo.ehr}/orders")
    dana.page.locator("[data-sign]").first.click()
    expect(dana.page.get_by_text("ORD-417").first).to_be_visible()
    looks.take(dana.page, "launcher")
    dana.open_help()
    looks.take(dana.page, "panel empty", lambda: dana.panel)
    dana.write("I can't sign the heparin order, it says ORD-417")
    dana.sees("in line")
    looks.take(dana.page, "panel waiting", lambda: dana.panel)

    page = new_page(viewport=SIZES["desktop"])
    helen = AtTheDesk(page, own_demo).log_in()
    helen.open("I can't sign the heparin order")
    helen.claim()
    helen.reply("Hi Dana, tonight's update lost the default route. Could you choose it again and sign?")
    helen.note("Same as Harbor on Friday")
    dana.sees("choose it again")
    dana.write("That worked. Thank you!")
    helen.sees("That worked. Thank you!")
    looks.take(dana.page, "panel talking", lambda: dana.panel)
    looks.take(page, "desk")
    helen.press("h")
    expect(page.get_by_role("dialog")).to_be_visible()
    looks.take(page, "hand-off")
    assert looks.wrong == {}


def test_the_settings_look_as_they_should(demo: Demo, new_page: NewPage, shot: Shot) -> None:
    looks = Looks(shot)
    page = new_page(viewport=SIZES["desktop"])
    page.goto(f"{demo.url}/desk")
    looks.take(page, "log-in")
    AtTheDesk(page, demo).log_in("nora@northwind.example")
    for place in ("agents", "switches", "hours"):
        page.goto(f"{demo.url}/desk/settings/{place}")
        looks.take(page, f"settings {place}")
    assert looks.wrong == {}


# Told from the first moment of the page on: what shifted.
WATCH = """{
    globalThis.shifts = []
    const note = (type, into) =>
        new PerformanceObserver(list => into.push(...list.getEntries())).observe({ type, buffered: true })
    note('layout-shift', shifts)
}"""


PLACES = "[...document.querySelectorAll('main *')].map(each => JSON.stringify(each.getBoundingClientRect()))"


def test_the_page_around_does_not_move_when_help_comes_opens_and_closes(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script(WATCH)
    jo = AtTheEhr(page, demo).log_in("Jo Lindgren")
    until(page, "typeof Curbside === 'function' && !Curbside.q")
    before = page.evaluate(PLACES)
    jo.open_help()
    page.evaluate("Curbside('close')")
    page.wait_for_timeout(300)
    after = page.evaluate(PLACES)
    assert after == before
    assert page.evaluate(OF_THE_PAGE) == []
    assert page.evaluate(MOVED_BY_HAND) > 0, "or this test could not see a shift"
    requests = "performance.getEntriesByType('resource').filter(each => each.name.endsWith('/widget.js')).length"
    assert page.evaluate(requests) == 1, "the launcher is one request"


# What shifted, but for the word beside the button: what lies in a closed tree is told without its node.
OF_THE_PAGE = "shifts.filter(each => each.sources.some(source => source.node)).map(each => each.value)"
# The observer does see: something large put above the page's content shifts it.
MOVED_BY_HAND = """async () => {
    const bar = document.createElement('div')
    bar.style.height = '200px'
    document.body.prepend(bar)
    await new Promise(done => setTimeout(done, 300))
    return shifts.filter(each => each.sources.some(source => source.node)).length
}"""


def test_a_click_finds_a_place_to_write_and_the_launcher_costs_the_page_little(browser: Browser, demo: Demo) -> None:
    """The budgets, three times over: times vary between machines, and `make bench` is what judges them."""
    (found,) = browsing.measured(browser, demo, rounds=1)
    assert 0 < found["composer_ms"] < 3 * 300
    assert 0 < found["launcher_ms"] < 3 * 10

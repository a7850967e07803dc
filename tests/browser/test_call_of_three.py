"""Three in a call, in real browsers: a colleague of another employer is asked in, disclosed, and stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.calling import (
    InACall,
    ask_in,
    bell,
    come_in,
    connect,
    desk_of,
    helped,
    is_available,
    panel_of,
    picture_of,
)
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr
from tests.browser.seeing import findings
from tests.browser.watching import longest_gap, remembering, watch

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], Path]
Three = tuple[AtTheEhr, AtTheDesk, AtTheDesk]

MARCO, DIEGO = "marco@meridian.example", "diego@claritas.example"
DESK = {"width": 1440, "height": 900}
CONNECTIONS = "connections.filter(one => one.connectionState !== 'closed').length"


@pytest.fixture
def three(own_demo: Demo, new_page: NewPage) -> Three:
    """Dana in a call with Helen of Northwind, and Marco of Meridian at his desk."""
    pages = [remembering(new_page(viewport=DESK)) for _ in range(3)]
    dana, helen = helped(pages[0], pages[1], own_demo)
    connect(dana, helen)
    return dana, helen, is_available(AtTheDesk(pages[2], own_demo).log_in(MARCO))


def test_a_colleague_of_a_partner_is_asked_in_disclosed_and_all_three_see_and_hear_each_other(
    three: Three, own_demo: Demo, new_page: NewPage, shot: Shot
) -> None:
    dana, helen, marco = three
    stranger = is_available(AtTheDesk(new_page(viewport=DESK), own_demo).log_in(DIEGO))
    ask_in(helen, "Marco Ruiz", "meridian l1 ruiz")
    card = bell(marco)
    expect(card).to_contain_text("Helen Marsh asks you into a call")
    expect(card).to_contain_text("Northwind · Ireland")
    expect(card).to_contain_text("With Dana Whitlock")
    for place in (panel_of(dana), desk_of(helen)):
        asked = place.stage.locator(".call-card")
        expect(asked).to_contain_text("Marco Ruiz is asked to join")
        expect(asked).to_contain_text("Meridian BPO · Philippines")
    dana.sees("Helen Marsh asked Marco Ruiz to join the call · Level 1 · Meridian BPO · Philippines")
    assert dana.panel.evaluate(CONNECTIONS) == 1, "nothing flows before he has accepted"
    shot(marco.page, "call-three-desk-asked")
    shot(dana.page, "call-three-panel-asked")
    shot(helen.page, "call-three-desk-asking")
    sides = {"Dana Whitlock": panel_of(dana), "Helen Marsh": desk_of(helen), "Marco Ruiz": come_in(marco)}
    for side in sides.values():
        expect(side.stage.locator(".call-card")).to_have_count(0)
        side.hears(people=2)
        side.click("Turn the camera on")
    for name, side in sides.items():
        for other in sides.keys() - {name}:
            side.sees(other)
    caption = panel_of(dana).stage.locator("figcaption", has_text="Marco Ruiz")
    expect(caption).to_contain_text("Meridian BPO · Philippines")
    dana.sees("Marco Ruiz joined the call")
    for page, part in ((helen.page, "the desk"), (dana.panel, "the panel"), (marco.page, "the partner's desk")):
        assert findings(page) == [], f"axe, {part} in a call of three"
    shot(helen.page, "call-three-desk")
    shot(dana.page, "call-three-panel")
    expect(bell(stranger)).to_have_count(0)
    assert desk_of(stranger).stage.count() == 0
    assert "Dana Whitlock" not in stranger.page.content()


def gaps(side: InACall, picture: str, page: Page) -> tuple[float, float, int]:
    """Return how long nothing moves and nothing is heard while nobody comes or goes, and how many connections are."""
    watch(side, picture=picture)
    page.wait_for_timeout(3000)
    return longest_gap(side, "picture"), longest_gap(side, "voice"), side.place.evaluate("connections.length")


def test_who_asked_a_colleague_in_leaves_and_the_call_goes_on_without_a_gap(three: Three, shot: Shot) -> None:
    dana, helen, marco = three
    ask_in(helen, "Marco Ruiz", "marco")
    panel, first, second = panel_of(dana), desk_of(helen), come_in(marco)
    for side in (panel, first, second):
        side.click("Turn the camera on")
    panel.sees("Marco Ruiz")
    second.sees("Dana Whitlock")
    seen = {panel: picture_of("Marco Ruiz"), second: picture_of("Dana Whitlock")}
    before = {side: gaps(side, picture, dana.page) for side, picture in seen.items()}
    for side, picture in seen.items():
        watch(side, picture=picture)
    first.click("Leave the call")
    first.is_over()
    for side in (panel, second):
        expect(side.stage.locator(".call-tile")).to_have_count(1)
    dana.page.wait_for_timeout(3000)
    for side in seen:
        # Three that are drawn in software share a machine with other tests: a gap is what was not there before.
        assert longest_gap(side, "picture") < 1 + 2 * before[side][0]
        assert longest_gap(side, "voice") < 1 + 2 * before[side][1]
        assert side.place.evaluate("connections.length") == before[side][2], "it goes on over the connection it had"
        side.hears()
    card = helen.page.locator(".call-card", has_text="The call goes on: Dana Whitlock, Marco Ruiz")
    expect(card).to_contain_text("The conversation is still yours")
    shot(helen.page, "call-three-desk-left")
    card.get_by_role("button", name="Hand it to Marco Ruiz").click()
    dialog = helen.page.get_by_role("dialog")
    expect(dialog.get_by_role("combobox")).to_have_value("Marco Ruiz")
    dialog.get_by_label("Summary").fill("Signing fails on order four")
    helen.page.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)
    dana.sees("Marco Ruiz takes over")
    panel.sees("Marco Ruiz")
    second.click("Leave the call")
    panel.is_over()


def test_who_declines_or_is_loaded_anew_while_it_rings(three: Three) -> None:
    dana, helen, marco = three
    ask_in(helen, "Marco Ruiz", "marco")
    expect(bell(marco)).to_be_visible()
    marco.page.reload()
    expect(bell(marco)).to_contain_text("Helen Marsh asks you into a call")
    marco.press("d")
    expect(bell(marco)).to_have_count(0)
    for place in (panel_of(dana), desk_of(helen)):
        expect(place.stage.locator(".call-card")).to_have_count(0)
    expect(helen.page.get_by_text("Marco Ruiz does not join the call")).to_be_visible()
    panel_of(dana).hears()
    assert dana.panel.evaluate(CONNECTIONS) == 1
    ask_in(helen, "Marco Ruiz", "marco")  # and once more
    second = come_in(marco)
    second.hears(people=2)
    marco.page.reload()
    second.is_in_it()
    second.hears(people=2)
    panel_of(dana).hears(people=2)
    panel_of(dana).click("Leave the call")
    second.is_over()
    desk_of(helen).is_over()

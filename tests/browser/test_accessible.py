"""The real product for everybody: nothing for axe to find, on phones, enlarged, mirrored, still, in few colours."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Frame, Page, Route, expect

from curbside.demo.centre import AUDIENCE, ISSUER, secret
from curbside.demo.people import PEOPLE
from curbside.demo.tokens import Signer
from curbside.store.sealing import Keys
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr, marked
from tests.browser.seeing import OPEN_SHADOWS, READABLE_ONCE_SCROLLED_TO, cut_off, findings, lowest_contrast, settle

pytestmark = pytest.mark.browser
LAUNCHER = "curbside-launcher .help"
SETTINGS = ("agents", "teams", "replies", "switches", "embedding", "hours", "incidents", "tenant")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def seen_in_both(page: Page, name: str, places: Callable[[], list[Page | Frame]], found: dict[str, object]) -> None:
    """Add to `found` whatever is wrong with this state, in light and in dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        seen = places()
        settle(page, *seen)
        for place in seen:
            wrong = [*findings(place), *cut_off(place)]
            ratio, text = lowest_contrast(place)
            if ratio < 4.5:
                wrong.append(f"contrast {ratio:.2f}: {text}")
            if wrong:
                found[f"{name}, {scheme}, {place.url}"] = wrong


@pytest.fixture
def seeing(new_page: NewPage) -> NewPage:
    """Open pages whose launcher axe and locators can look into."""

    def make(**options: object) -> Page:
        page = new_page(**options)
        page.add_init_script(OPEN_SHADOWS)
        return page

    return make


def test_axe_finds_nothing_wherever_a_contact_comes(own_demo: Demo, seeing: NewPage, new_page: NewPage) -> None:
    page, found = seeing(), dict[str, object]()
    dana = AtTheEhr(page, own_demo)

    def see(name: str, panel: bool = True) -> None:
        seen_in_both(page, name, lambda: [page, dana.panel] if panel else [page], found)

    page.goto(own_demo.ehr)
    expect(page.locator(LAUNCHER)).to_be_visible()
    see("nobody is logged in", panel=False)
    dana.log_in()
    see("closed", panel=False)
    dana.open_help()
    page.locator(LAUNCHER).hover()
    expect(page.locator(LAUNCHER)).to_have_accessible_name("Close Help")
    see("open, and its button hovered")
    page.mouse.move(10, 10)
    see("empty")
    dana.write("I cannot sign the heparin order")
    dana.sees("in line")
    see("waiting")
    helen = AtTheDesk(new_page(), own_demo).log_in()
    helen.open("I cannot sign the heparin order")
    helen.claim()
    helen.reply("Please choose the route again and sign.")
    dana.sees("choose the route again")
    see("talking")
    page.context.set_offline(True)
    dana.write("Which route?")
    dana.sees("will be sent when the connection is back")
    see("not sent yet")
    page.context.set_offline(False)
    helen.sees("Which route?")
    helen.press("e")
    dana.sees("Are you back to work?")
    dana.panel.get_by_role("button", name="Yes").click()
    see("rating")
    dana.panel.get_by_role("button", name="More", exact=True).click()
    see("menu")
    dana.panel.get_by_role("button", name="Earlier conversations").click()
    expect(dana.panel.get_by_role("heading", name="Earlier conversations")).to_be_visible()
    see("history")
    assert found == {}


def test_axe_finds_nothing_wherever_an_agent_comes(own_demo: Demo, new_page: NewPage) -> None:
    page, found = new_page(viewport={"width": 1440, "height": 900}), dict[str, object]()

    def see(name: str) -> None:
        seen_in_both(page, name, lambda: [page], found)

    page.goto(f"{own_demo.url}/desk")
    see("log-in")
    nora = AtTheDesk(page, own_demo).log_in("nora@northwind.example")
    see("off, nothing chosen")
    page.get_by_role("button", name="Become available").click()
    expect(page.get_by_text("You are off.")).to_be_hidden()
    nora.press("g")
    nora.press("m")
    expect(page.get_by_text("You have no open conversations.")).to_be_visible()
    see("empty list")
    nora.press("g")
    nora.press("w")
    nora.open("ORD-417 when I sign")
    nora.claim()
    nora.reply("Which order set is it?")
    nora.note("The template of last night, again")
    see("conversation")
    nora.press("Control+k")
    expect(page.get_by_role("option").first).to_be_visible()
    see("command bar")
    nora.press("Escape")
    nora.press("h")
    expect(page.get_by_role("dialog")).to_be_visible()
    see("hand-off")
    nora.press("Escape")
    for place in SETTINGS:
        answer = page.goto(f"{own_demo.url}/desk/settings/{place}")
        assert answer is not None and answer.ok, place
        see(f"settings: {place}")
    assert found == {}


def test_a_new_message_is_announced_once_and_politely(own_demo: Demo, seeing: NewPage, new_page: NewPage) -> None:
    dana = AtTheEhr(seeing(), own_demo).log_in().open_help()
    dana.write("The label printer is silent")
    dana.sees("in line")
    helen = AtTheDesk(new_page(), own_demo).log_in()
    helen.open("The label printer is silent")
    helen.claim()
    dana.sees("Helen Marsh")
    dana.panel.evaluate(HEAR)
    helen.reply("Is its light green?")
    dana.sees("Is its light green?")
    dana.page.wait_for_timeout(400)
    heard = dana.panel.evaluate("heard")
    assert [each["how"] for each in heard if "Is its light green?" in each["text"]] == ["polite"]
    expect(dana.box).to_be_focused()

    dana.page.evaluate("Curbside('close')")
    dana.page.evaluate(HEAR.replace("document", "document.querySelector('curbside-launcher').shadowRoot"))
    helen.reply("Then please open its lid once.")
    expect(dana.page.locator(LAUNCHER)).to_have_accessible_name(re.compile("1 "))
    outside = dana.page.evaluate("heard")
    assert len(outside) == 1
    assert "lid" not in outside[0]["text"], "the page around must not read the chat"


HEAR = """() => {
    globalThis.heard = []
    const watch = new MutationObserver(changes => {
        for (const change of changes) {
            const at = change.target.nodeType === 1 ? change.target : change.target.parentElement
            const region = at?.closest('[aria-live], [role=status], [role=alert], [role=log]')
            const text = [...change.addedNodes].map(each => each.textContent).join(' ').trim()
            if (region && text) heard.push({ how: region.ariaLive ?? 'polite', text })
        }
    })
    watch.observe(document, { childList: true, characterData: true, subtree: true })
}"""


@pytest.mark.parametrize("way", ["zoom", "text"])
def test_at_200_percent_nothing_is_lost(demo: Demo, seeing: NewPage, way: str) -> None:
    zoomed = {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}
    page = seeing(**(zoomed if way == "zoom" else {}))
    jo = AtTheEhr(page, demo).log_in("Jo Lindgren").open_help()
    jo.begin(marked("The remittance does not post, it says REM-20 and then nothing at all"))
    expect(jo.box).to_have_attribute("placeholder", "Add anything that helps…")
    if way == "text":
        jo.panel.evaluate("document.documentElement.style.fontSize = '200%'")
    assert cut_off(jo.panel) == []
    assert jo.box.evaluate("box => box.scrollHeight <= box.clientHeight"), "what the field asks for can be read"
    if way == "zoom":
        assert cut_off(page) == []
    expect(jo.box).to_be_in_viewport()
    enlarged = marked("And this is enlarged")
    jo.write(enlarged)
    assert jo.panel.locator(".rich").get_by_text(enlarged, exact=True).evaluate(READABLE_ONCE_SCROLLED_TO)


# Controls that a finger misses: what lies 20 px beside their middle is something else.
HARD_TO_HIT = """() => [...document.querySelectorAll('button, textarea')].filter(each => each.checkVisibility())
    .filter(each => {
        const { x, y, width, height } = each.getBoundingClientRect()
        return [[0, 20], [0, -20], [20, 0], [-20, 0]].some(([right, down]) => {
            const hit = document.elementFromPoint(x + width / 2 + right, y + height / 2 + down)
            return !each.contains(hit)
        })
    }).map(each => each.outerHTML.slice(0, 120))"""


def test_on_a_phone_help_fills_the_screen_and_goes_away_again(demo: Demo, seeing: NewPage) -> None:
    page = seeing(**PHONE)
    ravi = AtTheEhr(page, demo).log_in("Ravi Menon")
    assert findings(page) == []
    page.locator(LAUNCHER).tap()
    expect(ravi.box).to_be_visible()
    frame = page.locator("curbside-launcher iframe")
    page.wait_for_timeout(250)
    assert frame.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert findings(ravi.panel) == []
    assert cut_off(ravi.panel) == []
    assert ravi.panel.evaluate(HARD_TO_HIT) == []
    ravi.panel.get_by_role("button", name="Close").tap()
    expect(frame).to_be_hidden()
    expect(page.locator(LAUNCHER)).to_be_visible()


def test_the_desk_fits_a_phone(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    AtTheDesk(page, demo).log_in("kofi@northwind.example")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".row").first).to_be_visible()
    assert (findings(page), cut_off(page)) == ([], [])
    page.locator(".row").first.click()
    expect(page.get_by_role("button", name="Back to the list")).to_be_visible()
    expect(page.locator(".compose textarea")).to_be_in_viewport()
    assert (findings(page), cut_off(page)) == ([], [])


def name_in_arabic(demo: Demo, route: Route) -> None:
    """Sign as the demonstration EHR does, for a physician who reads Arabic."""
    asked = json.loads(route.request.post_data or "{}")
    key = Keys(base64.b64decode((demo.data / "demonstration.key").read_text()))
    ravi = replace(PEOPLE["ravi"], locale="ar")
    token = Signer(ISSUER, AUDIENCE, secret(key)).identity(ravi, asked["user"], asked["nonce"])
    route.fulfill(json={"token": token})


def test_an_arabic_page_has_everything_mirrored(demo: Demo, seeing: NewPage) -> None:
    page = seeing()
    page.add_init_script("""if (top === window) new MutationObserver((_, watch) => {
        if (document.body) watch.disconnect(), document.documentElement.dir = 'rtl'
    }).observe(document, { childList: true, subtree: true })""")
    page.route("**/token", lambda route: name_in_arabic(demo, route))
    ravi = AtTheEhr(page, demo).log_in("Ravi Menon").open_help()
    page.wait_for_timeout(300)
    launcher, panel = (page.locator(each).bounding_box() for each in (LAUNCHER, "curbside-launcher iframe"))
    assert launcher is not None and panel is not None
    assert launcher["x"] == 24 and panel["x"] < 30
    assert ravi.panel.evaluate("document.documentElement.dir") == "rtl"
    send, attach = (ravi.panel.get_by_role("button", name=each).bounding_box() for each in ("Send", "Attach a file"))
    assert send is not None and attach is not None and send["x"] < attach["x"]
    assert (findings(ravi.panel), cut_off(ravi.panel)) == ([], [])


MOVING = """() => [...document.querySelectorAll('*')].filter(each => {
    const style = getComputedStyle(each)
    return [...style.transitionDuration.split(','), ...style.animationDuration.split(',')]
        .some(each => parseFloat(each) > 0.02)
}).length"""


@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
def test_nothing_moves_for_those_who_ask_for_stillness(demo: Demo, seeing: NewPage, wish: str) -> None:
    page = seeing(reduced_motion=wish)
    ravi = AtTheEhr(page, demo).log_in("Ravi Menon").open_help()
    launcher = MOVING.replace("document.", "document.querySelector('curbside-launcher').shadowRoot.")
    moving = [page.evaluate(launcher), ravi.panel.evaluate(MOVING)]
    page.goto(f"{demo.url}/desk")
    moving.append(page.evaluate(MOVING))
    if wish == "reduce":
        assert moving == [0, 0, 0]
    else:
        assert all(moving), "or this test cannot see motion"


def test_with_forced_colours_every_control_still_shows(demo: Demo, seeing: NewPage) -> None:
    page = seeing(forced_colors="active")
    ravi = AtTheEhr(page, demo).log_in("Ravi Menon").open_help()
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    edge = page.locator(LAUNCHER).evaluate(
        "each => [getComputedStyle(each).borderTopWidth, getComputedStyle(each).borderTopColor]"
    )
    ground = page.locator(LAUNCHER).evaluate("each => getComputedStyle(each).backgroundColor")
    assert edge[0] == "1px" and edge[1] != ground
    hidden = ravi.panel.evaluate(
        """() => [...document.querySelectorAll('button, textarea')].filter(each => each.checkVisibility())
            .filter(each => getComputedStyle(each).color === getComputedStyle(each).backgroundColor)
            .map(each => each.outerHTML.slice(0, 90))"""
    )
    assert hidden == []
    assert lowest_contrast(ravi.panel)[0] >= 4.5

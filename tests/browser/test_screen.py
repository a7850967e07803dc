"""A page that is shared: what the agent really sees of it, by the pixels of every picture that arrives."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.calling import InACall, call_from_panel, desk_of, is_available, panel_of, rings
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.hosting import boot, serve, wide_page
from tests.browser.people import AtTheDesk, AtTheEhr
from tests.browser.waiting import until
from tests.hosts.serve import Snippet

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], Path]

# Every picture that is shown is looked at, from the first one on.
WATCH = """() => {
    const seen = globalThis.seen = {frames: 0, marked: 0, green: 0, blue: 0, lit: 0}
    const canvas = document.createElement('canvas')
    canvas.width = 320, canvas.height = 200
    const on = canvas.getContext('2d', {willReadFrequently: true})
    const look = video => {
        on.drawImage(video, 0, 0, 320, 200)
        const at = on.getImageData(0, 0, 320, 200).data
        const now = {marked: 0, green: 0, blue: 0, lit: 0}
        for (let i = 0; i < at.length; i += 4) {
            const [r, g, b] = [at[i], at[i + 1], at[i + 2]]
            if (r > 150 && g < 90 && b > 150) now.marked += 1
            if (g > 110 && r < 80 && b < 80) now.green += 1
            if (b > 170 && r < 80 && g < 80) now.blue += 1
            if (r + g + b > 300) now.lit += 1
        }
        seen.frames += 1
        for (const name of ['marked', 'green', 'blue']) seen[name] = Math.max(seen[name], now[name])
        seen.lit = now.lit
    }
    const follow = video => {
        const next = () => { look(video); if (video.isConnected) video.requestVideoFrameCallback(next) }
        video.requestVideoFrameCallback(next)
    }
    const known = new WeakSet()
    new MutationObserver(() => {
        for (const video of document.querySelectorAll('video'))
            if (!known.has(video)) { known.add(video); follow(video) }
    }).observe(document, {subtree: true, childList: true})
}"""


@dataclass
class Shared:
    """Dana in a page with patient data, and Helen, who looks at it."""

    dana: AtTheEhr
    helen: AtTheDesk
    panel: InACall
    desk: InACall

    def share(self) -> None:
        self.panel.click("Share this tab")

    def seen(self) -> dict[str, int]:
        found: dict[str, int] = self.helen.page.evaluate("seen")
        return found

    def sees(self, condition: str, within: float = 8) -> None:
        until(self.helen.page, condition, within)


Share = Callable[..., Shared]


@pytest.fixture
def in_call(own_demo: Demo, new_page: NewPage) -> Share:
    """Bring two people into a call, one of them in this host page."""

    def begin(host: str = "patients", masks: Callable[[Route], None] | None = None) -> Shared:
        page = wide_page(new_page)
        page.context.grant_permissions(["local-network-access", "microphone"])
        snippet = Snippet(own_demo.url)
        page.route(f"{own_demo.ehr}/hosts/**", lambda route: serve(route, snippet))
        if masks:
            page.route("**/screen.js", masks)
        page.goto(own_demo.ehr)
        page.click("button[value=dana]")
        page.wait_for_url("**/worklist")
        user = page.evaluate("JSON.parse(document.body.dataset.login).user")
        page.goto(f"{own_demo.ehr}/hosts/{host}")
        boot(page, user)
        dana = AtTheEhr(page, own_demo).open_help()
        helen = is_available(AtTheDesk(new_page(viewport={"width": 1440, "height": 900}), own_demo).log_in())
        asked = f"I cannot sign {secrets.token_hex(3)}"
        dana.write(asked)
        helen.open(asked)
        helen.claim()
        call_from_panel(dana)
        rings(helen, "Dana Whitlock")
        helen.press("a")
        panel, desk = panel_of(dana), desk_of(helen)
        panel.is_in_it()
        desk.is_in_it()
        helen.page.evaluate(WATCH)
        return Shared(dana, helen, panel, desk)

    return begin


def test_what_is_marked_is_never_in_any_picture_however_it_comes(in_call: Share, shot: Shot) -> None:
    shared = in_call()
    page = shared.dana.page
    page.evaluate("stir()")
    shared.share()
    shared.sees("seen.green > 100 && seen.frames > 20", within=15)
    shared.sees("seen.blue > 20")  # a frame of the page's own origin is shown, but for what is marked in it
    shot(page, "screen-panel")
    shot(shared.helen.page, "screen-desk")
    assert shared.seen()["marked"] == 0
    expect(shared.desk.stage).to_contain_text("Patient data in it is covered")
    shared.helen.sees("sharing the page, patient data covered · seen by Helen Marsh")
    # The agent points; the ring is drawn in the page, and clicks nothing.
    picture = shared.helen.page.locator(".call-screen").bounding_box()
    assert picture
    shared.helen.page.mouse.move(picture["x"] + picture["width"] / 2, picture["y"] + picture["height"] / 2)
    shared.helen.page.mouse.down()
    shared.helen.page.mouse.up()
    page.wait_for_timeout(300)
    shot(page, "screen-pointed")
    shared.desk.click("Stop looking")
    expect(shared.helen.page.locator(".call-screen")).to_have_count(0)
    expect(shared.panel.stage).to_contain_text("The other side has stopped looking")
    shared.helen.sees("Helen Marsh stopped looking at the screen of Dana Whitlock")
    assert shared.seen()["marked"] == 0
    expect(page.locator("curbside-screen")).to_have_count(0)


def test_without_masks_there_is_no_picture(in_call: Share) -> None:
    shared = in_call(masks=lambda route: route.abort())
    shared.share()
    expect(shared.panel.stage).to_contain_text("Nothing was shown", timeout=8_000)
    expect(shared.helen.page.locator(".call-screen")).to_have_count(0)
    assert shared.seen()["frames"] == 0


def test_a_page_that_falls_silent_shows_nothing_until_it_confirms_its_masks_again(in_call: Share) -> None:
    shared = in_call()
    page = shared.dana.page
    shared.share()
    shared.sees("seen.green > 100")
    # A page that is busy answers nothing; meanwhile nothing passes, and both sides read why.
    page.evaluate("setTimeout(() => { const end = Date.now() + 5000; while (Date.now() < end) {} }, 0)")
    expect(shared.panel.stage).to_contain_text("Nothing is shown at the moment")
    shared.helen.sees("Nothing is shown at the moment")
    shared.sees("seen.lit === 0")
    shared.sees("seen.lit > 1000", within=12)
    # One that cannot be hidden counts as none.
    page.evaluate("document.querySelector('#fixed').style.setProperty('opacity', '1', 'important')")
    expect(shared.panel.stage).to_contain_text("Nothing is shown at the moment")
    shared.sees("seen.lit === 0")
    page.evaluate("document.querySelector('#fixed').remove()")
    shared.sees("seen.lit > 1000")
    # Either side stops it: here by the button in the border.
    page.mouse.click(840, 25)
    expect(shared.helen.page.locator(".call-screen")).to_have_count(0)
    shared.helen.sees("camera and screen off")
    expect(page.locator("curbside-screen")).to_have_count(0)


# What a browser gives where somebody chooses a whole screen; no screen of this machine is needed for it.
WHOLE_SCREEN = """() => {
    navigator.mediaDevices.getDisplayMedia = async asked => {
        globalThis.asked = asked
        const canvas = document.createElement('canvas')
        const on = canvas.getContext('2d')
        setInterval(() => { on.fillStyle = 'rgb(0,160,0)'; on.fillRect(0, 0, 999, 999) }, 50)
        const stream = canvas.captureStream(15)
        stream.getVideoTracks()[0].getSettings = () => ({displaySurface: 'monitor'})
        return stream
    }
}"""


def test_a_whole_screen_is_refused_unless_the_tenant_lets_people_be_asked(
    in_call: Share, own_demo: Demo, new_page: NewPage, shot: Shot
) -> None:
    shared = in_call()
    shared.panel.place.evaluate(WHOLE_SCREEN)
    shared.share()
    expect(shared.panel.stage).to_contain_text("Nothing was shown")
    assert shared.panel.place.evaluate("asked.monitorTypeSurfaces") == "exclude"
    assert shared.seen()["frames"] == 0
    nora = AtTheDesk(new_page(), own_demo).log_in("nora@northwind.example").page
    nora.goto(f"{own_demo.url}/desk/settings/tenant")
    nora.locator("[name=screen_share]").select_option("ask")
    nora.get_by_role("button", name="Save").click()
    expect(nora.locator(".done")).to_be_visible()
    shared.dana.page.wait_for_timeout(3_500)  # what is set is known within three seconds
    shared.share()
    expect(shared.panel.stage).to_contain_text("is not this page")
    shot(shared.dana.page, "screen-asked")
    assert shared.seen()["frames"] == 0
    shared.panel.click("Do not show it")
    expect(shared.panel.stage).to_contain_text("Nothing was shown")
    shared.share()
    shared.panel.click("Show it")
    shared.sees("seen.green > 100")
    shared.helen.sees("Dana Whitlock: sharing the screen")


def test_it_works_under_a_strict_policy_with_trusted_types(in_call: Share) -> None:
    shared = in_call("strict")
    shared.share()
    shared.sees("seen.lit > 1000")
    assert shared.dana.page.evaluate("violations") == []

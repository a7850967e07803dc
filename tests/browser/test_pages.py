"""Pages that nobody hopes to see, and the card of a help that is silent: axe finds nothing; 200 % cuts off nothing."""

from __future__ import annotations

import base64
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.demonstrations import ROOT, Demo, free_port
from tests.browser.people import AtTheDesk, AtTheEhr, Launcher
from tests.browser.seeing import OPEN_SHADOWS, cut_off, findings, settle
from tests.browser.waiting import until

pytestmark = pytest.mark.browser


def seen(page: Page) -> list[object]:
    """What is wrong with a page, in both colour schemes."""
    wrong: list[object] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        settle(page)
        wrong += [*findings(page), *cut_off(page)]
    return wrong


def test_axe_finds_nothing_in_the_card_of_a_help_that_is_silent(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script(OPEN_SHADOWS)
    page.route(re.compile(r"/panel\?"), lambda route: route.abort())
    AtTheEhr(page, demo).log_in()
    until(page, "typeof Curbside === 'function' && !Curbside.q")
    page.mouse.click(*Launcher(page).button.middle)
    expect(page.get_by_text("Help is not answering")).to_be_visible(timeout=12_000)
    page.mouse.move(10, 10)
    assert seen(page) == []


def test_axe_finds_nothing_where_an_agent_may_not_or_cannot_go(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    AtTheDesk(page, demo).log_in("helen@northwind.example")
    answer = page.goto(f"{demo.url}/desk/settings/agents")
    assert answer is not None and answer.status == 403
    assert seen(page) == []
    AtTheDesk(page := new_page(), demo).log_in("nora@northwind.example")
    answer = page.goto(f"{demo.url}/desk/settings/nowhere")
    assert answer is not None and answer.status == 404
    assert seen(page) == []


HELP = "https://help.example"


class Production:
    """`curbside serve`, reached as behind a proxy that speaks https: a second factor is asked of everybody."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self._around = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "server"), str(ROOT / "signaling")]),
            "CURBSIDE_DATA": str(folder / "data"),
            "CURBSIDE_PORT": str(self._port),
            "CURBSIDE_PUBLIC_URL": HELP,
            "CURBSIDE_ROOT_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        self._log = folder / "log"

    def start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "curbside", "serve"]
            return subprocess.Popen(command, env=self._around, stdout=log, stderr=log)

    def command(self, *words: str) -> str:
        command = [sys.executable, "-m", "curbside", *words]
        return subprocess.run(command, env=self._around, check=True, capture_output=True, text=True).stdout

    def carry(self, route: Route) -> None:
        """Ask the server what a browser asks https://help.example, once it is there."""
        url = route.request.url.replace(HELP, f"http://127.0.0.1:{self._port}")
        headers = {**route.request.all_headers(), "host": HELP.removeprefix("https://")}
        for _ in range(200):
            try:
                return route.fulfill(response=route.fetch(url=url, headers=headers, max_redirects=0))
            except Error:  # not there yet
                time.sleep(0.1)
        raise AssertionError(self._log.read_text())


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Production, str]]:
    """A server of this module, and the link by which its first administrator sets a password."""
    served = Production(tmp_path_factory.mktemp("production"))
    served.command("tenant", "create", "mercy", "--name", "Mercy")
    said = served.command("admin", "create", "--tenant", "mercy", "--email", "ada@mercy.example", "--name", "Ada")
    process = served.start()
    yield served, said.split()[-1]
    process.terminate()
    process.wait(20)


def test_axe_finds_nothing_from_the_first_link_to_the_second_factor(
    production: tuple[Production, str], new_page: NewPage
) -> None:
    served, link = production
    page, password = new_page(ignore_https_errors=True), "four calm words here"
    page.route(f"{HELP}/**", served.carry)
    wrong: dict[str, list[object]] = {}

    def see(heading: str) -> None:
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        wrong[heading] = seen(page)

    def log_in() -> None:
        page.goto(f"{HELP}/desk/login")
        page.get_by_label("E-mail").fill("ada@mercy.example")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()

    page.goto(link)
    see("Choose a password")
    for field, typed in (("password", password), ("again", password)):
        page.locator(f"[name={field}]").fill(typed)
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url("**/desk/login*")
    page.goto(link)
    see("This link no longer works")
    log_in()
    page.locator("summary").click()
    see("Set up the second step")
    secret = page.locator("code").inner_text().replace(" ", "")
    page.locator("[name=code]").fill(pyotp.TOTP(secret).now())
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url("**/desk")
    page.context.clear_cookies()
    log_in()
    see("Second step")
    prize = f"<form method=post action='{HELP}/desk/login'><button>Win a prize</button></form>"
    page.route("https://evil.example/", lambda route: route.fulfill(body=prize, content_type="text/html"))
    page.goto("https://evil.example/")
    page.get_by_role("button").click()
    see("Please try again")
    assert {each: found for each, found in wrong.items() if found} == {}


def test_log_in_and_settings_at_200_percent_cut_off_nothing(demo: Demo, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{demo.url}/desk/login")
    wrong = {"log-in": enlarged(page)}
    AtTheDesk(page, demo).log_in("nora@northwind.example")
    for place in ("agents", "switches", "hours"):
        page.goto(f"{demo.url}/desk/settings/{place}")
        wrong[place] = enlarged(page)
    assert {place: cut for place, cut in wrong.items() if cut} == {}


def enlarged(page: Page) -> list[str]:
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.wait_for_timeout(60)
    return cut_off(page)


def test_on_a_phone_the_places_of_the_settings_fold_under_the_one_that_is_shown(demo: Demo, new_page: NewPage) -> None:
    page = new_page(has_touch=True)
    AtTheDesk(page, demo).log_in("nora@northwind.example")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{demo.url}/desk/settings/agents")
    heading = page.get_by_role("heading", level=1).bounding_box()
    assert heading is not None and heading["y"] < 120, "what is shown begins at the top"
    hours = page.get_by_role("link", name="Hours and promises")
    expect(hours).to_be_hidden()
    page.get_by_text("Agents").first.tap()
    assert seen(page) == []
    hours.tap()
    page.wait_for_url("**/settings/hours")
    assert seen(page) == []


def test_what_nothing_brings_back_is_asked_first(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    AtTheDesk(page, demo).log_in("nora@northwind.example")
    page.goto(f"{demo.url}/desk/settings/agents")
    page.get_by_text("Diego Salas").first.click()
    revoke = page.get_by_label("Revoke: Diego Salas")
    expect(revoke).to_have_count(2)
    expect(revoke.last).to_be_hidden()
    revoke.first.click()
    expect(revoke.last).to_be_visible()
    assert seen(page) == []

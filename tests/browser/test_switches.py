"""What an administrator switches off is off within seconds, where it was said, and at the server."""

from __future__ import annotations

import secrets

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr, marked
from tests.browser.waiting import until

pytestmark = pytest.mark.browser


def test_chat_that_is_switched_off_is_off_within_seconds_and_at_the_server(own_demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    tokens: list[str] = []
    page.on("response", lambda answer: tokens.append(answer.json()["token"]) if "/v1/identify" in answer.url else None)
    dana = AtTheEhr(page, own_demo).log_in().open_help()
    dana.begin(marked("Still there?"))
    nora = AtTheDesk(new_page(), own_demo).log_in("nora@northwind.example")
    switch_chat(nora)
    dana.sees("Chat is switched off right now", within=5)
    dana.sees("+1 555 0142")
    expect(dana.box).to_have_count(0)
    start: dict[str, object] = {"type": "act", "verb": "start", "key": new_id(), "conversation": new_id()}
    start |= {"context": {}, "topic": "", "urgency": "normal", "channel": "panel", "test": False, "external": {}}
    bearer = {"Authorization": f"Bearer {tokens[-1]}"}
    answer = page.request.post(f"{own_demo.url}/v1/frame", data=start, headers=bearer)
    assert '"switched_off"' in answer.text()
    switch_chat(nora)
    expect(dana.box).to_be_visible(timeout=5_000)
    answer = page.request.post(f"{own_demo.url}/v1/frame", data={**start, "key": new_id()}, headers=bearer)
    assert '"ok"' in answer.text()


def test_the_launcher_goes_for_a_role_within_seconds_and_stays_away_from_pages_that_load(
    own_demo: Demo, new_page: NewPage
) -> None:
    dana = AtTheEhr(new_page(), own_demo).log_in().open_help()
    asked, answer = marked("Going, going"), marked("I go on with it")
    dana.begin(asked)
    helen = AtTheDesk(new_page(), own_demo).log_in()
    helen.open(asked)
    helen.claim()
    nora = AtTheDesk(new_page(), own_demo).log_in("nora@northwind.example")
    nora.page.goto(f"{own_demo.url}/desk/settings/switches")
    form = nora.page.locator("form").filter(has=nora.page.get_by_label("Module"))
    form.get_by_label("Role").fill("Registered nurse")
    form.get_by_label("Capability").select_option("launcher")
    form.get_by_role("button").click()
    button_goes(dana, within=5)
    helen.reply(answer)
    barred: list[int] = []
    dana.page.on("response", lambda answer: barred.append(answer.status) if "/v1/identify" in answer.url else None)
    dana.page.reload()
    until(dana.page, "typeof Curbside === 'function' && !Curbside.q")
    button_goes(dana, within=10)
    assert barred == [403]
    nora.page.locator("form[action$='switches/remove'] button").first.click()
    nora.page.locator(".done").wait_for()
    dana.page.reload()  # or wait: it asks by itself, but not at once
    dana.open_help()
    dana.sees(asked)
    dana.sees(answer)


def test_chat_that_is_switched_off_in_a_module_is_off_there_within_seconds(own_demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), own_demo).log_in().open_help()
    dana.begin(marked("The worklist is empty"))
    ravi = AtTheEhr(new_page(), own_demo).log_in("Ravi Menon").open_help()
    ravi.page.goto(f"{own_demo.ehr}/claims")
    AtTheEhr(ravi.page, own_demo).open_help()
    nora = AtTheDesk(new_page(), own_demo).log_in("nora@northwind.example")
    nora.page.goto(f"{own_demo.url}/desk/settings/switches")
    form = nora.page.locator("form").filter(has=nora.page.get_by_label("Module"))
    form.get_by_label("Module").fill("worklist")  # an EHR's own word, however it is spelled
    form.get_by_label("Capability").select_option("chat")
    form.get_by_role("button").click()
    dana.sees("Chat is switched off right now", within=5)
    expect(dana.box).to_have_count(0)
    expect(ravi.box).to_be_visible()


def button_goes(contact: AtTheEhr, within: float) -> None:
    expect(contact.page.locator("curbside-launcher")).to_have_count(1)
    until(
        contact.page,
        "document.elementFromPoint(innerWidth - 40, innerHeight - 40)?.localName !== 'curbside-launcher'",
        within,
    )


def switch_chat(admin: AtTheDesk) -> None:
    """Press the switch of the chat in the settings."""
    admin.page.goto(f"{admin.demo.url}/desk/settings/switches")
    admin.page.locator("form:has(input[name=capability][value=chat]) button").first.click()
    expect(admin.page.locator(".done")).to_be_visible()


def new_id() -> str:
    return secrets.token_urlsafe(16)

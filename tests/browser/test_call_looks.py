"""How a call looks where it is seldom looked at: three in it, on small screens, dark, in Spanish."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.calling import InACall, desk_of, is_available, panel_of
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr
from tests.browser.seeing import cut_off, findings

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], Path]
DESK = {"width": 1440, "height": 900}
PHONE = {"viewport": {"width": 390, "height": 780}, "is_mobile": True, "has_touch": True}


def lucia(page: Page, demo: Demo) -> AtTheEhr:
    return AtTheEhr(page, demo).log_in("Lucía Ferrer").open_help()


def calls(contact: AtTheEhr, helen: AtTheDesk) -> None:
    """Let Lucía ask and call, and Helen answer."""
    asked = f"No puedo firmar {secrets.token_hex(3)}"
    contact.page.evaluate("Curbside('startConversation')")  # the one she has is Marco's
    expect(contact.panel.get_by_text("Marco Ruiz")).to_have_count(0)
    contact.write(asked)
    helen.open(asked)
    helen.claim()
    contact.panel.get_by_role("button", name="Llamar", exact=True).click()
    expect(helen.page.locator(".call-rings section")).to_be_visible()
    helen.press("a")
    expect(panel_of(contact).stage).to_contain_text("En la llamada", timeout=15_000)


def ask_marco_in(helen: AtTheDesk) -> None:
    helen.press("Shift+P")
    field = helen.page.get_by_role("dialog").get_by_role("combobox")
    field.fill("Marco")
    field.press("Enter")
    field.press("Control+Enter")
    expect(helen.page.get_by_role("dialog")).to_have_count(0)


def look(place: InACall, page: Page, name: str, shot: Shot) -> None:
    shot(page, name)
    assert findings(place.place) == [], f"axe, {name}"
    assert cut_off(place.place) == [], name


def test_three_in_spanish_dark_in_the_panel_the_window_and_on_a_phone(
    own_demo: Demo, new_page: NewPage, shot: Shot
) -> None:
    contact = lucia(new_page(color_scheme="dark"), own_demo)
    helen = is_available(AtTheDesk(new_page(viewport=DESK, color_scheme="dark"), own_demo).log_in())
    panel = panel_of(contact)
    calls(contact, helen)
    third = new_page(viewport=DESK, color_scheme="dark")
    marco = is_available(AtTheDesk(third, own_demo).log_in("marco@meridian.example"))
    look(panel, contact.page, "call-es-panel", shot)
    looks_when_a_third_is_asked(contact, helen, marco, shot)
    looks_in_a_window(contact, helen, marco, shot)
    phone = looks_on_a_phone(contact, new_page, shot)
    desk_of(helen).click("Share this tab")
    expect(phone.stage.locator(".call-tile.wide")).to_be_visible()
    device = phone.place
    assert isinstance(device, Page)
    look(phone, device, "call-es-phone-screen", shot)
    desk_of(helen).click("Leave the call")
    expect(phone.stage.locator(".call-tile")).to_have_count(1)
    look(phone, device, "call-es-phone-two", shot)
    phone.click("Salir de la llamada")
    expect(device.locator(".call-card")).to_be_visible()
    look(phone, device, "call-es-phone-over", shot)
    look(panel, contact.page, "call-es-panel-over", shot)


def looks_when_a_third_is_asked(contact: AtTheEhr, helen: AtTheDesk, marco: AtTheDesk, shot: Shot) -> None:
    panel = panel_of(contact)
    helen.press("Shift+P")
    shot(helen.page, "call-dark-invite")
    assert findings(helen.page) == []
    helen.press("Escape")
    ask_marco_in(helen)
    expect(panel.stage).to_contain_text("Se ha invitado a Marco Ruiz")
    look(panel, contact.page, "call-es-panel-asked", shot)
    shot(marco.page, "call-dark-asked")
    assert findings(marco.page) == []


def looks_in_a_window(contact: AtTheEhr, helen: AtTheDesk, marco: AtTheDesk, shot: Shot) -> None:
    """Bring the call into its own window, where all three see each other, and back."""
    panel = panel_of(contact)
    with contact.page.context.expect_page() as opening:
        panel.click("Más")
        panel.click("Abrir en ventana propia")
    window = InACall(opening.value)
    expect(window.stage).to_contain_text("Se ha invitado a Marco Ruiz")
    look(window, opening.value, "call-es-window-asked", shot)
    marco.press("a")
    for desk in (desk_of(helen), desk_of(marco)):
        desk.is_in_it()
        desk.click("Turn the camera on")
    window.click("Encender la cámara")
    window.sees_them()
    expect(window.stage.locator(".call-tile video")).to_have_count(2)
    look(window, opening.value, "call-es-window-three", shot)
    shot(helen.page, "call-dark-desk-three")
    assert findings(helen.page) == []
    contact.page.bring_to_front()
    look(panel, contact.page, "call-es-panel-away", shot)
    contact.panel.get_by_role("button", name="Traerla aquí").click()
    expect(panel.stage).to_contain_text("En la llamada", timeout=15_000)


def looks_on_a_phone(contact: AtTheEhr, new_page: NewPage, shot: Shot) -> InACall:
    """Bring the call to a phone, which hears and sees the two others."""
    panel = panel_of(contact)
    with contact.page.expect_response("**/v1/call/code") as answering:
        panel.click("Más")
        panel.click("Usar mi teléfono")
    look(panel, contact.page, "call-es-panel-code", shot)
    device = new_page(**PHONE, locale="es-MX")
    device.goto(answering.value.json()["url"])
    phone = InACall(device)
    expect(device.get_by_role("heading").first).to_be_visible()
    look(phone, device, "call-es-phone-join", shot)
    device.get_by_role("button", name="Unirse").click()
    expect(phone.stage).to_contain_text("En la llamada", timeout=15_000)
    phone.hears(people=2)
    phone.click("Encender la cámara")
    expect(phone.stage.locator(".call-tile video")).to_have_count(2)
    look(phone, device, "call-es-phone-three", shot)
    first, second = (phone.stage.locator(".call-tile").nth(which).bounding_box() for which in (0, 1))
    assert first and second and first["x"] == second["x"], "held upright, one stands above the other"
    return phone


def test_a_page_that_is_shown_on_a_narrow_screen_says_so_around_it_and_can_be_stopped(
    own_demo: Demo, new_page: NewPage, shot: Shot
) -> None:
    page = new_page(viewport={"width": 390, "height": 780})
    contact = lucia(page, own_demo)
    helen = is_available(AtTheDesk(new_page(viewport=DESK), own_demo).log_in())
    calls(contact, helen)
    panel = panel_of(contact)
    panel.click("Compartir esta pestaña")
    expect(desk_of(helen).stage.locator(".call-tile.wide")).to_be_visible()
    look(panel, page, "call-es-narrow-sharing", shot)
    panel.place.get_by_role("button", name="Plegar").click()
    page.wait_for_timeout(500)
    shot(page, "call-es-narrow-shared-page")

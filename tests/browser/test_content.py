"""What people write is text, wherever it is shown: nothing of it runs, hides or pretends."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Download, Frame, Page, expect

from curbside.demo.people import Organization, Person
from tests.browser.corpus import LINKS, NO_LINKS, TEXTS
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr, marked
from tests.browser.seeing import only_text_stands_in

pytestmark = pytest.mark.browser

SMALL_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def shown(place: Frame | Page) -> list[str]:
    """Return the texts of all messages on a screen, as the characters that stand there."""
    texts: list[str] = place.locator(".rich").evaluate_all("all => all.map(each => each.textContent)")
    return texts


def say_all(person: AtTheEhr, texts: tuple[str, ...]) -> None:
    for text in texts:
        person.box.fill(text)
        person.box.press("Enter")
        expect(person.box).to_have_value("")
    person.sees("Sent", within=15)


def test_nothing_that_a_contact_writes_runs_anywhere(demo: Demo, quiet_page: Callable[[], Page]) -> None:
    evil = "<img src=x onerror=ran()>"
    organization = Organization(secrets.token_hex(4), f"{evil}</script><script>ran()</script>")
    person = Person(secrets.token_hex(4), f"Mallory {evil}", evil, "", organization, "en", "UTC", 1)
    mallory = AtTheEhr(quiet_page(), demo).log_in_as(person).open_help()
    helen = AtTheDesk(quiet_page(), demo).log_in()
    asked = marked(f"{evil} help")
    mallory.begin(asked)
    say_all(mallory, TEXTS)
    helen.open(asked)
    helen.sees(TEXTS[-1])
    for place in (mallory.panel, helen.page):
        assert [text for text in (asked, *TEXTS) if text not in shown(place)] == []
        only_text_stands_in(place)
    helen.sees(f"Mallory {evil}")
    helen.sees(organization.name)


def test_links_say_where_they_lead(demo: Demo, quiet_page: Callable[[], Page]) -> None:
    mallory = AtTheEhr(quiet_page(), demo).log_in().open_help()
    helen = AtTheDesk(quiet_page(), demo).log_in()
    asked = marked("Look here")
    mallory.begin(asked)
    say_all(mallory, (*(text for text, _ in LINKS), *NO_LINKS))
    helen.open(asked)
    helen.sees(NO_LINKS[-1])
    for place in (mallory.panel, helen.page):
        links = place.locator(".rich a")
        hosts = links.evaluate_all("all => all.map(each => [each.querySelector('b').textContent, each.host])")
        assert [read for read, _ in hosts] == [host for _, host in LINKS]
        assert [pair for pair in hosts if pair[0] != pair[1]] == []
        assert set(links.evaluate_all("all => all.map(each => each.rel + each.target)")) == {
            "noopener noreferrer nofollow_blank"
        }
        only_text_stands_in(place)


def test_nothing_that_an_agent_writes_runs_anywhere(demo: Demo, quiet_page: Callable[[], Page]) -> None:
    dana = AtTheEhr(quiet_page(), demo).log_in().open_help()
    nora = AtTheDesk(quiet_page(), demo).log_in("nora@northwind.example")
    asked = marked("Which version is this?")
    dana.begin(asked)
    shortcut = add_canned(nora, f"Evil {TEXTS[2]}", f"Hi {{{{first_name}}}} {TEXTS[0]}{TEXTS[2]}")
    nora.open(asked)
    nora.claim()
    nora.note(" ".join(TEXTS[:30]))
    nora.press("r")
    nora.page.keyboard.type(f"/{shortcut}")
    nora.sees(f"Evil {TEXTS[2]}")
    nora.press("Enter")
    nora.press("Enter")
    dana.sees(f"Hi Dana {TEXTS[0]}{TEXTS[2]}")
    nora.press("Escape")
    nora.press("e")
    rate(dana, TEXTS[3])
    nora.sees(TEXTS[3])
    for place in (dana.panel, nora.page):
        only_text_stands_in(place)


def add_canned(admin: AtTheDesk, title: str, text: str) -> str:
    """Add a canned reply in the settings, and come back to the desk."""
    shortcut = f"x{secrets.token_hex(3)}"
    admin.page.goto(f"{admin.demo.url}/desk/settings/replies")
    form = admin.page.locator("section.card form")
    form.locator("[name=title]").fill(title)
    form.locator("[name=shortcut]").fill(shortcut)
    form.locator("[name=text]").fill(text)
    form.get_by_role("button").click()
    expect(admin.page.locator(".done")).to_be_visible()
    expect(admin.page.locator("body")).to_contain_text(title)
    admin.page.goto(f"{admin.demo.url}/desk")
    admin.sees("Connected")
    return shortcut


def rate(contact: AtTheEhr, comment: str) -> None:
    contact.sees("Are you back to work?")
    card = contact.panel.locator(".rating")
    card.get_by_role("button", name="Yes").click()
    card.get_by_role("radio", name="4 of 5").check(force=True)
    card.get_by_role("textbox").fill(comment)
    card.get_by_role("button", name="Send").click()
    contact.sees("Thank you")


def picture_with_a_place() -> bytes:
    """Return a photograph as a telephone makes it: with the place where it was taken, and more."""
    exif = Image.Exif()
    exif[0x010F] = "Secretphone"
    exif[0x8825] = {1: "N", 2: (53.0, 20.0, 0.0), 3: "W", 4: (6.0, 15.0, 0.0)}
    written = io.BytesIO()
    Image.new("RGB", (320, 200), (11, 116, 109)).save(written, "JPEG", exif=exif, comment=b"taken in room four")
    return written.getvalue()


GIVE = """(field, [name, type, bytes, how]) => {
    const given = new DataTransfer();
    given.items.add(new File([new Uint8Array(bytes)], name, {type}));
    const event = how === "paste"
        ? new ClipboardEvent("paste", {clipboardData: given, bubbles: true, cancelable: true})
        : new DragEvent("drop", {dataTransfer: given, bubbles: true, cancelable: true});
    field.dispatchEvent(event);
}"""


def give(person: AtTheEhr, name: str, mime: str, content: bytes, how: str = "drop") -> None:
    """Paste or drop a file."""
    person.box.evaluate(GIVE, [name, mime, list(content), how])


@pytest.mark.parametrize("how", ["paste", "drop"])
def test_a_picture_is_drawn_anew_without_what_it_knows(demo: Demo, quiet_page: Callable[[], Page], how: str) -> None:
    dana = AtTheEhr(quiet_page(), demo).log_in().open_help()
    helen = AtTheDesk(quiet_page(), demo).log_in()
    asked = marked("This is what I see")
    dana.begin(asked)
    original = picture_with_a_place()
    assert b"Secretphone" in original
    give(dana, "<img onerror=ran()>.jpg", "image/jpeg", original, how)
    expect(dana.panel.locator(".pending-files progress")).to_have_count(0)
    dana.panel.get_by_role("button", name="Send", exact=True).click()
    helen.open(asked)
    for place in (dana.panel, helen.page):
        image = place.locator(".thumbnail img")
        expect(image).to_be_visible()
        assert image.evaluate("async image => { await image.decode(); return image.naturalWidth; }") == 320
    address = helen.page.locator(".thumbnail img").get_attribute("src") or ""
    stored = helen.page.request.get(address).body()
    assert b"Secretphone" not in stored and b"room four" not in stored
    assert dict(Image.open(io.BytesIO(stored)).getexif()) == {}


REFUSED = {
    "page.html": b"<!doctype html><script>ran()</script>",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="ran()"/>',
    "setup.exe": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00",
    "photo.png": b"<html><script>ran()</script></html>",
}


def test_what_could_run_is_refused_in_words(demo: Demo, quiet_page: Callable[[], Page]) -> None:
    dana = AtTheEhr(quiet_page(), demo).log_in().open_help()
    dana.begin(marked("I attach what I have"))
    for name, content in REFUSED.items():
        give(dana, name, "image/png", content)
        dana.sees(f"We cannot accept {name}. Pictures, PDF, text and office files are fine.")
        send = dana.panel.get_by_role("button", name="Send", exact=True)
        expect(send).to_have_attribute("aria-disabled", "true")
        dana.panel.get_by_role("button", name=f"Remove {name}").click()
    expect(dana.panel.locator(".pending-files")).to_have_count(0)


def test_a_document_is_only_ever_a_download(demo: Demo, quiet_page: Callable[[], Page]) -> None:
    dana = AtTheEhr(quiet_page(), demo).log_in().open_help()
    helen = AtTheDesk(quiet_page(), demo).log_in()
    asked = marked("The letter is empty")
    dana.begin(asked)
    give(dana, "<b>letter.pdf", "application/pdf", SMALL_PDF)
    expect(dana.panel.locator(".pending-files progress")).to_have_count(0)
    dana.panel.get_by_role("button", name="Send", exact=True).click()
    helen.open(asked)
    file = helen.page.locator("button.file")
    expect(file).to_contain_text("b_letter")
    downloads: list[Download] = []
    helen.page.on("download", lambda one: downloads.append(one))
    helen.page.context.on("page", lambda page: page.on("download", lambda one: downloads.append(one)))
    file.click()
    for _ in range(100):
        if downloads:
            break
        helen.page.wait_for_timeout(50)
    assert downloads[0].suggested_filename == "_b_letter.pdf"
    assert downloads[0].path().read_bytes() == SMALL_PDF


def test_what_a_supervisor_redacts_is_gone_from_every_screen(demo: Demo, quiet_page: Callable[[], Page]) -> None:
    dana = AtTheEhr(quiet_page(), demo).log_in().open_help()
    kofi = AtTheDesk(quiet_page(), demo).log_in("kofi@northwind.example")
    word, rest = secrets.token_hex(6), marked("It is about the patient in room two")
    dana.begin(f"The wristband says {word}")
    dana.write(rest)
    dana.sees("Sent")
    kofi.open(word)
    while search(kofi, word) == 0:  # words are indexed a moment after they were written
        kofi.page.wait_for_timeout(200)
    kofi.page.locator(".run-item").filter(has_text=word).locator(".message-more").first.click()
    kofi.page.get_by_role("menuitem", name="Redact").click()
    kofi.page.get_by_label("Reason").fill("a patient's name")
    kofi.page.get_by_role("dialog").get_by_role("button", name="Redact").click()
    dana.sees("This message was removed to protect private information")
    kofi.sees("This message was removed to protect private information")
    for place in (dana.panel, kofi.page):
        expect(place.locator("body")).to_contain_text(rest)
        expect(place.locator("body")).not_to_contain_text(word)
    assert search(kofi, word) == 0
    transcript = dana.download_transcript().read_text()
    assert rest in transcript
    assert word not in transcript


def search(agent: AtTheDesk, words: str) -> int:
    """Ask the server, through the desk, how many conversations have these words."""
    agent.press("Control+k")
    with agent.page.expect_response("**/v1/search") as answered:
        agent.page.keyboard.insert_text(words)  # at once: of a search that a further letter ends, no answer can be read
    found = len(answered.value.json()["results"])
    agent.press("Escape")
    return found

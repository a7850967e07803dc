"""What an agent has begun and not sent is found again, and so is whom it was for."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.gallery_desk.conftest import Draw, acts

pytestmark = pytest.mark.browser


def away_and_back(page: Page) -> None:
    """Open another conversation, and this one again."""
    page.locator('.row[data-conversation="dana"]').press("k")
    expect(page.locator('.row[data-conversation="dana"][aria-current="true"]')).to_have_count(0)
    page.locator('.row[data-conversation="dana"]').click()


def test_a_note_for_in_house_people_stays_theirs(draw: Draw) -> None:
    page = draw("note")
    only = page.get_by_label("In-house only")
    only.check()
    page.locator(".compose textarea").fill("The contract ends in May")
    away_and_back(page)
    expect(page.locator(".compose textarea")).to_have_value("The contract ends in May")
    expect(only).to_be_checked()
    page.get_by_role("button", name="Reply").first.click()
    page.get_by_role("button", name="Note").first.click()
    expect(only).to_be_checked()
    page.get_by_role("button", name="Save note").click()
    sent = [each for each in acts(page) if "send" in each]
    assert [(each["send"], each["audience"]) for each in sent] == [("note", "house")]


def test_partners_hear_nothing_of_a_note_that_they_will_not_read(draw: Draw) -> None:
    page = draw("note")
    page.get_by_label("In-house only").check()
    page.locator(".compose textarea").press_sequentially("Between us")
    assert heard(page) == [("house", True)]
    page.get_by_label("In-house only").uncheck()
    assert heard(page) == [("house", True), ("house", False)]
    page.locator(".compose textarea").press_sequentially(", or not")
    assert heard(page)[2:] == [("staff", True)]


def heard(page: Page) -> list[tuple[Any, Any]]:
    """Who was told that a text is being written, and that it no longer is."""
    return [(each["typing"], each["on"]) for each in acts(page) if "typing" in each]


def test_a_packet_that_was_begun_is_there_again(draw: Draw) -> None:
    page = draw("talking")
    page.keyboard.press("h")
    dialog = page.get_by_role("dialog", name="Hand off Dana Okafor")
    dialog.get_by_label("Summary").fill("The order set is gone")
    dialog.get_by_label("Tried").fill("Signed out and in")
    page.keyboard.press("Escape")
    drafts = page.evaluate("() => window.drafts()")
    assert {draft["text"] for place, draft in drafts.items() if ":packet:" in place} == {
        "The order set is gone",
        "Signed out and in",
    }
    page.locator('.row[data-conversation="dana"]').press("h")
    expect(dialog.get_by_label("Summary")).to_have_value("The order set is gone")
    expect(dialog.get_by_label("Tried")).to_have_value("Signed out and in")
    dialog.get_by_role("combobox").fill("Priit")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Hand off").click()
    expect(dialog).to_have_count(0)
    assert not [place for place in page.evaluate("() => window.drafts()") if ":packet:" in place]


def test_a_correction_that_was_begun_is_there_again(draw: Draw) -> None:
    page = draw("own_fresh")
    page.locator(".talk-message").last.hover()
    page.locator(".message-more").last.click()
    page.get_by_role("menuitem", name="Edit").click()
    box = page.locator(".edit-box textarea")
    expect(box).to_be_focused()
    box.fill("")
    expect(box).to_be_visible()
    box.fill("It will not: restored within the hour")
    away_and_back(page)
    expect(box).to_have_value("It will not: restored within the hour")
    expect(box).not_to_be_focused()
    box.press("Enter")
    edits = [each for each in acts(page) if each.get("act") == "edit"]
    assert edits[0]["fields"]["body"] == {"text": "It will not: restored within the hour"}
    expect(box).to_have_count(0)

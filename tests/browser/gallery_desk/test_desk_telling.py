"""What arrives elsewhere is told outside of the page, in Chromium itself with the permission given."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

# Counts real notifications; what they say is read from the arguments of the constructor.
COUNTED = """(() => {
    const Real = window.Notification
    window.shown = []
    window.Notification = class extends Real {
        constructor(text, options) {
            super(text, options)
            window.shown.push({ text, tag: options.tag, body: this.body })
        }
    }
})()"""
# Chrome on Android has the constructor, and throws in it.
THROWING = """Object.defineProperty(window, 'Notification', { value: class {
    static permission = 'granted'
    constructor() { throw new TypeError('Illegal constructor. Use ServiceWorkerRegistration.showNotification()') }
} })"""
ARRIVES = """which => {
    const { lists } = window.world.desk.state.peek()
    const rows = lists.mine.rows.map(row => row.conversation !== which ? row :
        { ...row, head: row.head + 1, version: row.version + 1, last: { kind: 'message', by: 'contact' } })
    window.change({ lists: { ...lists, mine: { ...lists.mine, rows } } })
}"""


@pytest.fixture
def following(gallery: str, new_page: Callable[..., Page]) -> Callable[[str], Page]:
    """Draw a desk that follows its lists, with two own conversations, one of them open."""

    def make(script: str) -> Page:
        page = new_page(viewport={"width": 1440, "height": 940}, permissions=["notifications"])
        page.add_init_script(script)
        page.goto(f"{gallery}/index.html?state=two_mine&follow")
        page.wait_for_selector(".talk textarea")
        page.bring_to_front()
        return page

    return make


def test_an_answer_elsewhere_is_told_while_another_conversation_is_before_ones_eyes(
    following: Callable[[str], Page],
) -> None:
    page = following(COUNTED)
    assert page.evaluate("Notification.permission") == "granted"
    page.evaluate(ARRIVES, "dana")
    assert page.evaluate("window.shown") == []
    page.evaluate(ARRIVES, "other")
    [shown] = page.evaluate("window.shown")
    assert shown["tag"] == "other" and "new message" in shown["text"]
    assert shown["body"] == "" and "Nurse" not in shown["text"]


def test_a_browser_that_throws_leaves_a_word_on_the_desk_and_everything_working(
    following: Callable[[str], Page],
) -> None:
    page = following(THROWING)
    for _ in range(2):
        page.evaluate(ARRIVES, "other")
        expect(page.locator(".notice")).to_contain_text("new message")
        page.evaluate("() => window.world.dispatch({ kind: 'dismiss', id: 'told:other' })")
        expect(page.locator(".notice")).to_have_count(0)


def test_a_mention_elsewhere_is_told_and_shows_on_the_desk_where_notifications_are_off(
    following: Callable[[str], Page],
) -> None:
    page = following(COUNTED)
    mention = "which => { for (const hear of window.mentions) hear(which, 'K7-999') }"
    page.evaluate(mention, "dana")
    assert page.evaluate("window.shown") == []
    page.evaluate(mention, "never-opened")
    assert [each["text"] for each in page.evaluate("window.shown")] == ["K7-999: a colleague mentions you"]
    page.evaluate("() => { const { preferences: p } = window.world; p.value = { ...p.value, notifications: false } }")
    page.evaluate(mention, "never-opened")
    expect(page.locator(".notice")).to_contain_text("K7-999: a colleague mentions you")
    assert len(page.evaluate("window.shown")) == 1

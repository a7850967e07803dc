"""Networks that do not refuse WebSockets in plain words: the upgrade hangs, or it is accepted and passes nothing."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Response, WebSocketRoute, expect

from tests.browser.breaking import SOCKET
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr, marked
from tests.browser.waiting import wait_until

pytestmark = pytest.mark.browser

PATIENCE_S = 45  # two sockets are waited for, 10 s each, and a moment between

# What follows the panel's own address goes to a port that takes connections and never says a word.
HANGING = """(() => {
  const Real = WebSocket;
  window.WebSocket = class extends Real { constructor() { super("ws://127.0.0.1:%d/v1/socket"); } };
})()"""


@pytest.fixture
def silent_port() -> Iterator[int]:
    with contextlib.closing(socket.socket()) as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(50)
        yield mute.getsockname()[1]


def streams_of(page: Page) -> list[Response]:
    found: list[Response] = []

    def keep(response: Response) -> None:
        if "/v1/stream" in response.url:
            found.append(response)

    page.on("response", keep)
    return found


def converse(demo: Demo, page: Page, new_page: NewPage) -> None:
    ravi = AtTheEhr(page, demo).log_in("Ravi Menon").open_help()
    helen = AtTheDesk(new_page(), demo).log_in()
    asked, answer = marked("No results since noon"), marked("Which ward?")
    ravi.begin(asked, within=PATIENCE_S)
    helen.open(asked)
    helen.claim()
    helen.reply(answer)
    ravi.sees(answer)
    expect(ravi.panel.get_by_text(answer, exact=True)).to_have_count(1)


def test_an_upgrade_that_hangs_leads_to_the_stream_and_the_next_page_begins_there(
    demo: Demo, new_page: NewPage, silent_port: int
) -> None:
    page = new_page(bypass_csp=True)
    page.add_init_script(HANGING % silent_port)
    streams = streams_of(page)
    converse(demo, page, new_page)
    page.reload()
    streams.clear()
    AtTheEhr(page, demo).open_help()
    wait_until(page, lambda: bool(streams), within=8)


def test_an_upgrade_after_which_no_frame_passes_leads_to_the_stream(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    page.route_web_socket(SOCKET, swallow)
    converse(demo, page, new_page)


def swallow(page_side: WebSocketRoute) -> None:
    page_side.on_message(lambda text: None)


def test_a_network_that_begins_to_swallow_frames_is_noticed_and_left(demo: Demo, new_page: NewPage) -> None:
    page, proxy = new_page(), Proxy()
    page.route_web_socket(SOCKET, proxy.relay)
    ravi = AtTheEhr(page, demo).log_in("Ravi Menon").open_help()
    asked, later = marked("The list is empty"), marked("It is still empty")
    ravi.begin(asked)
    proxy.swallow()
    ravi.write(later)
    ravi.sees("Sent", within=PATIENCE_S + 20)


class Proxy:
    """Lets everything pass, until it lets nothing pass any more and says nothing of it."""

    def __init__(self) -> None:
        self.open = True

    def relay(self, page_side: WebSocketRoute) -> None:
        if not self.open:
            swallow(page_side)
            return
        server_side = page_side.connect_to_server()
        page_side.on_message(lambda text: self.pass_on(server_side, text))
        server_side.on_message(lambda text: self.pass_on(page_side, text))

    def swallow(self) -> None:
        self.open = False

    def pass_on(self, side: WebSocketRoute, text: str | bytes) -> None:
        if self.open:
            side.send(text)

"""What goes wrong between two people and must cost neither a word: networks, proxies, crashes, log-outs."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.breaking import SOCKET, crash
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr, marked
from tests.browser.waiting import wait_until

pytestmark = pytest.mark.browser

STREAM = "**/v1/stream"


def stands_once(page: Page, text: str) -> None:
    """Check that the desk shows a text as one message, not as two."""
    expect(page.get_by_role("main").locator(".rich").get_by_text(text, exact=True)).to_have_count(1)


def test_what_is_written_without_a_network_is_kept_and_arrives_once(demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), demo).log_in().open_help()
    helen = AtTheDesk(new_page(), demo).log_in()
    asked, cut_off = marked("The label printer is silent"), marked("It is the one in room four")
    dana.begin(asked)
    helen.open(asked)
    dana.page.context.set_offline(True)
    dana.write(cut_off)
    dana.sees("Saved, will be sent when the connection is back", within=8)
    dana.sees("No connection. Keep typing: nothing is lost.", within=8)
    dana.page.context.set_offline(False)
    helen.sees(cut_off)
    stands_once(helen.page, cut_off)
    expect(dana.panel.get_by_text(cut_off, exact=True)).to_have_count(1)
    expect(dana.panel.locator("body")).not_to_contain_text("No connection")


@pytest.mark.parametrize("buffered", [False, True], ids=["streamed", "polled"])
def test_a_proxy_that_refuses_sockets_carries_a_whole_conversation(
    demo: Demo, new_page: NewPage, buffered: bool
) -> None:
    page = new_page()
    page.route_web_socket(SOCKET, lambda socket: socket.close(code=1011))
    if buffered:
        page.route(STREAM, hold_back_streams)
    ravi = AtTheEhr(page, demo).log_in("Ravi Menon").open_help()
    helen = AtTheDesk(new_page(), demo).log_in()
    asked, answer, thanks = marked("No results since noon"), marked("Which ward?"), marked("4 West")
    ravi.begin(asked, within=20)
    helen.open(asked)
    helen.claim()
    ravi.sees("Helen Marsh is here")
    helen.reply(answer)
    ravi.sees(answer)
    ravi.write(thanks)
    helen.sees(thanks)
    helen.press("e")
    ravi.sees("Are you back to work?")
    stands_once(helen.page, asked)
    stands_once(helen.page, thanks)
    expect(ravi.panel.get_by_text(answer, exact=True)).to_have_count(1)


def hold_back_streams(route: Route) -> None:
    """Let an answer through only when it is whole, as a buffering proxy does; a stream never is."""
    if '"poll":true' in (route.request.post_data or ""):
        route.continue_()


def test_frames_that_reached_a_server_which_dies_count_once(own_demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), own_demo).log_in().open_help()
    asked, last = marked("The scale does not weigh"), marked("It says E4")
    dana.begin(asked)
    own_demo.stall()
    dana.write(last)  # into a socket that nobody reads any more
    dana.sees("Sending")
    own_demo.kill()
    own_demo.start()
    dana.sees("Sent", within=20)
    helen = AtTheDesk(new_page(), own_demo).log_in()
    helen.open(asked)
    stands_once(helen.page, last)


def test_a_message_that_was_committed_but_never_acknowledged_stands_once(own_demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    cut = Cut(own_demo)
    page.route_web_socket(SOCKET, cut.relay)
    dana = AtTheEhr(page, own_demo).log_in().open_help()
    asked, last = marked("The pump is not linked"), marked("Bed nine")
    dana.begin(asked)
    cut.armed = True
    dana.write(last)
    wait_until(page, lambda: cut.happened)
    own_demo.start()
    dana.sees("Sent", within=20)
    helen = AtTheDesk(new_page(), own_demo).log_in()
    helen.open(asked)
    stands_once(helen.page, last)
    expect(dana.panel.get_by_text(last, exact=True)).to_have_count(1)


def test_who_is_asked_to_go_elsewhere_comes_back_and_goes_on(own_demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    heard: list[str] = []
    page.on("websocket", lambda line: line.on("framereceived", lambda text: heard.append(str(text))))
    dana = AtTheEhr(page, own_demo).log_in().open_help()
    asked, last = marked("The wristband is blank"), marked("Bed four")
    dana.begin(asked)
    own_demo.stop()
    wait_until(page, lambda: any('"type":"drain"' in frame for frame in heard))
    dana.write(last)
    own_demo.start()
    dana.sees("Sent", within=20)
    helen = AtTheDesk(new_page(), own_demo).log_in()
    helen.open(asked)
    stands_once(helen.page, last)


def test_a_panel_that_crashes_has_lost_nothing_when_it_is_opened_again(demo: Demo, new_page: NewPage) -> None:
    jo = AtTheEhr(new_page(), demo).log_in("Jo Lindgren").open_help()
    asked, unsent = marked("The payer is not listed"), marked("It was there on")
    jo.begin(asked)
    jo.box.fill(unsent)
    jo.page.wait_for_timeout(700)
    again = jo.page.context.new_page()
    crash(jo.page)
    again.goto(f"{demo.ehr}/worklist")
    jo = AtTheEhr(again, demo).open_help()
    jo.sees(asked)
    expect(jo.box).to_have_value(unsent)


def test_a_panel_whose_own_process_dies_has_lost_nothing_either(own_demo: Demo, new_page: NewPage) -> None:
    jo = AtTheEhr(new_page(), own_demo).log_in("Jo Lindgren").open_help()
    asked, unsent = marked("The batch is stuck"), marked("It has been since")
    jo.begin(asked)
    jo.box.fill(unsent)
    jo.page.wait_for_timeout(700)
    again = jo.page.context.new_page()
    crash_panel(jo.page)
    again.goto(f"{own_demo.ehr}/worklist")
    jo = AtTheEhr(again, own_demo).open_help()
    jo.sees(asked)
    expect(jo.box).to_have_value(unsent)


def crash_panel(page: Page) -> None:
    """Let the panel's renderer die, which as a frame of another site has a process of its own."""
    assert page.context.browser is not None
    devtools = page.context.browser.new_browser_cdp_session()
    targets = devtools.send("Target.getTargets")["targetInfos"]
    (panel,) = (each["targetId"] for each in targets if each["type"] == "iframe" and "/panel" in each["url"])
    session = devtools.send("Target.attachToTarget", {"targetId": panel})["sessionId"]
    with page.expect_event("crash"):
        # In the old form, which does not wait: nobody is left who could answer.
        message = json.dumps({"id": 1, "method": "Page.crash"})
        devtools.send("Target.sendMessageToTarget", {"sessionId": session, "message": message})
    devtools.detach()
    page.close()


def test_a_log_out_wipes_every_panel_of_that_log_in_within_a_second(demo: Demo, new_page: NewPage) -> None:
    first = AtTheEhr(new_page(), demo).log_in("Jo Lindgren").open_help()
    secret = marked("Only Jo may read this")
    first.begin(secret)
    page = first.page.context.new_page()
    page.goto(f"{demo.ehr}/worklist")
    second = AtTheEhr(page, demo).open_help()
    second.sees(secret)
    wiped = first.panel
    first.page.locator("details.who > summary").click()
    first.page.get_by_role("button", name="Log out").press("Enter")  # on a small screen the panel lies over it
    wait_until(first.page, wiped.is_detached, within=1)
    second.sees("You are signed out", within=1)
    expect(second.panel.locator("body")).not_to_contain_text(secret)
    expect(second.box).to_have_count(0)


def test_what_needs_an_answer_is_at_the_front_again_when_its_agent_logs_off(own_demo: Demo, new_page: NewPage) -> None:
    # A demonstration of its own: whoever else was given back waits at the front too.
    dana = AtTheEhr(new_page(), own_demo).log_in().open_help()
    ana = AtTheDesk(new_page(), own_demo).log_in("ana@northwind.example")
    asked = marked("The door reader is dark")
    dana.begin(asked)
    ana.open(asked)
    ana.claim()
    dana.sees("Ana Beltrán is here")
    ana.log_off()
    dana.sees("Your place is kept: you are at the front of the line again")
    dana.sees("You are next")


class Cut:
    """Kills the server at the moment when its `ok` has left it, and lets nothing of that reach the page."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.armed = False
        self.happened = False

    def relay(self, page_side: WebSocketRoute) -> None:
        server_side = page_side.connect_to_server()

        def heard(text: str | bytes) -> None:
            if self.armed and not self.happened and '"type":"ok"' in str(text):
                self.happened = True
                self.demo.kill()
            if not self.armed:
                page_side.send(text)

        server_side.on_message(heard)
        server_side.on_close(lambda code, reason: self.let_go(page_side, code, reason))

    def let_go(self, page_side: WebSocketRoute, code: int | None, reason: str | None) -> None:
        self.armed = False
        page_side.close(code=code if code and code >= 3000 else 4000, reason=reason)

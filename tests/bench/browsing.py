"""What a person waits for in a browser: real Chromium, the demonstration, and its EHR on another site."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.bench.rounds import Figures
from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.demonstrations import Demo, free_port
from tests.browser.people import AtTheEhr, Launcher
from tests.browser.waiting import until

ROUNDS = 7
_CATEGORIES = ["devtools.timeline", "v8"]
_OURS = ("EvaluateScript", "v8.compile", "FunctionCall")
# Both pages tell the time since 1970: they are two processes with one clock.
_NOW = "performance.timeOrigin + performance.now()"
_CLICKED = f"addEventListener('click', () => {{ globalThis.clickedAt = {_NOW} }}, true)"
_FOCUSED = f"addEventListener('focusin', (on) => {{ if (on.target.matches('textarea')) globalThis.readyAt = {_NOW} }})"


def measure(rounds: int = ROUNDS) -> list[Figures]:
    """Return the figures of each round; none where there is no Chromium."""
    try:
        path = chromium()
    except FileNotFoundError:
        return []
    with _demo() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            return measured(browser, demo, rounds)
        finally:
            browser.close()


@contextmanager
def _demo() -> Iterator[Demo]:
    with tempfile.TemporaryDirectory(prefix="curbside-bench-") as folder:
        demo = Demo(Path(folder) / "data", free_port(), free_port())
        demo.start()
        try:
            yield demo
        finally:
            demo.stop()


def measured(browser: Browser, demo: Demo, rounds: int) -> list[Figures]:
    """Measure in one profile: after the first page, which is not counted, caches are warm."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        AtTheEhr(page, demo).log_in("Jo Lindgren").open_help()
        return [{**_launcher(browser, page), **_composer(page, demo)} for _ in range(rounds)]
    finally:
        context.close()


def _launcher(browser: Browser, page: Page) -> Figures:
    """The main thread's time for the launcher in a page that is loaded anew, until the panel lies ready behind it."""
    browser.start_tracing(page=page, categories=_CATEGORIES)
    page.reload()
    until(page, "typeof Curbside === 'function' && !Curbside.q")
    page.wait_for_timeout(1_000)
    return {"launcher_ms": launcher_ms(json.loads(browser.stop_tracing())["traceEvents"])}


def launcher_ms(events: list[dict[str, Any]]) -> float:
    """Add up what a trace says of the launcher's script, the inner calls counted with the outer ones."""
    ours = sorted((one for one in events if one["name"] in _OURS and _is_launcher(one)), key=lambda one: int(one["ts"]))
    spent, until = 0.0, 0.0
    for one in ours:
        if one["ts"] >= until:
            spent += one.get("tdur", one["dur"])  # the thread's own time: what else the machine does is not ours
            until = one["ts"] + one["dur"]
    return spent / 1_000


def _is_launcher(event: dict[str, Any]) -> bool:
    told = event.get("args", {}).get("data", {})
    return "dur" in event and "/widget.js" in str(told.get("url") or told.get("fileName") or "")


def _composer(page: Page, demo: Demo) -> Figures:
    """From the click on the button until the composer has the focus, in a panel that was loaded while idle."""
    contact = AtTheEhr(page, demo)
    expect(contact.box).to_be_attached()
    page.wait_for_timeout(500)
    page.evaluate(_CLICKED)
    panel = contact.panel
    panel.evaluate(_FOCUSED)
    page.mouse.click(*Launcher(page).button.middle)
    expect(contact.box).to_be_focused()
    ready: float = panel.evaluate("readyAt")
    return {"composer_ms": ready - page.evaluate("clickedAt")}

"""Browser tests run the real thing: `curbside demo` in a process of its own, and Chromium."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, sync_playwright

from tests.browser.demonstrations import ROOT, Demo, Stock

SHOTS = ROOT / "test-results" / "screenshots"
ARGUMENTS = (
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    # The last such list wins: Playwright's own switches storage partitioning off, and with it all storage of frames
    # from another site. People's browsers have it on.
    "--disable-features=HttpsUpgrades,MediaRouter,OptimizationHints,PaintHolding,LensOverlay",
)


def chromium() -> str:
    """Find Debian's Chromium; `make test` installs it."""
    for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"):
        if Path(path).exists():
            return path
    raise FileNotFoundError("no Chromium: run `make test`, which installs it")


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    """Demonstrations to take from."""
    kept = Stock(tmp_path_factory.mktemp("demonstrations"))
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def demo(stock: Stock) -> Iterator[Demo]:
    """A demonstration that the tests of a file share: what they leave in it reaches no other file."""
    with stock.taken() as running:
        yield running


@pytest.fixture
def own_demo(stock: Stock) -> Iterator[Demo]:
    """A demonstration of this test alone, to be killed and restarted."""
    with stock.taken() as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield launched
        launched.close()


NewPage = Callable[..., Page]
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note on a test that it failed, for what is tidied up after it."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Open pages, each in a profile of its own; a script error on any of them fails the test.

    A test that failed leaves a picture of each.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(**options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        contexts.append(context)
        context.on(
            "weberror", lambda failure: errors.append(str(failure.error))
        )  # of windows that open by themselves too
        return context.new_page()

    yield make
    for number, context in enumerate(contexts):
        for tab, page in enumerate(context.pages if request.node.stash.get(FAILED, False) else ()):
            SHOTS.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(Error):  # a page that cannot be drawn must not hide why the test failed
                page.screenshot(path=SHOTS / f"end-{request.node.name[:60]}-{number}-{tab}.png")
        context.close()
    assert errors == []


@pytest.fixture
def quiet_page(new_page: NewPage) -> Iterator[Callable[[], Page]]:
    """Open pages in which nothing that was written may run: not at once, and not later."""
    pages: list[Page] = []
    heard: list[str] = []

    def refuse(dialog: Dialog) -> None:
        heard.append(dialog.message)
        dialog.dismiss()

    def make() -> Page:
        page = new_page()
        page.add_init_script("window.ran = () => { window.hasRun = true; (window.alert || Object)('ran'); }")
        page.on("dialog", refuse)
        page.on("request", lambda request: heard.append(request.url) if "evil.example" in request.url else None)
        pages.append(page)
        return page

    yield make
    for page in pages:
        assert [frame.url for frame in page.frames if frame.evaluate("window.hasRun === true")] == []
    assert heard == []


@pytest.fixture
def shot() -> Callable[[Page, str], Path]:
    """Keep a screenshot among the test's artefacts."""

    def take(page: Page, name: str) -> Path:
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        page.screenshot(path=path)
        return path

    return take

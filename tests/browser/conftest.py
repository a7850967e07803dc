"""Browser tests run the real thing: `curbside demo` in a process of its own, and Chromium."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from curbside.commands.opening import demonstration_key
from curbside.config import Settings
from curbside.demo.centre import AUDIENCE, ISSUER, secret
from curbside.demo.tokens import Signer
from curbside.store.sealing import Keys

ROOT = Path(__file__).parents[2]
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


@dataclass
class Demo:
    """A running demonstration: Curbside, and the EHR on another site."""

    data: Path
    port: int
    ehr_port: int
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ehr(self) -> str:
        return f"http://localhost:{self.ehr_port}"

    def start(self) -> None:
        """Start it and wait until it can serve."""
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "server"), str(ROOT / "signaling")]),
            "CURBSIDE_DATA": str(self.data),
            "CURBSIDE_PORT": str(self.port),
            "CURBSIDE_EHR_PORT": str(self.ehr_port),
            "PYTHONUNBUFFERED": "1",
        }
        log_path = self.data.parent / "server.log"
        said = log_path.stat().st_size if log_path.exists() else 0
        command = [sys.executable, "-m", "curbside", "demo"]
        with log_path.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self.data.parent)
        self._wait_until_told(log_path, said)

    def _wait_until_told(self, log_path: Path, said: int) -> None:
        """Wait until it has told what to open, as a person would."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                raise RuntimeError(log_path.read_text()[-3000:])
            if b"/desk" in log_path.read_bytes()[said:]:
                return
            time.sleep(0.05)
        raise TimeoutError("the demonstration did not become ready")

    def stall(self) -> None:
        """Let it stand still, with its sockets open, as a machine does that swaps."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def signer(self) -> Signer:
        """Return what signs as this demonstration's EHR does."""
        root = Settings(data=self.data, root_key_file=demonstration_key(self.data)).root_key_bytes()
        return Signer(ISSUER, AUDIENCE, secret(Keys(root)))

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        found: int = one.getsockname()[1]
        return found


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demonstration that has just been made, to be copied."""
    made = Demo(tmp_path_factory.mktemp("prepared") / "data", free_port(), free_port())
    made.start()
    made.stop()
    # Whatever other tests of a file left with an agent, there is room for one more conversation.
    with contextlib.closing(sqlite3.connect(made.data / "curbside.db")) as database, database:
        database.execute("UPDATE agent SET capacity = 20")
    return made.data


@contextlib.contextmanager
def demonstrating(prepared: Path, folder: Path) -> Iterator[Demo]:
    """Run a demonstration of its own in a folder."""
    shutil.copytree(prepared, folder / "data", ignore=shutil.ignore_patterns("turn*"))
    running = Demo(folder / "data", free_port(), free_port())
    running.start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def demo(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demonstration that the tests of a file share: what they leave in it reaches no other file."""
    with demonstrating(prepared, tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
def own_demo(prepared: Path, tmp_path: Path) -> Iterator[Demo]:
    """A demonstration of this test alone, to be killed and restarted."""
    with demonstrating(prepared, tmp_path) as running:
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
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for number, context in enumerate(contexts):
        for tab, page in enumerate(context.pages if request.node.stash.get(FAILED, False) else ()):
            SHOTS.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(Error):  # a page that cannot be drawn must not hide why the test failed
                page.screenshot(path=SHOTS / f"end-{request.node.name[:60]}-{number}-{tab}.png")
        context.close()
    assert errors == []


@pytest.fixture
def shot() -> Callable[[Page, str], Path]:
    """Keep a screenshot among the test's artefacts."""

    def take(page: Page, name: str) -> Path:
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        page.screenshot(path=path)
        return path

    return take

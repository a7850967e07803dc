"""Browser tests run the real thing: `curbside demo` in a process of its own, and Chromium."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demonstration that the tests of this process share."""
    running = Demo(tmp_path_factory.mktemp("demo") / "data", free_port(), free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture
def own_demo(tmp_path: Path) -> Iterator[Demo]:
    """A demonstration of this test alone, to be killed and restarted."""
    running = Demo(tmp_path / "data", free_port(), free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield launched
        launched.close()


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Open pages, each in a profile of its own; a script error on any of them fails the test."""
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
        for page in context.pages:
            SHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SHOTS / f"end-{request.node.name[:60]}-{number}.png")
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

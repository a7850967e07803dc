"""Demonstrations that tests run against: `curbside demo` in a process of its own, ready before it is asked for."""

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
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from curbside.commands.opening import demonstration_key
from curbside.config import Settings
from curbside.demo.centre import AUDIENCE, ISSUER, secret
from curbside.demo.tokens import Signer
from curbside.store.sealing import Keys

ROOT = Path(__file__).parents[2]
METRICS = "a token for the metrics of these tests"


@dataclass
class Demo:
    """A running demonstration: Curbside, and the EHR on another site."""

    data: Path
    port: int
    ehr_port: int
    before: tuple[str, ...] = ()
    """What stands before the command, to run it in another network."""
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    log_ins: dict[str, list[Any]] = field(default_factory=dict, repr=False)
    _said: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ehr(self) -> str:
        return f"http://localhost:{self.ehr_port}"

    @property
    def _log(self) -> Path:
        return self.data.parent / "server.log"

    def start(self) -> None:
        """Start it and wait until it can serve."""
        self.begin()
        self.wait()

    def begin(self) -> None:
        """Start it, and wait for nothing."""
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "server"), str(ROOT / "signaling")]),
            "CURBSIDE_DATA": str(self.data),
            "CURBSIDE_PORT": str(self.port),
            "CURBSIDE_EHR_PORT": str(self.ehr_port),
            "CURBSIDE_METRICS_TOKEN": METRICS,
            "PYTHONUNBUFFERED": "1",
            **self.settings,
        }
        self._said = self._log.stat().st_size if self._log.exists() else 0
        command = [*self.before, sys.executable, "-m", "curbside", "demo"]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self.data.parent)

    def wait(self) -> None:
        """Wait until it has told what to open, as a person would."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                raise RuntimeError(self._log.read_text()[-3000:])
            if b"/desk" in self._log.read_bytes()[self._said :]:
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


class Stock:
    """Demonstrations made once and copied; one more than are used is always on its way, and none is waited for to end.

    A start is a second of work before a test, and an end half a second after it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        self._ended: list[Demo] = []
        self._template = self._prepared()
        self._next = self._begun()

    @contextlib.contextmanager
    def taken(self) -> Iterator[Demo]:
        """Lend the one that is ready, for one user alone."""
        taken, self._next = self._next, self._begun()
        taken.wait()
        try:
            yield taken
        finally:
            self._end(taken)

    def close(self) -> None:
        """End whatever still runs."""
        self._end(self._next)
        for each in self._ended:
            each.stop()

    def _end(self, demo: Demo) -> None:
        assert demo.process is not None
        demo.process.terminate()
        self._ended.append(demo)

    def _prepared(self) -> Path:
        made = Demo(self._folder / "prepared" / "data", free_port(), free_port())
        made.data.mkdir(parents=True, mode=0o700)
        made.start()
        made.stop()
        # Whatever other tests of a file left with an agent, there is room for one more conversation.
        with contextlib.closing(sqlite3.connect(made.data / "curbside.db")) as database, database:
            database.execute("UPDATE agent SET capacity = 20")
        return made.data

    def _begun(self) -> Demo:
        self._made += 1
        data = self._folder / str(self._made) / "data"
        shutil.copytree(self._template, data, ignore=shutil.ignore_patterns("turn*"))
        begun = Demo(data, free_port(), free_port())
        begun.begin()
        return begun

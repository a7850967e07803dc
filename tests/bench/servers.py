"""The two servers that are compared, as processes on a core of their own."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.seed import ROOT_KEY

HERE = Path(__file__).parent
REFERENCE = HERE / "reference"
ROOT = HERE.parents[1]
SERVER_CORE, LOAD_CORE = 0, 1
_READY_S = 30.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Server:
    """A running server: what it has used so far, and how it is stopped."""

    process: subprocess.Popen[bytes]
    port: int
    started_in_ms: float
    log: Path
    baseline: int = field(init=False)

    def __post_init__(self) -> None:
        self.baseline = self.memory()

    def cpu_ms(self) -> float:
        """Return the CPU time of all its threads, in milliseconds."""
        after_name = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        user, system = int(after_name[11]), int(after_name[12])
        return (user + system) * 1000 / _TICKS

    def memory(self) -> int:
        """Return its resident memory in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_ours(folder: Path) -> Server:
    """Start Curbside on the database that lies in `folder`."""
    port = free_port()
    settings = {
        "CURBSIDE_DATA": str(folder),
        "CURBSIDE_PORT": str(port),
        "CURBSIDE_ROOT_KEY": base64.b64encode(ROOT_KEY).decode(),
        "CURBSIDE_PUBLIC_URL": "https://help.example",
        "CURBSIDE_LOG_LEVEL": "warning",
        # What is measured is what the server can do, by one tenant: no share is kept for others.
        "CURBSIDE_TENANT_RATE": "1000000",
        "CURBSIDE_PROCESS_RATE": "1000000",
        "PYTHONPATH": os.pathsep.join(str(ROOT / source) for source in ("server", "signaling")),
    }
    command = [sys.executable, "-m", "curbside", "serve"]
    return _start(command, port, folder / "server.log", settings)


def start_reference(folder: Path) -> Server:
    """Start the bare relay on an empty database."""
    port = free_port()
    command = ["node", str(REFERENCE / "relay.mjs"), str(folder / "relay.db"), str(port)]
    return _start(command, port, folder / "relay.log", {})


def has_reference() -> bool:
    return shutil.which("node") is not None and (REFERENCE / "node_modules" / "better-sqlite3").is_dir()


def install_reference() -> None:
    """Install what the reference needs, from its own lock; better-sqlite3 may be compiled, which takes a minute."""
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=REFERENCE, check=True)


def pinned(command: list[str], core: int) -> list[str]:
    """Put a command on one core, where there is more than one."""
    if len(os.sched_getaffinity(0)) < 2 or shutil.which("taskset") is None:
        return command
    return ["taskset", "-c", str(sorted(os.sched_getaffinity(0))[core]), *command]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _start(command: list[str], port: int, log: Path, settings: Mapping[str, str]) -> Server:
    began = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(
            pinned(command, SERVER_CORE), stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **settings}
        )
    while not _listens(port):
        if process.poll() is not None or time.perf_counter() - began > _READY_S:
            process.kill()
            raise RuntimeError(f"{command[0]} did not become ready:\n{log.read_text()[-2000:]}")
        time.sleep(0.01)
    return Server(process, port, (time.perf_counter() - began) * 1000, log)


def _listens(port: int) -> bool:
    # Both open their port last, when everything else has started.
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True

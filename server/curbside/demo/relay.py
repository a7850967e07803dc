"""The demonstration's relay for calls: coturn on loopback, if it is installed, with a secret made for this run."""

from __future__ import annotations

import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HOW_TO_INSTALL = "Calls have no relay: install coturn (apt install coturn) to try them through one."
_HOST = "127.0.0.1"
_STOP_S = 3.0


@dataclass(frozen=True, slots=True)
class Relay:
    """Where a relay listens, and the secret that it shares with us."""

    port: int
    secret: str = field(repr=False)

    @property
    def urls(self) -> tuple[str, ...]:
        place = f"{_HOST}:{self.port}"
        return (f"stun:{place}", f"turn:{place}?transport=udp", f"turn:{place}?transport=tcp")


@contextmanager
def relaying(data: Path, binary: str = "turnserver") -> Iterator[Relay | None]:
    """Run coturn for as long as the context lasts; None where it is not installed, or does not start."""
    found = shutil.which(binary)
    if found is None:
        yield None
        return
    relay = Relay(free_port(), secrets.token_urlsafe(32))
    configuration = data / "turnserver.conf"
    configuration.unlink(missing_ok=True)
    configuration.touch(mode=0o600)
    configuration.write_text(configured(relay, data))
    quiet = subprocess.DEVNULL
    # Killed at once we can end nothing: where Linux has the word for it, the relay goes with us all the same.
    with_us = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
    command = [*with_us, found, "-c", str(configuration)]
    running = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)  # noqa: S603
    try:
        with leaving():
            yield relay if running.poll() is None else None
    finally:
        stop(running)
        configuration.unlink(missing_ok=True)


def configured(relay: Relay, data: Path) -> str:
    """Return coturn's configuration: here and nowhere else, for whoever has credentials of ours.

    Peers on loopback are allowed because nobody else is here; in production they are what must be denied.
    """
    lines = (
        f"listening-ip={_HOST}",
        f"relay-ip={_HOST}",
        f"listening-port={relay.port}",
        "realm=curbside.demonstration",
        "use-auth-secret",
        f"static-auth-secret={relay.secret}",
        "allow-loopback-peers",
        "no-multicast-peers",
        "no-tls",
        "no-dtls",
        "no-cli",
        "no-software-attribute",
        "user-quota=12",
        "min-port=49160",
        "max-port=49359",
        "log-file=stdout",
        "simple-log",
        f"userdb={data / 'turn.db'}",
        f"pidfile={data / 'turnserver.pid'}",
    )
    return "\n".join(lines) + "\n"


@contextmanager
def leaving() -> Iterator[None]:
    """Leave at SIGTERM by way of every `finally`.

    A server hands the signal on when it has stopped: by itself that would end this process, and leave what it started.
    """
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, _: object) -> None:
    sys.exit(128 + number)


def stop(running: subprocess.Popen[bytes]) -> None:
    """End a process that was started here, gently at first."""
    running.terminate()
    try:
        running.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()


def free_port() -> int:
    """Find a port that is free for UDP and TCP alike."""
    for _ in range(100):
        with socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            udp.bind((_HOST, 0))
            port: int = udp.getsockname()[1]
            try:
                tcp.bind((_HOST, port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")

"""The demonstration's relay: real coturn where it is installed, and a plain word where it is not."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from curbside.demo.relay import Relay, configured, relaying

INSTALLED = shutil.which("turnserver") is not None
needs_coturn = pytest.mark.skipif(not INSTALLED, reason="coturn is not installed")
BINDING = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + b"curbside-ok."


def test_without_coturn_there_is_no_relay_and_nothing_is_left(tmp_path: Path) -> None:
    with relaying(tmp_path, "no-such-turnserver") as relay:
        assert relay is None
    assert list(tmp_path.iterdir()) == []


def test_it_listens_here_only_and_asks_for_credentials(tmp_path: Path) -> None:
    said = configured(Relay(1234, "secret"), tmp_path).splitlines()
    assert {"listening-ip=127.0.0.1", "relay-ip=127.0.0.1", "use-auth-secret", "no-cli"} <= set(said)
    assert "secret" not in repr(Relay(1234, "secret"))


def answers(port: int, seconds: float = 5) -> bool:
    """Ask a STUN server who we are until it says so."""
    until = time.monotonic() + seconds
    with socket.socket(type=socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.2)
        while time.monotonic() < until:
            asking.sendto(BINDING, ("127.0.0.1", port))
            try:
                return asking.recv(500)[:2] == b"\x01\x01"
            except OSError:
                time.sleep(0.05)
    return False


@needs_coturn
@pytest.mark.parametrize("over", [(), ("-t",)], ids=["udp", "tcp"])
def test_coturn_relays_for_our_secret_and_for_no_other(tmp_path: Path, over: tuple[str, ...]) -> None:
    with relaying(tmp_path) as relay:
        assert relay is not None and answers(relay.port)
        assert (tmp_path / "turnserver.conf").stat().st_mode & 0o077 == 0
        assert relays(relay.port, relay.secret, *over)
        assert not relays(relay.port, "another secret", *over)
    assert not answers(relay.port, 0.3)
    assert not (tmp_path / "turnserver.conf").exists()


def relays(port: int, secret: str, *over: str) -> bool:
    """Send through the relay with credentials made from a secret, and tell whether all of it came back."""
    place = ("-p", str(port), "127.0.0.1")
    asked = ["turnutils_uclient", "-y", "-c", "-n", "5", "-m", "1", "-u", "p1", "-W", secret, *over, *place]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and "Total lost packets 0 " in done.stdout


@needs_coturn
def test_it_goes_with_whoever_started_it(tmp_path: Path) -> None:
    with pytest.raises(SystemExit), relaying(tmp_path) as relay:
        assert relay is not None and answers(relay.port)
        signal.raise_signal(signal.SIGTERM)
    assert relay is not None and not answers(relay.port, 0.3)

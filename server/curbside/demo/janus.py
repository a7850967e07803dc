"""The demonstration's media server for calls of four and more: Janus on loopback, if it is installed."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from curbside.demo.relay import free_port, leaving, stop
from curbside_signaling.media.janus import Server

HOW_TO_INSTALL = "Calls are for three at most: install Janus (apt install janus) to try them with more."
_HOST = "127.0.0.1"
_START_S = 5.0


@contextmanager
def mixing(data: Path, binary: str = "janus") -> Iterator[Server | None]:
    """Run Janus for as long as the context lasts; None where it is not installed, or does not start."""
    found = shutil.which(binary)
    if found is None:
        yield None
        return
    port, secret = free_port(), secrets.token_urlsafe(32)
    folder = data / "janus"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for name, text in configured(port, secret, folder).items():
        (folder / name).write_text(text)
    quiet = subprocess.DEVNULL
    with_us = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
    command = [*with_us, found, "-F", str(folder)]
    running = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, cwd=folder)  # noqa: S603
    try:
        with leaving():
            yield Server(f"ws://{_HOST}:{port}", secret) if _listens(running, port) else None
    finally:
        stop(running)
        shutil.rmtree(folder, ignore_errors=True)


def configured(port: int, secret: str, folder: Path) -> dict[str, str]:
    """Return Janus' configuration, by file: here and nowhere else, for whoever has the secret, and rooms alone."""
    others = ("audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay", "sip", "streaming", "textroom")
    off = ",".join(f"libjanus_{name}.so" for name in (*others, "videocall", "voicemail"))
    ways = ",".join(f"libjanus_{name}.so" for name in ("http", "mqtt", "nanomsg", "pfunix", "rabbitmq"))
    return {
        "janus.jcfg": f"""general: {{
    api_secret = "{secret}"
    log_to_stdout = true
    debug_level = 3
    reclaim_session_timeout = 60
}}
nat: {{
    ice_lite = true
    ignore_mdns = true
}}
media: {{
    rtp_port_range = "40200-40599"
}}
plugins: {{
    disable = "{off}"
}}
transports: {{
    disable = "{ways}"
}}
""",
        "janus.transport.websockets.jcfg": f"""general: {{
    ws = true
    ws_port = {port}
    ws_ip = "{_HOST}"
    json = "compact"
}}
""",
    }


def _listens(running: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until Janus takes connections, or has ended."""
    until = time.monotonic() + _START_S
    while running.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection((_HOST, port), timeout=0.2):
            return True
        time.sleep(0.05)
    return False

"""A hospital's network, made of two network namespaces: workstations behind a firewall, and a relay outside.

Everything in here is real: the kernel drops what the firewall forbids (nftables), and coturn is what Debian installs,
configured as docs/operations.md says. Nothing leaves the two namespaces, which end with whoever made them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

RELAY, WORKSTATION = "203.0.113.7", "203.0.113.2"  # RFC 5737; the first is the address in the documentation
SECRET = "shared-by-curbside-and-coturn"
URLS = f"turn:{RELAY}:3478?transport=udp,turn:{RELAY}:3478?transport=tcp,turns:{RELAY}:443?transport=tcp"
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"

# What arrives is dropped, so that nobody is told that it was: that is how a firewall does it.
OPEN: tuple[str, ...] = ()
NO_DIRECT = ("iifname lo meta l4proto udp drop",)
NO_UDP = ("meta l4proto udp drop",)
ONLY_443 = (*NO_UDP, "tcp sport 3478 drop")


class CannotMake(Exception):
    """Tell why this machine has no namespaces for us, and what to do."""


@dataclass(frozen=True, slots=True)
class Namespace:
    """A network of its own, kept by one process that waits for us to end."""

    keeper: subprocess.Popen[bytes]

    @property
    def inside(self) -> tuple[str, ...]:
        """Return what to put before a command, so that it runs in here."""
        owner = () if os.geteuid() == 0 else ("-U", "--preserve-credentials")
        return ("nsenter", "-t", str(self.keeper.pid), *owner, "-n", "--")

    def run(self, command: str, stdin: str = "") -> None:
        done = subprocess.run(
            [*self.inside, *command.split()], input=stdin, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CannotMake(f"{command}: {done.stderr.strip()}")


@dataclass(frozen=True, slots=True)
class Hospital:
    """Workstations behind a firewall, and a relay outside."""

    within: Namespace
    outside: Namespace

    def firewall(self, rules: tuple[str, ...]) -> None:
        """Let these rules of nftables hold for whatever arrives at a workstation, and nothing else."""
        chain = ["chain arriving {", "type filter hook input priority 0;", *rules, "}"]
        table = ["table inet wall {}", "delete table inet wall", "table inet wall {", *chain, "}"]
        self.within.run("nft -f -", "\n".join(table) + "\n")


@contextmanager
def hospital() -> Iterator[Hospital]:
    """Make the two networks and the cable between them. Raises CannotMake."""
    for tool in ("unshare", "nsenter", "ip", "nft"):
        if shutil.which(tool) is None:
            raise CannotMake(f"{tool} is not installed: run scripts/networking")
    keepers: list[subprocess.Popen[bytes]] = []
    try:
        within = _namespace(keepers, *(() if os.geteuid() == 0 else ("-U", "--map-root-user")))
        outside = _namespace(keepers, before=within.inside)
        _cable(within, outside)
        made = Hospital(within, outside)
        made.firewall(OPEN)
        yield made
    finally:
        for keeper in reversed(keepers):
            assert keeper.stdin is not None
            keeper.stdin.close()
            keeper.wait()
            for pipe in (keeper.stdout, keeper.stderr):
                if pipe is not None:
                    pipe.close()


def _namespace(keepers: list[subprocess.Popen[bytes]], *options: str, before: tuple[str, ...] = ()) -> Namespace:
    pipe = subprocess.PIPE
    keeper = subprocess.Popen(
        [*before, "unshare", *options, "-n", "sh", "-c", "echo; exec cat"], stdin=pipe, stdout=pipe, stderr=pipe
    )
    keepers.append(keeper)
    assert keeper.stdout is not None and keeper.stderr is not None
    if not keeper.stdout.readline():
        raise CannotMake(f"no network namespaces here: {keeper.stderr.read().decode().strip()}")
    return Namespace(keeper)


def _cable(within: Namespace, outside: Namespace) -> None:
    within.run(f"ip link add cable type veth peer name cable netns {outside.keeper.pid}")
    for place, address in ((within, WORKSTATION), (outside, RELAY)):
        place.run("ip link set lo up")
        place.run(f"ip address add {address}/24 dev cable")
        place.run("ip link set cable up")
    within.run(f"ip route add default via {RELAY}")


@contextmanager
def relay(hospital: Hospital, folder: Path) -> Iterator[None]:
    """Run coturn outside, as docs/operations.md configures it."""
    found = shutil.which("turnserver")
    if found is None:
        raise CannotMake("coturn is not installed: run scripts/networking")
    _certificate(folder)
    configuration = folder / "turnserver.conf"
    configuration.write_text(documented(folder))
    log = (folder / "turnserver.log").open("wb")
    running = subprocess.Popen([*hospital.outside.inside, found, "-c", str(configuration)], stdout=log, stderr=log)
    try:
        _wait_until_it_listens(hospital, running, folder)
        yield
    finally:
        running.terminate()
        running.wait(10)
        log.close()


def documented(folder: Path) -> str:
    """Return coturn's configuration out of the documentation, with a secret and a certificate of ours.

    A relay that relays to itself is allowed its own address, as the documentation says.
    """
    text = OPERATIONS.read_text()
    start = text.index("    listening-port=3478")
    lines = text[start : text.index("\n\n", start)].replace("    ", "").splitlines()
    said = "\n".join(lines) + "\n"
    said = re.sub("(?m)^static-auth-secret=.*$", f"static-auth-secret={SECRET}", said)
    said = re.sub("(?m)^cert=.*$", f"cert={folder / 'cert.pem'}", said)
    said = re.sub("(?m)^pkey=.*$", f"pkey={folder / 'key.pem'}", said)
    here = f"log-file=stdout\nuserdb={folder / 'turn.db'}\npidfile={folder / 'turn.pid'}\n"
    return said + here


def _certificate(folder: Path) -> None:
    subject = ("-subj", f"/CN={RELAY}", "-addext", f"subjectAltName=IP:{RELAY}", "-days", "2")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    files = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))
    subprocess.run(["openssl", "req", "-x509", *key, *files, *subject], check=True, capture_output=True)


def _wait_until_it_listens(hospital: Hospital, running: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        said = subprocess.run([*hospital.outside.inside, "ss", "-Hltn"], capture_output=True, text=True, check=False)
        if f"{RELAY}:443" in said.stdout and f"{RELAY}:3478" in said.stdout:
            return
        if running.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError((folder / "turnserver.log").read_text()[-2000:])

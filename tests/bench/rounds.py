"""One round: a fresh server on a fresh copy of the database, driven from the other core."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench.seed import TAB, Seeded
from tests.bench.servers import HERE, LOAD_CORE, Server, pinned, start_ours, start_reference

BYTES = 120
RATE = 1_000
CANDIDATES = 4  # frames of them, after a description
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """How much is driven, and for how long."""

    pairs: int
    idle: int
    warm_ms: int
    saturated_ms: int
    scheduled_ms: int
    rounds: int
    signal_rounds: int


FULL = Shape(pairs=400, idle=2_000, warm_ms=1_000, saturated_ms=4_000, scheduled_ms=5_000, rounds=3, signal_rounds=3)
QUICK = Shape(pairs=160, idle=200, warm_ms=200, saturated_ms=800, scheduled_ms=800, rounds=1, signal_rounds=1)


def ours(template: Path, seeded: Seeded, shape: Shape) -> Figures:
    """Measure Curbside once."""

    def begin(folder: Path) -> Server:
        shutil.copyfile(template, folder / "curbside.db")
        (folder / "curbside.db").chmod(0o600)
        return start_ours(folder)

    return _measure(begin, seeded, shape)


def reference(seeded: Seeded, shape: Shape) -> Figures:
    """Measure the bare relay once, with the same load."""
    return _measure(start_reference, seeded, shape)


def _measure(begin: Callable[[Path], Server], seeded: Seeded, shape: Shape) -> Figures:
    figures: Figures = {}
    with tempfile.TemporaryDirectory(prefix="curbside-bench-") as folder:
        server = begin(Path(folder))
        try:
            figures["start_ms"] = server.started_in_ms
            figures["baseline_mib"] = server.baseline / 2**20
            figures |= _idle(server, seeded)
            figures |= _talk(server, seeded, shape)
            figures |= _signal(server, seeded, shape)
        finally:
            server.stop()
    return figures


def _idle(server: Server, seeded: Seeded) -> Figures:
    """Open connections that stay silent: how fast they are let in, and what each keeps in memory."""
    before, cpu = server.memory(), server.cpu_ms()
    with _load(server, {"idle": seeded.idle, "hold_ms": 500}) as parts:
        accepted = next(parts)
        used = server.cpu_ms() - cpu
        next(parts)  # held: what the opening itself needed has been let go
        grown = server.memory() - before
    return {
        "accepts_per_s": accepted["count"] / accepted["ms"] * 1000,
        "accept_cpu_us": used * 1000 / accepted["count"],
        "idle_kib": grown / 1024 / accepted["count"],
    }


def _talk(server: Server, seeded: Seeded, shape: Shape) -> Figures:
    """Let everybody talk: as fast as it goes, then at a steady rate."""
    steps = [
        {"kind": "saturated", "ms": shape.warm_ms},
        {"kind": "saturated", "ms": shape.saturated_ms},
        {"kind": "scheduled", "ms": shape.scheduled_ms, "rate": RATE},
    ]
    found: list[dict[str, Any]] = []
    plan = {"agents": seeded.agents, "contacts": seeded.contacts, "steps": steps}
    with _load(server, plan) as parts:
        cpu = server.cpu_ms()
        for part in parts:
            now = server.cpu_ms()
            found.append({**part, "server_cpu_ms": now - cpu})
            cpu = now
    _, _, saturated, scheduled = found
    if saturated["refused"] or scheduled["refused"]:
        raise RuntimeError(f"messages were refused: {saturated['refused']}, {scheduled['refused']}")
    if scheduled["agent"]["count"] != scheduled["sent"]:
        raise RuntimeError(f"{scheduled['sent']} were sent, {scheduled['agent']['count']} arrived")
    return {**_fast(saturated), **_steady(scheduled)}


def _signal(server: Server, seeded: Seeded, shape: Shape) -> Figures:
    """Let both sides of many calls say what browsers say as they connect, again and again."""
    people = {"contacts": seeded.contacts[: len(seeded.calls)], "agents": seeded.agents}
    plan = {**people, "calls": seeded.calls, "tab": TAB, "candidates": CANDIDATES, "rounds": shape.signal_rounds}
    with _load(server, plan, "signals.mjs") as parts:
        next(parts)
        cpu = server.cpu_ms()
        (said,) = parts
        used = server.cpu_ms() - cpu
    if said["lost"] or said["refused"]:
        raise RuntimeError(f"signals were lost ({said['lost']}) or refused ({said['refused']})")
    return {"signal_us": used * 1000 / said["count"], "signal_p50_ms": said["p50"], "signal_p99_ms": said["p99"]}


def _fast(step: dict[str, Any]) -> Figures:
    return {
        "relayed_per_s": step["delivered"] / step["ms"] * 1000,
        "cpu_us": step["server_cpu_ms"] * 1000 / step["total"],
        "generator_us": step["generator_cpu_ms"] * 1000 / step["total"],
        "generator_busy": step["generator_cpu_ms"] / step["whole_ms"],
    }


def _steady(step: dict[str, Any]) -> Figures:
    return {
        "ok_p50_ms": step["ok"]["p50"],
        "ok_p99_ms": step["ok"]["p99"],
        "agent_p50_ms": step["agent"]["p50"],
        "agent_p99_ms": step["agent"]["p99"],
        "late_p99_ms": step["late"]["p99"],
        "steady_cpu_us": step["server_cpu_ms"] * 1000 / step["sent"],
    }


@contextmanager
def _load(server: Server, plan: dict[str, Any], script: str = "load.mjs") -> Iterator[Iterator[dict[str, Any]]]:
    """Run the load generator on its own core; yield what it reports, a part at a time."""
    plan = {"port": server.port, "bytes": BYTES, "run": secrets.token_hex(4), **plan}
    command = pinned(["node", str(HERE / script)], LOAD_CORE)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        process.stdin.write(json.dumps(plan).encode())
        process.stdin.close()
        try:
            yield (json.loads(line) for line in process.stdout)
            if process.wait(30) != 0:
                said = process.stderr.read().decode()[-2000:]
                raise RuntimeError(f"the load generator failed:\n{said}\n{server.log.read_text()[-2000:]}")
        finally:
            if process.poll() is None:
                process.kill()


def shape_as_text(shape: Shape) -> str:
    return ", ".join(f"{name} {value}" for name, value in asdict(shape).items())

"""What is measured, what it may cost, and how the runs of both servers become one table."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan, nan
from pathlib import Path
from statistics import median

from tests.bench.rounds import Figures

MANIFEST = Path(__file__).parents[2] / "server/curbside/static/built/manifest.json"
_BUNDLES = {"launcher": "widget", "panel": "panel", "desk": "desk"}

# Absolute times vary between machines. The budget of 100 µs was set on one where the reference took 22.
CPU_RATIO = 100 / 22


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of the table. `within` says whether Curbside's figure and its ratio to the reference keep the budget."""

    name: str
    title: str
    unit: str
    budget: str = ""
    within: Callable[[float, float | None], bool] | None = None
    digits: int = 0


MEASURES = (
    Measure(
        "relayed_per_s",
        "Durable relay, saturated",
        "messages/s",
        "≥ 0.25 of the reference (goal 0.8)",
        lambda ours, ratio: ratio is None or ratio >= 0.25,
    ),
    Measure(
        "cpu_us",
        "Server CPU, saturated",
        "µs/message",
        "≤ 100 (goal 50) where the reference takes 22: ≤ 4.5 of it",
        lambda ours, ratio: ours <= 100 if ratio is None else ratio <= CPU_RATIO,
    ),
    Measure("steady_cpu_us", "Server CPU at 1,000 messages/s", "µs/message"),
    Measure("ok_p50_ms", "Sent to `ok`, p50 at 1,000/s", "ms", digits=1),
    Measure("ok_p99_ms", "Sent to `ok`, p99 at 1,000/s", "ms", digits=1),
    Measure("agent_p50_ms", "Sent to the agent, p50 at 1,000/s", "ms", digits=1),
    Measure(
        "agent_p99_ms", "Sent to the agent, p99 at 1,000/s", "ms", "≤ 30", lambda ours, ratio: ours <= 30, digits=1
    ),
    Measure("signal_us", "Server CPU of a signal in 200 calls", "µs"),
    Measure("signal_p50_ms", "Signal to the other browser, p50 at 1,000/s", "ms", digits=1),
    Measure("signal_p99_ms", "Signal to the other browser, p99 at 1,000/s", "ms", digits=1),
    Measure(
        "idle_kib", "Memory of an idle connection", "KiB", "≤ 40 (goal 16)", lambda ours, ratio: ours <= 40, digits=1
    ),
    Measure("baseline_mib", "Memory at the start", "MiB"),
    Measure("accepts_per_s", "Connections let in (to `welcome`)", "/s"),
    Measure("accept_cpu_us", "Server CPU of letting one in", "µs"),
    Measure("start_ms", "Start, until the port is open", "ms", "≤ 2,000", lambda ours, ratio: ours <= 2_000),
)
BROWSER = (
    Measure("composer_ms", "Click to a place to write, warm", "ms", "≤ 300", lambda ours, ratio: ours <= 300),
    Measure("launcher_ms", "Launcher, main thread at load", "ms", "≤ 10", lambda ours, ratio: ours <= 10, digits=1),
)
GENERATOR = (
    Measure("generator_us", "Generator CPU, saturated", "µs/message"),
    Measure("generator_busy", "Generator busy, saturated", "of its core", digits=2),
    Measure("late_p99_ms", "Generator late, p99 at 1,000/s", "ms", digits=1),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A measure with the medians of both, and the spread of Curbside's runs."""

    measure: Measure
    ours: float
    spread: tuple[float, float]
    reference: float | None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.reference if self.reference else None

    @property
    def verdict(self) -> str:
        if self.measure.within is None or isnan(self.ours):
            return ""
        return "kept" if self.measure.within(self.ours, self.ratio) else "OVER"


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a browser loads before a page can be used, against its budget."""

    name: str
    brotli: int
    budget: int


def rows(measures: Sequence[Measure], ours: Sequence[Figures], reference: Sequence[Figures]) -> list[Row]:
    """Return the medians over all rounds; what was not measured, for want of a browser say, is not a number."""
    if not ours:
        return [Row(measure, nan, (nan, nan), None) for measure in measures]
    return [_row(measure, ours, reference) for measure in measures]


def _row(measure: Measure, ours: Sequence[Figures], reference: Sequence[Figures]) -> Row:
    mine = [figures[measure.name] for figures in ours]
    theirs = [figures[measure.name] for figures in reference]
    return Row(measure, median(mine), (min(mine), max(mine)), median(theirs) if theirs else None)


def bundles(manifest: Path = MANIFEST) -> list[Bundle]:
    """Return what the build weighed: all that is fetched before the page can be used. Empty when nothing is built."""
    built = json.loads(manifest.read_text()) if manifest.exists() else {}
    entries = {name: built.get(f"{entry}.js", {}) for name, entry in _BUNDLES.items()}
    return [Bundle(name, one["weight"], one["budget"]) for name, one in entries.items() if "weight" in one]

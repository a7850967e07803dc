"""Measure Curbside beside a bare relay, in turn, and say what came of it. Nothing passes or fails by the clock."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench import browsing, chart, figures, report, rounds, servers
from tests.bench.rounds import FULL, QUICK, Figures, Shape
from tests.bench.seed import Seeded, seed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench; see `--help`."""
    asked = _arguments(arguments)
    if shutil.which("node") is None:
        print("The load generator needs Node 20 or later; none was found.", file=sys.stderr)
        return 2
    shape = QUICK if asked.quick else FULL
    if not servers.has_reference() and not asked.quick:
        print("Installing the reference's packages once; better-sqlite3 may be compiled, which takes a minute …")
        servers.install_reference()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="curbside-bench-") as folder:
        template = Path(folder) / "curbside.db"
        seeded = asyncio.run(seed(template, shape.pairs, shape.idle))
        ours, reference = _rounds(template, seeded, shape)
    print("In a browser", flush=True)
    _tell(ours, reference, browsing.measure() if not asked.quick else [], shape, write=not asked.quick)
    print(f"\nTook {time.monotonic() - began:.0f} s.")
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it works; writes nothing")
    return parser.parse_args(arguments)


def _rounds(template: Path, seeded: Seeded, shape: Shape) -> tuple[list[Figures], list[Figures]]:
    with_reference = servers.has_reference()
    if not with_reference:
        print("The reference is not installed: no ratios. Run without --quick once to install it.")
    ours: list[Figures] = []
    reference: list[Figures] = []
    for n in range(shape.rounds):
        print(f"Round {n + 1} of {shape.rounds}", flush=True)
        ours.append(rounds.ours(template, seeded, shape))
        if with_reference:
            reference.append(rounds.reference(seeded, shape))
    return ours, reference


def _tell(
    ours: Sequence[Figures], reference: Sequence[Figures], browser: Sequence[Figures], shape: Shape, *, write: bool
) -> None:
    table = figures.rows(figures.MEASURES, ours, reference) + figures.rows(figures.BROWSER, browser, [])
    generator = figures.rows(figures.GENERATOR, ours, reference)
    bundles = figures.bundles()
    print()
    print(report.as_text(table, generator, bundles))
    if write:
        report.write_page(table, generator, bundles, shape)
        chart.CHART.write_text(chart.draw(table))
        print(f"\nWritten: {report.PAGE.relative_to(servers.ROOT)}, {chart.CHART.relative_to(servers.ROOT)}")


if __name__ == "__main__":
    sys.exit(main())

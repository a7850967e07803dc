"""The table on the screen, and the page in docs."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from math import isnan
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from tests.bench.figures import Bundle, Row
from tests.bench.rounds import BYTES, RATE, Shape

PAGE = Path(__file__).parents[2] / "docs/performance.md"
_BEGIN, _END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"


def as_text(rows: Sequence[Row], generator: Sequence[Row], bundles: Sequence[Bundle]) -> str:
    """Return the table for a terminal."""
    lines = [f"{'':36}{'Curbside':>12}{'reference':>12}{'ratio':>8}  budget"]
    for row in (*rows, *generator):
        title = f"{row.measure.title}, {row.measure.unit}"
        budget = f"{row.measure.budget}  {row.verdict}".rstrip()
        lines.append(
            f"{title:52.52}{_number(row.ours, row):>10}{_reference(row):>10}{_ratio(row):>8}  {budget}".rstrip()
        )
    lines += [
        f"{f'{one.name}, bytes brotli':52}{one.brotli:>10,}{'':18}  ≤ {one.budget:,}  {_kept(one)}" for one in bundles
    ]
    lines[0] = f"{'':52}{'Curbside':>10}{'reference':>10}{'ratio':>8}  budget"
    return "\n".join(lines)


def write_page(
    rows: Sequence[Row], generator: Sequence[Row], bundles: Sequence[Bundle], shape: Shape, page: Path = PAGE
) -> None:
    """Put the figures into the page, between their marks; what people wrote around them stays."""
    text = page.read_text()
    figures = "\n".join(_figures(rows, generator, bundles, shape))
    pattern = re.compile(re.escape(_BEGIN) + ".*" + re.escape(_END), re.DOTALL)
    if not pattern.search(text):
        raise RuntimeError(f"{page} has no marks for the figures")
    page.write_text(pattern.sub(lambda _: f"{_BEGIN}\n{figures}\n{_END}", text))


def _figures(rows: Sequence[Row], generator: Sequence[Row], bundles: Sequence[Bundle], shape: Shape) -> list[str]:
    rounds = f"{shape.rounds} rounds" if shape.rounds > 1 else "1 round"
    day = datetime.now(UTC).date().isoformat()
    return [
        "",
        f"{day}; {rounds}, Curbside and the reference in turn; {shape.pairs} conversations, messages of {BYTES} bytes, "
        f"{shape.idle:,} idle connections, a steady rate of {RATE:,} messages/s. {_machine()}",
        "",
        "| | Curbside | lowest to highest | reference | ratio | budget | |",
        "|---|--:|--:|--:|--:|---|---|",
        *(_line(row) for row in rows),
        "",
        "| The load generator itself | against Curbside | lowest to highest | against the reference | ratio | | |",
        "|---|--:|--:|--:|--:|---|---|",
        *(_line(row) for row in generator),
        "",
        "| What a browser loads | bytes, brotli | budget | |",
        "|---|--:|--:|---|",
        *(f"| {one.name} | {one.brotli:,} | {one.budget:,} | {_kept(one)} |" for one in bundles),
        "",
    ]


def _line(row: Row) -> str:
    low, high = (_number(value, row) for value in row.spread)
    title = f"{row.measure.title}, {row.measure.unit}"
    cells = (title, _number(row.ours, row), f"{low} to {high}", _reference(row), _ratio(row), row.measure.budget)
    return f"| {' | '.join(cells)} | {row.verdict} |"


def _machine() -> str:
    own = sqlcipher.connect(":memory:").execute("SELECT sqlite_version()").fetchone()[0]
    one, five, fifteen = os.getloadavg()
    return (
        f"Python {platform.python_version()}, SQLite {own} (the interpreter's own, unused: {sqlite3.sqlite_version}), "
        f"{len(os.sched_getaffinity(0))} cores, {platform.system()} {platform.machine()}; "
        f"load average at the end {one:.1f}, {five:.1f}, {fifteen:.1f}."
    )


def _number(value: float, row: Row) -> str:
    return "n/a" if isnan(value) else f"{value:,.{row.measure.digits}f}"


def _reference(row: Row) -> str:
    return "" if row.reference is None else _number(row.reference, row)


def _ratio(row: Row) -> str:
    return "" if row.ratio is None else f"{row.ratio:.2f}"


def _kept(one: Bundle) -> str:
    return "kept" if one.brotli <= one.budget else "OVER"

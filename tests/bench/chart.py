"""The chart of docs: each measure as a pair of bars, drawn without a library, readable on light and on dark."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.bench.figures import Row

CHART = Path(__file__).parents[2] / "docs/bench.svg"
_SHOWN = ("relayed_per_s", "cpu_us", "agent_p50_ms", "agent_p99_ms", "idle_kib", "start_ms")
_WIDTH, _ROW, _LEFT, _BAR = 760, 58, 290, 330
_STYLE = """
    svg { color-scheme: light dark; }
    text { font: 13px system-ui, sans-serif; fill: #1c2733; }
    .quiet { fill: #55636f; font-size: 12px; }
    .ours { fill: #0f6e84; }
    .reference { fill: #9aa7b1; }
    .ground { fill: #ffffff; }
    .budget { stroke: #b3261e; stroke-width: 2; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf2; }
      .quiet { fill: #a9b6c0; }
      .ours { fill: #4fb6cc; }
      .reference { fill: #66747f; }
      .ground { fill: #12181d; }
      .budget { stroke: #ff8a80; }
    }"""


def draw(rows: Sequence[Row]) -> str:
    """Return an SVG of the chosen rows, each on a scale of its own."""
    shown = [row for name in _SHOWN for row in rows if row.measure.name == name]
    height = 70 + _ROW * len(shown)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="title">',
        f'  <title id="title">{_spoken(shown)}</title>',
        f"  <style>{_STYLE}\n  </style>",
        f'  <rect class="ground" width="{_WIDTH}" height="{height}" rx="8"/>',
        f'  <rect class="ours" x="{_LEFT}" y="22" width="12" height="12" rx="2"/>',
        f'  <text x="{_LEFT + 18}" y="33">Curbside</text>',
        f'  <rect class="reference" x="{_LEFT + 110}" y="22" width="12" height="12" rx="2"/>',
        f'  <text x="{_LEFT + 128}" y="33">bare ws + better-sqlite3</text>',
    ]
    for n, row in enumerate(shown):
        parts += _pair(row, 56 + n * _ROW)
    return "\n".join((*parts, "</svg>", ""))


def _pair(row: Row, top: int) -> list[str]:
    values = [row.ours, *([row.reference] if row.reference is not None else [])]
    longest = max(values) or 1
    lines = [
        f'  <text x="20" y="{top + 15}">{row.measure.title}</text>',
        f'  <text class="quiet" x="20" y="{top + 33}">{row.measure.unit}{_budget(row)}</text>',
    ]
    for n, (kind, value) in enumerate(zip(("ours", "reference"), values, strict=False)):
        width, y = max(2.0, value / longest * _BAR), top + n * 20
        lines.append(f'  <rect class="{kind}" x="{_LEFT}" y="{y + 3}" width="{width:.0f}" height="15" rx="3"/>')
        number = f"{value:,.{row.measure.digits}f}"
        lines.append(f'  <text class="quiet" x="{_LEFT + width + 8:.0f}" y="{y + 15}">{number}</text>')
    return lines


def _budget(row: Row) -> str:
    return f", budget {row.measure.budget.split(' (')[0]}" if row.measure.budget else ""


def _spoken(rows: Sequence[Row]) -> str:
    said = [f"{row.measure.title}: {row.ours:,.{row.measure.digits}f} {row.measure.unit}" for row in rows]
    return "Curbside beside a bare relay. " + "; ".join(said)

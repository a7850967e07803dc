"""The bench runs, and its table says what the figures say. Nothing here is judged by the clock."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.bench import browsing, chart, figures, report
from tests.bench.figures import BROWSER, GENERATOR, MEASURES, Bundle, Row
from tests.bench.rounds import QUICK, Figures


def run(factor: float = 1.0) -> Figures:
    return {measure.name: factor * (n + 1) for n, measure in enumerate((*MEASURES, *GENERATOR))}


def row_of(table: list[Row], name: str) -> Row:
    return next(row for row in table if row.measure.name == name)


def test_a_row_holds_the_medians_and_their_ratio() -> None:
    table = figures.rows(MEASURES, [run(1), run(9), run(2)], [run(4), run(4), run(1)])
    first = row_of(table, "relayed_per_s")
    assert (first.ours, first.reference, first.ratio) == (2, 4, 0.5)
    assert first.spread == (1, 9)


def test_a_budget_is_kept_or_it_is_said_to_be_over() -> None:
    cheap, dear = {**run(), "cpu_us": 99.0}, {**run(), "cpu_us": 101.0}
    assert row_of(figures.rows(MEASURES, [cheap], []), "cpu_us").verdict == "kept"
    assert row_of(figures.rows(MEASURES, [dear], []), "cpu_us").verdict == "OVER"


def test_what_was_not_measured_is_not_judged(tmp_path: Path) -> None:
    absent, slow = (
        figures.rows(BROWSER, [], []),
        figures.rows(BROWSER, [{"composer_ms": 301.0, "launcher_ms": 9.9}], []),
    )
    assert [row.verdict for row in absent] == ["", ""]
    assert report.as_text(absent, [], []).count("n/a") == 2
    assert [row.verdict for row in slow] == ["OVER", "kept"]


def test_the_launchers_time_is_that_of_its_outermost_calls() -> None:
    def traced(name: str, ts: int, dur: int, url: str = "http://help/widget.js") -> dict[str, Any]:
        return {"name": name, "ts": ts, "dur": dur, "args": {"data": {"url": url}}}

    evaluated = traced("EvaluateScript", 0, 4_000)
    within, later = traced("FunctionCall", 1_000, 2_000), traced("FunctionCall", 5_000, 1_500)
    others = [traced("FunctionCall", 9_000, 9_000, "http://ehr/app.js"), {"name": "RunTask", "ts": 0, "dur": 9_000}]
    assert browsing.launcher_ms([later, within, evaluated, *others]) == 5.5


def test_throughput_is_judged_beside_the_reference_only() -> None:
    ours, reference = {**run(), "relayed_per_s": 1_000.0}, {**run(), "relayed_per_s": 5_000.0}
    assert row_of(figures.rows(MEASURES, [ours], [reference]), "relayed_per_s").verdict == "OVER"
    assert row_of(figures.rows(MEASURES, [ours], []), "relayed_per_s").verdict == "kept"


def test_a_bundle_weighs_what_the_build_says(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    built = {"panel.js": {"brotli": 9, "weight": 30_721, "budget": 30_720}, "panel-chunk.js": {"brotli": 5}}
    manifest.write_text(json.dumps(built))
    assert figures.bundles(manifest) == [Bundle("panel", 30_721, 30_720)]
    assert report._kept(figures.bundles(manifest)[0]) == "OVER"
    assert figures.bundles(tmp_path / "none.json") == []


@pytest.mark.parametrize(("name", "entry"), [("launcher", "widget"), ("panel", "panel"), ("desk", "desk")])
def test_a_bundle_is_weighed_with_its_style_and_everything_that_it_imports_at_once(name: str, entry: str) -> None:
    folder, manifest = figures.MANIFEST.parent, json.loads(figures.MANIFEST.read_text())
    first = {manifest[f"{entry}.js"]["file"]}
    for _ in range(9):
        scripts = "".join((folder / file).read_text() for file in first)
        first |= set(re.findall(r'(?:from|import)"\./([^"]+)"', scripts))
    styles = {manifest[f"{entry}.css"]["file"]} if f"{entry}.css" in manifest else set()
    weight = sum((folder / f"{file}.br").stat().st_size for file in first | styles)
    assert [one.brotli for one in figures.bundles() if one.name == name] == [weight]
    assert len(first) > 5 or entry != "panel"


def test_the_chart_is_well_formed_and_says_its_figures() -> None:
    drawn = ET.fromstring(chart.draw(figures.rows(MEASURES, [run()], [run(2)])))
    bars = [one for one in drawn.iter() if one.tag.endswith("rect") and one.get("height") == "15"]
    assert len(bars) == 2 * len(chart._SHOWN)
    without = ET.fromstring(chart.draw(figures.rows(MEASURES, [run()], [])))
    assert len([one for one in without.iter() if one.get("height") == "15"]) == len(chart._SHOWN)


def test_figures_go_between_their_marks_and_leave_the_words_around_them(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{report._BEGIN}\nold\n{report._END}\nafter\n")
    table = figures.rows(MEASURES, [run()], [run()])
    report.write_page(table, figures.rows(GENERATOR, [run()], [run()]), [], QUICK, page)
    written = page.read_text()
    assert written.startswith("before\n") and written.endswith("after\n") and "old" not in written
    report.write_page(table, [], [], QUICK, page)
    assert page.read_text().count(report._BEGIN) == 1


def test_the_page_in_docs_has_room_for_the_figures() -> None:
    text = report.PAGE.read_text()
    assert re.search(f"{report._BEGIN}.*{report._END}", text, re.DOTALL)

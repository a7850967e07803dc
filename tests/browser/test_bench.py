"""The bench drives the real server, and browsers too: a quick one shows that it still can."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.bench import report
from tests.bench.figures import GENERATOR, MEASURES
from tests.browser.demonstrations import ROOT


@pytest.mark.slow
def test_a_quick_bench_drives_the_real_server_and_writes_nothing() -> None:
    page = report.PAGE.read_text()
    command = [sys.executable, "-m", "tests.bench", "--quick"]
    paths = {"PYTHONPATH": os.pathsep.join(str(ROOT / source) for source in ("server", "signaling"))}
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **paths}, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    for measure in (*MEASURES, *GENERATOR):
        line = next(line for line in done.stdout.splitlines() if line.startswith(measure.title))
        found = re.search(r" ([\d,.]+)", line[52:])
        assert found is not None
        if measure.digits == 0:
            assert float(found[1].replace(",", "")) > 0
    assert report.PAGE.read_text() == page

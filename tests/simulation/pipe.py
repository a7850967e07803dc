"""The real TypeScript client, many of them, in one Node process: asked in lock-step, a round at a time."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).parents[2]
_decode = msgspec.json.Decoder(list[Any]).decode


class Pipe:
    """Answer a round of lines, each about one client, with what came of each."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._in, self._out = process.stdin, process.stdout

    def ask(self, lines: Sequence[bytes]) -> list[Any]:
        self._in.write(b"[" + b",".join(lines) + b"]\n")
        self._in.flush()
        answers = _decode(self._out.readline())
        for line, answer in zip(lines, answers, strict=True):
            assert "error" not in answer, (line, answer)
        return answers


@contextmanager
def running(folder: Path) -> Iterator[Pipe]:
    """Build the clients' Node entry and run it."""
    node = os.environ.get("CURBSIDE_NODE") or shutil.which("node") or "node"
    bundle = folder / "pipe.mjs"
    subprocess.run([node, str(ROOT / "widget" / "build.mjs"), "--pipe", str(bundle)], check=True, cwd=ROOT)
    command = [node, str(bundle)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1 << 20) as process:
        try:
            yield Pipe(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(10)

"""Pin what pyproject.toml asks for: `make lock`. Hashes instead of addresses, so that any index will do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
UV = Path(sys.executable).parent / "uv"
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-annotate",
    "--custom-compile-command=make lock",
    "--quiet",
)
LOCKS = {
    "requirements.lock": ("pyproject.toml",),
    "requirements-dev.lock": ("pyproject.toml", "--extra=dev", "--constraint=requirements.lock"),
    "requirements-node.lock": ("scripts/node.in",),
    "requirements-build.lock": ("scripts/build.in",),
}


def main() -> None:
    for lock, sources in LOCKS.items():
        # The program is the environment's own, and every argument is written above.
        command = [str(UV), "pip", "compile", *OPTIONS, *sources, "--output-file", lock]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        print(lock, sum(" \\" in line for line in (ROOT / lock).read_text().splitlines()))


if __name__ == "__main__":
    main()

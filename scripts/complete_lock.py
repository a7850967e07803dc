"""Name in package-lock.json the packages of other platforms that a registry at hand did not have.

npm leaves them out when it writes the lock, and then `npm ci` finds the lock incomplete. They are optional and for
other machines: named with their version, they are skipped here and found there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent.parent / "package-lock.json"


def main() -> None:
    lock: dict[str, Any] = json.loads(LOCK.read_text())
    packages: dict[str, dict[str, Any]] = lock["packages"]
    for entry in list(packages.values()):
        for name, version in entry.get("optionalDependencies", {}).items():
            place = f"node_modules/{name}"
            if place not in packages and version[:1].isdigit():
                packages[place] = {"version": version, "dev": True, "optional": True, **_platform(name)}
    lock["packages"] = dict(sorted(packages.items()))
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


def _platform(name: str) -> dict[str, list[str]]:
    """Read the platform off a name like `@biomejs/cli-linux-x64-musl`."""
    parts = name.rpartition("/")[2].split("-")
    systems = {"android", "darwin", "linux", "win32", "freebsd", "openbsd", "netbsd", "sunos", "aix", "wasm32"}
    found = [at for at, part in enumerate(parts) if part in systems]
    if not found or found[0] + 1 >= len(parts):
        return {}
    platform = {"os": [parts[found[0]]], "cpu": [parts[found[0] + 1]]}
    libc = {"musl": "musl", "gnu": "glibc"}.get(parts[-1])
    return platform | ({"libc": [libc]} if libc else {})


if __name__ == "__main__":
    main()

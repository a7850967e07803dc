"""The pages and the code, as text: what is written in the one is looked for in the other."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "server" / "curbside"


@cache
def page(name: str) -> str:
    """Return a page by its path from the root."""
    return (ROOT / name).read_text()


def section(text: str, number: int) -> str:
    """Return one numbered section of a page."""
    found = re.search(rf"^## {number}\. .*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"there is no section {number}"
    return found[0]


def first_cells(text: str, header: str) -> list[str]:
    """Return the words in backticks of the first column of the table whose header row begins like that."""
    rows = text[text.index(header) :].split("\n\n")[0].splitlines()[2:]
    return [word for row in rows for word in re.findall(r"`([\w.]+)`", row.split("|")[1])]


@cache
def source(folder: str = "") -> str:
    """Return the server's own code, or that of one of its folders."""
    paths = sorted((SERVER / folder).rglob("*.py"))
    return "\n".join(path.read_text() for path in paths if "demo" not in path.parts)

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


def examples(text: str) -> list[dict[str, str]]:
    """Return the frames that a text shows, each by its own fields: what stands in their place may be said in words."""
    return [_fields(text[found.start() :]) for found in re.finditer(r'\{"type":"', text)]


def _fields(text: str) -> dict[str, str]:
    """Split the object with which a text begins into its own fields, as they are written."""
    fields, part, depth, quoted = [], "", 0, False
    for sign in text:
        quoted ^= sign == '"'
        depth += 0 if quoted else (sign in "{[") - (sign in "}]")
        if depth == 0 or (depth == 1 and sign == "," and not quoted):
            fields.append(part)
            part = ""
            if depth == 0:
                break
        elif part or sign != "{":
            part += sign
    named = (re.fullmatch(r'\s*"(\w+)"(?::(.*))?', each, re.DOTALL) for each in fields)
    return {each[1]: (each[2] or "").strip() for each in named if each}


@cache
def source(folder: str = "") -> str:
    """Return the server's own code, or that of one of its folders."""
    paths = sorted((SERVER / folder).rglob("*.py"))
    return "\n".join(path.read_text() for path in paths if "demo" not in path.parts)

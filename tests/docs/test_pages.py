"""What the pages point at is there, and the repository keeps the habits that they speak of."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.docs.reading import ROOT

# Not used for our own things (the words of the design): a person is a contact or an agent, never a user.
FORBIDDEN = {"user", "ticket", "manager", "handler", "helper", "helpers", "util", "utils", "service", "data"}
# An agent's log-in may be called a session, a program that speaks the wire a client; a person neither.
LENGTH_MAX = 300
# Catalogues of words, one line each, and the first schema, which is written by Alembic.
LISTS = re.compile(r"/words/|/migrations/versions/")


@cache
def tracked() -> tuple[Path, ...]:
    """Return the repository's own files: those in version control, or where there is none, those of its folders."""
    try:
        found = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        paths = [ROOT / line for line in found.splitlines()]
    except (OSError, subprocess.CalledProcessError):
        folders = ("server", "signaling", "widget", "tests", "scripts", "docs")
        paths = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
        paths += [path for path in ROOT.iterdir() if path.is_file()]
    return tuple(path for path in paths if "node_modules" not in path.parts and path.exists())


PAGES = [path for path in tracked() if path.suffix == ".md" and not path.name.endswith(".contract.md")]
CODE = [path for path in tracked() if path.suffix in (".py", ".ts", ".tsx", ".mjs")]
OURS = [path for path in CODE if path.relative_to(ROOT).parts[0] in ("server", "signaling", "widget")]
SHEETS = [path for path in tracked() if path.suffix == ".css"]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchor(heading: str) -> str:
    """Return the anchor that a forge gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if target.startswith(("https://", "mailto:")):
            continue
        file, _, place = target.partition("#")
        found = (page.parent / file) if file else page
        assert found.exists(), target
        if place:
            headings = re.findall(r"^#+ (.*)$", found.read_text(), re.MULTILINE)
            assert place in {anchor(heading) for heading in headings}, target


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    written = re.findall(r"`([\w./-]+\.(?:py|ts|tsx|mjs|css|json|toml|html))`", page.read_text())
    there = [name(path) for path in tracked()]
    built = {"widget.js", "panel.js", "desk.js", "panel.css", "desk.css", "manifest.json"}
    missing = [
        file for file in written if file not in built and not any(f"/{one}".endswith(f"/{file}") for one in there)
    ]
    assert missing == []


def test_every_folder_in_the_map_of_the_readme_is_there() -> None:
    readme = (ROOT / "README.md").read_text()
    map_ = readme[readme.index("## Map") :]
    folders = [cell for row in map_.splitlines() if row.startswith("| `") for cell in re.findall(r"`([^`]+)`", row)[:1]]
    assert len(folders) > 5
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 100


def test_every_verb_of_make_that_a_page_names_is_one() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {verb for page in PAGES for verb in re.findall(r"`make ([a-z-]+)`", page.read_text())}
    assert named and named <= targets


@pytest.mark.parametrize("file", [*CODE, *SHEETS], ids=name)
def test_no_file_is_longer_than_its_thought(file: Path) -> None:
    if not LISTS.search(name(file)):
        assert len(file.read_text().splitlines()) <= LENGTH_MAX


@pytest.mark.parametrize("file", OURS, ids=name)
def test_nothing_is_named_by_a_word_that_is_not_used(file: Path) -> None:
    names = [file.stem.partition(".")[0], *_classes(file)]
    assert [one for one in names if _words(one) & FORBIDDEN] == []


def _classes(file: Path) -> list[str]:
    if file.suffix == ".py":
        return [node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ClassDef)]
    return re.findall(r"^\s*(?:export )?(?:abstract )?(?:class|interface|type) (\w+)", file.read_text(), re.MULTILINE)


def _words(name: str) -> set[str]:
    """Return the words that a name is made of, in lower case."""
    return {part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}

"""Launchers that pages have pinned go on being served as they were released, whatever is built after them."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from curbside.web.assets import Assets

ROOT = Path(__file__).parents[2]
STATIC = Path("server/curbside/static")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the widget is built from, with nothing released."""
    ignored = shutil.ignore_patterns("released")
    shutil.copytree(ROOT / "widget", tmp_path / "widget", ignore=ignored)
    shutil.copy(ROOT / "package.json", tmp_path)
    shutil.copy(ROOT / "tsconfig.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "widget" / "released").mkdir()
    (tmp_path / "widget" / "released" / "releases.json").write_text("[]\n")
    return tmp_path


def build(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["node", "widget/build.mjs", *options], cwd=root, capture_output=True, text=True)


def browser(root: Path) -> httpx.AsyncClient:
    application = Starlette(routes=list(Assets(root / STATIC).routes()))
    return httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://x")


def integrity(content: bytes) -> str:
    return "sha384-" + b64encode(hashlib.sha384(content).digest()).decode()


async def test_a_released_launcher_outlives_what_is_built_after_it(copy: Path) -> None:
    version = json.loads((copy / "package.json").read_text())["version"]
    assert build(copy, "--release").returncode == 0
    with (copy / "widget" / "src" / "launcher" / "main.ts").open("a") as main:
        main.write('\nconsole.debug("a later launcher");\n')
    assert build(copy).returncode == 0
    async with browser(copy) as client:
        told = (await client.get("/widget/manifest.json")).json()
        (released,) = told["versions"]
        assert released["version"] == version and released["path"] != told["latest"]["path"]
        for each in (released, told["latest"]):
            answer = await client.get(each["path"], headers={"Accept-Encoding": "identity"})
            assert integrity(answer.content) == each["integrity"]
            assert (
                answer.headers["access-control-allow-origin"] == "*" and "immutable" in answer.headers["cache-control"]
            )


def test_a_version_is_released_once_and_not_changed_afterwards(copy: Path) -> None:
    assert build(copy, "--release").returncode == 0
    again = build(copy, "--release")
    assert again.returncode != 0 and "is released already" in again.stderr
    (kept,) = (copy / "widget" / "released").glob("widget.*.js")
    kept.write_text("other")
    changed = build(copy)
    assert changed.returncode != 0 and "is not what was released" in changed.stderr


def test_each_version_of_the_changelog_has_its_launcher() -> None:
    versions = re.findall(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    releases = json.loads((ROOT / "widget" / "released" / "releases.json").read_text())
    assert [each["version"] for each in releases] == versions
    for each in releases:
        assert integrity((ROOT / "widget" / "released" / each["file"]).read_bytes()) == each["sri"]

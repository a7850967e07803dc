"""The desk's gallery, built once and served under the desk's own policy."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.gallery_desk.serving import serve

ROOT = Path(__file__).parents[3]
Draw = Callable[..., Page]


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build the gallery and serve it; gives its origin."""
    folder = tmp_path_factory.mktemp("gallery_desk")
    build = ["node", str(ROOT / "tests/browser/gallery_desk/build.mjs"), str(folder)]
    subprocess.run(build, check=True, cwd=ROOT)
    with serve(folder) as address:
        yield address


@pytest.fixture
def draw(gallery: str, new_page: Callable[..., Page]) -> Draw:
    """Draw one state, without motion."""

    def make(state: str, query: str = "scheme=light", width: int = 1440, height: int = 940) -> Page:
        page = new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
        page.goto(f"{gallery}/index.html?state={state}&{query}")
        page.wait_for_selector("#root > *")
        page.wait_for_timeout(60)
        return page

    return make


def acts(page: Page) -> list[dict[str, Any]]:
    """What the desk asked of its link."""
    asked: list[dict[str, Any]] = page.evaluate("() => window.asked")
    return [each for each in asked if isinstance(each, dict)]

"""The panel's gallery, built once and served under the panel's own policy."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.gallery_desk.serving import serve

ROOT = Path(__file__).parents[3]
Draw = Callable[..., Page]


@pytest.fixture(scope="session")
def panel_gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build the gallery and serve it; gives its origin."""
    folder = tmp_path_factory.mktemp("gallery_panel")
    subprocess.run(["node", str(ROOT / "tests/browser/gallery/build.mjs"), str(folder)], check=True, cwd=ROOT)
    Image.new("RGB", (480, 300), (120, 150, 170)).save(folder / "picture.png")
    with serve(folder) as address:
        yield address


@pytest.fixture
def draw_panel(panel_gallery: str, new_page: Callable[..., Page]) -> Draw:
    """Draw one state as a frame of the EHR's page would show it, without motion; what it asks for has been done."""

    def make(state: str, query: str = "scheme=light", width: int = 400, height: int = 560, **more: object) -> Page:
        page = new_page(viewport={"width": width, "height": height}, reduced_motion="reduce", **more)
        page.goto(f"{panel_gallery}/index.html#{state}?{query}")
        page.wait_for_selector("html[data-ready]")
        return page

    return make

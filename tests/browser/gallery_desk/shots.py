"""Picture states of the desk: `python -m tests.browser.gallery_desk.shots BUILT OUT [state …] [--look NAME]`."""

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.gallery_desk.serving import CHROMIUM, FLAGS, serve

LOOKS: dict[str, tuple[int, int, str, int]] = {
    "light": (1440, 940, "scheme=light", 100),
    "dark": (1440, 940, "scheme=dark", 100),
    "two": (1100, 800, "scheme=light", 100),
    "phone": (390, 780, "scheme=light", 100),
    "spanish": (1440, 940, "scheme=light&locale=es", 100),
    "rtl": (1440, 940, "scheme=light&dir=rtl", 100),
    "large": (1440, 940, "scheme=light", 200),
}


def main() -> None:
    """Take the pictures that were asked for."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("built", type=Path)
    wanted.add_argument("out", type=Path)
    wanted.add_argument("states", nargs="*", default=["talking"])
    wanted.add_argument("--look", action="append")
    args = wanted.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with serve(args.built) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for look in args.look or ["light"]:
            width, height, query, text = LOOKS[look]
            page = browser.new_page(viewport={"width": width, "height": height})
            page.on("console", lambda message: print(message.type, message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: print("page error", error))
            for state in args.states:
                page.goto(f"{origin}/index.html?state={state}&{query}")
                if text != 100:
                    page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
                page.wait_for_timeout(250)
                page.screenshot(path=str(args.out / f"{state}-{look}.png"))
            page.close()
        browser.close()


if __name__ == "__main__":
    main()

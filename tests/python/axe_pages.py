"""Opens pages of a report in headless Chromium and lets axe-core look for violations of WCAG 2.2, levels A and AA.

`axe_pages.py CHROMIUM DIRECTORY PAGE…` opens each page in a light and a dark scheme at desktop width and at 320 CSS
pixels, the width at which content has to reflow (success criterion 1.4.10), and then as it is printed on A4. It prints a
line for each violation, for each page that has to be scrolled sideways as a whole, and for what paper would cut off, and
ends with status 1 when there is one.
"""

import pathlib
import sys

import axe_playwright_python
from playwright.sync_api import sync_playwright

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VIEWS = [("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320)]

# What lies between the margins of the style sheet's `@page` on A4: 180 mm in CSS pixels.
PRINTED = 680


def cut(page):
    """What reaches beyond the right margin of the paper. A picture within a picture shows nothing outside of its own place."""
    return page.evaluate(
        """width => [...document.querySelectorAll("main *")]
            .filter((element) => !element.closest(".hidden, [hidden], svg svg") && element.getBoundingClientRect().right > width + 1)
            .map((element) => element.outerHTML.slice(0, 160))
            .slice(0, 3)""",
        PRINTED,
    )


def violations(page, axe):
    """What axe-core finds on the page that is open. The page's own policy admits no script, so it comes from outside."""
    page.evaluate(axe)
    found = page.evaluate(
        "tags => axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", TAGS
    )
    for violation in found["violations"]:
        node = violation["nodes"][0]
        yield f"{violation['id']} ({len(violation['nodes'])}): {node['html'][:200]} {node['failureSummary'][:300]}"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        yield f"reflow: the page is {wide} pixels wider than the window"


def main(chromium, directory, *names):
    axe = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    found = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for scheme, width in VIEWS:
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            page = context.new_page()
            for name in names:
                page.goto((pathlib.Path(directory).resolve() / name.partition("#")[0]).as_uri() + "".join(name.partition("#")[1:]))
                # A page that stands alone has no script that could say so.
                page.wait_for_function("document.scripts.length === 0 || document.documentElement.dataset.script === 'on'")
                if "#" in name:
                    page.wait_for_function("document.querySelector('.filter output').value.includes('earched')")
                for line in violations(page, axe):
                    print(f"{name}, {scheme}, {width} px: {line}")
                    found += 1
            context.close()
        page = browser.new_page(viewport={"width": PRINTED, "height": 960})
        page.emulate_media(media="print")
        for name in names:
            page.goto((pathlib.Path(directory).resolve() / name.partition("#")[0]).as_uri())
            for element in cut(page):
                print(f"{name}, printed: cut off: {element}")
                found += 1
        browser.close()
    print(f"{len(names)} pages, {len(VIEWS)} views and paper, {found} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

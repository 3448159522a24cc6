"""Opens pages of a report in a browser, each several times, and prints when they were there, as JSON.

Its arguments are the browser and the pages. For each page it prints the median of the times of the browser's own clock, in
milliseconds from the start of the navigation: the first paint with content, and the end of the load event.
"""

import json
import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROUNDS = 5
# What keeps a browser from looking for the network; pages of a report ask for nothing.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMES = """() => {
  const load = performance.getEntriesByType("navigation")[0];
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return [paint ? paint.startTime : load.domContentLoadedEventEnd, load.loadEventEnd];
}"""


def times(browser, page_path):
    """The first paint and the end of loading of one opening, in an empty profile."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(Path(page_path).as_uri(), wait_until="load", timeout=120_000)
    page.wait_for_function('performance.getEntriesByType("navigation")[0].loadEventEnd > 0')
    # The first paint may come a frame after the load event.
    page.wait_for_timeout(100)
    measured = page.evaluate(TIMES)
    context.close()
    return measured


def main():
    executable, pages = sys.argv[1], sys.argv[2:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        said = []
        for page in pages:
            rounds = [times(browser, page) for _ in range(ROUNDS)]
            paint, loaded = (statistics.median(column) for column in zip(*rounds))
            said.append({"paint": paint, "loaded": loaded})
        browser.close()
    print(json.dumps(said))


main()

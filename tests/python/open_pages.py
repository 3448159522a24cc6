"""Opens every page of a report in Chromium and says on which of them foreign text ran.

    open_pages.py DIRECTORY

The pages' own Content-Security-Policy is switched off (`bypass_csp`), so that escaping alone has to hold. Foreign text that runs
sets the attribute `data-pwned` on the document, opens a dialog, or writes to the console. Prints one JSON object:
`{"opened": 42, "ran": ["page: why"], "foreign": ["page: elements that no template holds"]}`.
"""

import json
import os
import pathlib
import sys

from playwright.sync_api import sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main(root: pathlib.Path) -> None:
    ran, foreign, opened = [], [], 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["S3ATTEST_CHROMIUM"], args=FLAGS)
        context = browser.new_context(bypass_csp=True)
        page = context.new_page()
        current = ""
        page.on("dialog", lambda dialog: (ran.append(f"{current}: a dialog"), dialog.dismiss()))
        page.on("console", lambda message: ran.append(f"{current}: {message.text}") if "pwned" in message.text else None)
        for path in sorted(root.rglob("*.html")):
            current = str(path.relative_to(root))
            page.goto(path.as_uri(), wait_until="load")
            opened += 1
            if page.evaluate("document.documentElement.hasAttribute('data-pwned')"):
                ran.append(f"{current}: a script set its mark")
            found = page.evaluate(
                "[...document.querySelectorAll('body script, img, iframe, object, embed, link:not([rel=stylesheet]), [onerror], [onload], [onclick], a[href^=\"javascript:\" i]')]"
                ".map((element) => element.outerHTML.slice(0, 120))"
            )
            foreign.extend(f"{current}: {element}" for element in found)
        browser.close()
    print(json.dumps({"opened": opened, "ran": ran, "foreign": foreign}))


main(pathlib.Path(sys.argv[1]))

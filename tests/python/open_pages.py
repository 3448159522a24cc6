"""Opens every page of a report in Chromium and says on which of them foreign text ran.

    open_pages.py DIRECTORY

The pages' own Content-Security-Policy is switched off (`bypass_csp`), so that escaping alone has to hold. Foreign text that runs
sets the attribute `data-pwned` on the document, opens a dialog, or writes to the console. Prints one JSON object:
`{"opened": 42, "ran": ["page: why"], "foreign": ["page: elements that no template holds"], "asked": ["page: address"],
"outside": ["page: address"]}`, where `asked` are the requests for something other than the page itself, and `outside` those of
them that leave the directory.
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
    ran, foreign, asked, outside, opened = [], [], [], [], 0
    base = root.resolve().as_uri() + "/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["S3ATTEST_CHROMIUM"], args=FLAGS)
        context = browser.new_context(bypass_csp=True)
        page = context.new_page()
        current, address = "", ""

        def note(request):
            if request.url.partition("#")[0] == address:
                return
            asked.append(f"{current}: {request.url}")
            if not request.url.startswith(base):
                outside.append(f"{current}: {request.url}")

        page.on("request", note)
        page.on("dialog", lambda dialog: (ran.append(f"{current}: a dialog"), dialog.dismiss()))
        page.on("console", lambda message: ran.append(f"{current}: {message.text}") if "pwned" in message.text else None)
        for path in sorted(root.rglob("*.html")):
            current, address = str(path.relative_to(root)), path.resolve().as_uri()
            page.goto(address, wait_until="load")
            opened += 1
            if page.evaluate("document.documentElement.hasAttribute('data-pwned')"):
                ran.append(f"{current}: a script set its mark")
            found = page.evaluate(
                "[...document.querySelectorAll('body script, img, iframe, object, embed, link:not([rel=stylesheet]), [onerror], [onload], [onclick], a[href^=\"javascript:\" i]')]"
                ".map((element) => element.outerHTML.slice(0, 120))"
            )
            foreign.extend(f"{current}: {element}" for element in found)
        browser.close()
    print(json.dumps({"opened": opened, "ran": ran, "foreign": foreign, "asked": asked, "outside": outside}))


main(pathlib.Path(sys.argv[1]))

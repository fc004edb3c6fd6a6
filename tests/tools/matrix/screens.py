"""What stands on the screen: a real browser, a bad line, the shipped nginx, the product. Run as a process of its own:

    python -m tests.tools.matrix.screens --server URL --shop-port PORT --runs 40 --seed 1

since the browser's driver and gevent do not share a process. Prints one JSON document.

The line is bad between the browser and nginx, where it is bad in life. The widget's file comes by a good line, the chat
by the bad one. While an answer is written the visitor reloads the page and closes and opens the panel, by the dice.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as TooLong

from tests.chaos_proxy import ChaosProxy
from tests.conftest import CHROMIUM, FLAGS
from tests.nginx.conftest import Proxy, nginx_before, write_certificate
from tests.tools.matrix.answers import ON_SCREEN, mark_of, question_of

KEY = "deskbell:pk_larkmoor"
FIRST_MARK = 100_000
MOST_BYTES = 12_000  # before a line breaks: the TLS handshake alone takes a good part of it
PATIENCE_S = 40.0
ACTS = ("reload", "toggle", "wait", "wait")
KINDS = ("jitter", "reset", "cut", "black_hole", "whole")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Larkmoor</title></head><body>
<script async src="{file}/widget.js" data-site="pk_larkmoor" data-api="{api}"></script></body></html>"""


@dataclass
class Seen:
    """What one run came to."""

    mark: str
    reloads: int = 0
    toggles: int = 0
    shown: str = ""
    stored: str = ""
    fault: str = ""

    @property
    def is_equal(self) -> bool:
        return bool(self.stored) and self.shown == self.stored


class ShopPage(BaseHTTPRequestHandler):
    page = ""

    def do_GET(self) -> None:
        body = self.page.encode() if self.path == "/" else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the output to the table."""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--server", required=True)
    arguments.add_argument("--shop-port", type=int, required=True)
    arguments.add_argument("--runs", type=int, required=True)
    arguments.add_argument("--seed", type=int, required=True)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="deskbell-screens-") as folder, ExitStack() as running:
        certificate = write_certificate(Path(folder))
        port = urlsplit(chosen.server).port
        assert port is not None
        nginx = running.enter_context(nginx_before(port, certificate, Path(folder)))
        shop = running.enter_context(shop_at(chosen.shop_port))
        seen = look(nginx, shop, chosen.runs, chosen.seed)
    print(json.dumps([{**each.__dict__, "is_equal": each.is_equal} for each in seen]))
    return 0


def shop_at(port: int) -> ThreadingHTTPServer:
    shop = ThreadingHTTPServer(("127.0.0.1", port), ShopPage)
    threading.Thread(target=shop.serve_forever, daemon=True).start()
    return shop


def look(nginx: Proxy, shop: ThreadingHTTPServer, runs: int, seed: int) -> list[Seen]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        seen = []
        for number in range(runs):
            proxy_port = urlsplit(nginx.https).port
            assert proxy_port is not None
            with ChaosProxy(proxy_port, seed + number, KINDS, MOST_BYTES) as line:
                ShopPage.page = PAGE.format(file=nginx.https, api=f"https://127.0.0.1:{line.port}")
                profile = browser.new_context(ignore_https_errors=True, reduced_motion="reduce")
                here = f"http://127.0.0.1:{shop.server_address[1]}/"
                seen.append(visit(profile.new_page(), here, nginx.https, number, seed))
                profile.close()
        browser.close()
    return seen


def visit(page: Page, shop: str, api: str, number: int, seed: int) -> Seen:
    """Ask once, do what the dice say, and compare what is read in the end with what is stored."""
    dice, seen = random.Random(f"{seed}/screens/{number}"), Seen(mark_of(FIRST_MARK + number))
    page.set_default_timeout(PATIENCE_S * 1000)
    try:
        page.goto(shop)
        open_panel(page)
        part(page, "question").fill(question_of(seen.mark, ON_SCREEN))
        part(page, "question").press("Enter")
        for _ in range(dice.randrange(1, 5)):
            page.wait_for_timeout(dice.randrange(50, 600))
            act(page, dice.choice(ACTS), seen)
        open_panel(page)
        wait_for_end(page)
    except TooLong as slow:
        seen.fault = f"{str(slow).splitlines()[0]}; shown: {text_of(page)[-200:]!r}"
    seen.stored = stored_text(page, api)
    seen.shown = " ".join(re.findall(rf"{seen.mark}-\d\d", text_of(page)))
    return seen


def part(page: Page, name: str) -> Any:
    return page.locator(f"deskbell-widget [part~='{name}']")


def open_panel(page: Page) -> None:
    part(page, "launcher").wait_for(state="attached")
    page.wait_for_timeout(50)
    if not part(page, "panel").is_visible():
        part(page, "launcher").click()
    part(page, "panel").wait_for()


def act(page: Page, what: str, seen: Seen) -> None:
    if what == "reload":
        page.reload()
        seen.reloads += 1
        open_panel(page)
    elif what == "toggle":
        page.evaluate("Deskbell.toggle()")
        page.wait_for_timeout(150)
        page.evaluate("Deskbell.toggle()")
        seen.toggles += 1


def wait_for_end(page: Page) -> None:
    """Wait until the answer has ended; a widget that has given up is asked to try again, as its button offers."""
    deadline = time.monotonic() + PATIENCE_S
    while not (part(page, "thumb-up").count() and not part(page, "stop").is_visible()):
        if part(page, "retry").count() and part(page, "retry").last.is_visible():
            part(page, "retry").last.click()
        if time.monotonic() > deadline:
            raise TooLong("the answer has no end on the screen")
        page.wait_for_timeout(100)


def text_of(page: Page) -> str:
    return str(part(page, "log").inner_text()) if part(page, "log").count() else ""


def stored_text(page: Page, api: str) -> str:
    """Return the reply as the server has it, told over a good line."""
    session = json.loads(page.evaluate(f"localStorage.getItem('{KEY}') ?? '{{}}'"))
    if not session.get("conversation"):
        return ""
    bearer = {"Authorization": f"Bearer {session['visitor']}"}
    answer = httpx2.get(f"{api}/v1/conversations/{session['conversation']}", headers=bearer, verify=False)
    turns = answer.json().get("turns", [])
    return str(turns[0]["reply"]["message"]) if len(turns) == 1 and turns[0]["reply"] else f"{len(turns)} turns"


if __name__ == "__main__":
    sys.exit(main())

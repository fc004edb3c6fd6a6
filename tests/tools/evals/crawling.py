"""How many pages a minute a crawl takes in, without the pauses that politeness asks for.

    python tests/tools/evals/crawling.py [--pages 300]

Pages of a usual size on a web server of loopback; reading, indexing and the database are the real ones. With the usual
pause of half a second a host gives at most 120 pages a minute, however fast we are.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from backend.domain.site import SiteSettings
from backend.knowledge.intake.crawl.crawler import Crawler, Round
from backend.knowledge.intake.crawl.fetching import Fetcher
from backend.knowledge.intake.crawl.rules import read_rules
from backend.network.public import Permitted
from backend.store import Store, migrate

WORDS = "parcel return shop bicycle order pay voucher send price day open address account change refund help"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, default=300)
    pages = options.parse_args().pages
    with tempfile.TemporaryDirectory() as folder, ThreadingHTTPServer(("127.0.0.1", 0), handler_of(pages)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"sqlite:///{folder}/eval.db"
        migrate(url)
        store = Store.open(url, b"0" * 32)
        for name in ("first", "again"):
            took, done = crawl(store, server.server_address[1])
            print(
                f"{name}  {done.settled} pages, {done.written} written, {60 * done.settled / took:.0f} pages a minute"
            )
        store.close()
        server.shutdown()


def crawl(store: Store, port: int) -> tuple[float, Round]:
    """Return how long a round took, and what it came to."""
    sites = store.sites.sites() or [store.sites.create(SiteSettings("Large", ("https://large.example",)))]
    begun = store.crawls.open(sites[0].id, f"http://127.0.0.1:{port}/0", None)
    store.crawls.begin(begun)
    fetcher = Fetcher(replace(read_rules(), pause_seconds=0), Permitted("127.0.0.1", port))
    started = time.monotonic()
    done = Crawler((store.crawls, store.passages), fetcher, "en").run(begun)
    return time.monotonic() - started, done


def handler_of(pages: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            number = int(self.path[1:]) if self.path[1:].isdigit() else pages
            body = page(number, pages).encode() if number < pages else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None: ...

    return Handler


def page(number: int, pages: int) -> str:
    """Return a page of about 500 words with a menu, and links to the next ones."""
    words = random.Random(number)
    texts = "".join(f"<h2>Part {part}</h2><p>{' '.join(words.choices(WORDS.split(), k=120))}.</p>" for part in range(4))
    links = "".join(f'<a href="/{each}">Page {each}</a> ' for each in range(number + 1, min(number + 6, pages)))
    return f"<html lang=en><nav>{links}</nav><main><h1>Page {number}</h1>{texts}</main><footer>Imprint</footer></html>"


if __name__ == "__main__":
    main()

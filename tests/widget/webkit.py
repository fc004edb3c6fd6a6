"""Debian's WebKitGTK, driven by its own WebDriver on a screen that nobody sees: the engine of Safari."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.servers import free_port
from tests.widget.scripted_api import SITE_KEY, ScriptedApi

DRIVER = Path("/usr/bin/WebKitWebDriver")
SCREEN = Path("/usr/bin/Xvfb")
BROWSERS = "webkit2gtk-4.*/MiniBrowser"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # what the standard calls a reference to one
LONGEST_WAIT_S = 30.0
UNGUARDED = {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
SHADOW = "document.querySelector('deskbell-widget')?.shadowRoot"


def browser_file() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob(f"*-linux-gnu/{BROWSERS}"))), None)


class Webkit:
    """A person with WebKit. Each call waits until it is done, and fails where it cannot be."""

    def __init__(self, address: str) -> None:
        self._address = address

    def sends(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(f"{self._address}/{path}", data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error

    def runs(self, script: str) -> Any:
        return self.sends("POST", "execute/sync", {"script": script, "args": []})

    def goes_to(self, url: str) -> Webkit:
        self.sends("POST", "url", {"url": url})
        return self

    def visits(self, api: ScriptedApi, attributes: str = "", html: str = "<h1>x</h1>") -> Webkit:
        tag = f'<script async src="{api.origin}/widget.js" data-site="{SITE_KEY}" {attributes}></script>'
        return self.goes_to(
            api.page("/shop", f'<!doctype html><html lang="en"><title>x</title><body>{html}{tag}</body>')
        )

    def waits_until(self, expression: str) -> Webkit:
        """Look again and again, as a person does, until this is true."""
        end = time.monotonic() + LONGEST_WAIT_S
        while not self.runs(f"return !!({expression})"):
            assert time.monotonic() < end, f"never true: {expression}; {self.sees()}"
            time.sleep(0.1)
        return self

    def part(self, name: str) -> str:
        """Return the reference of a part, once it is there and can be seen."""
        place = f"{SHADOW}?.querySelector('[part=\"{name}\"]')"
        self.waits_until(f"{place}?.checkVisibility()")
        return str(self.runs(f"return {place}")[ELEMENT])

    def opens(self) -> Webkit:
        self.sends("POST", f"element/{self.part('launcher')}/click")
        self.part("panel")
        return self

    def types(self, text: str) -> Webkit:
        self.sends("POST", f"element/{self.part('question')}/value", {"text": text})
        return self

    def asks(self, question: str) -> Webkit:
        return self.types(f"{question}\ue007")  # Enter

    def reads(self, words: str) -> Webkit:
        return self.waits_until(f"{SHADOW}?.querySelector('[part=panel]')?.innerText.includes({json.dumps(words)})")

    def sees_the_end(self) -> Webkit:
        self.part("thumb-up")
        return self

    def sees(self) -> Any:
        """Return what is on the screen."""
        return self.runs(f"""const shadow = {SHADOW}; const panel = shadow?.querySelector('[part=panel]');
          return {{isOpen: !!panel?.checkVisibility(), log: shadow?.querySelector('[part=log]')?.innerText,
            question: shadow?.querySelector('[part=question]')?.value,
            focus: shadow?.activeElement?.getAttribute('part')}}""")


@contextlib.contextmanager
def started(command: list[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program and all that it starts; end them together."""
    with subprocess.Popen(command, start_new_session=True, text=True, **options) as running:
        try:
            yield running
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)


@contextlib.contextmanager
def webkit_driver() -> Iterator[str]:
    """Yield the address of a driver on a screen of its own."""
    show = [str(SCREEN), "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    quiet = {"stderr": subprocess.DEVNULL}
    with started(show, stdout=subprocess.PIPE, **quiet) as screen:
        assert screen.stdout is not None
        number = screen.stdout.readline().strip()
        port = free_port()
        environment = {**os.environ, **UNGUARDED, "DISPLAY": f":{number}"}
        command = [str(DRIVER), f"--port={port}", "--host=127.0.0.1"]
        with started(command, env=environment, stdout=subprocess.DEVNULL, **quiet):
            wait_for(port)
            yield f"http://127.0.0.1:{port}"


def wait_for(port: int) -> None:
    end = time.monotonic() + LONGEST_WAIT_S
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("WebKit's driver does not answer")


@contextlib.contextmanager
def webkit_session(driver: str) -> Iterator[Webkit]:
    """Yield a fresh browser, which keeps nothing after it is closed."""
    options = {"binary": str(browser_file()), "args": ["--automation"]}
    wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
    session = Webkit(driver).sends("POST", "session", wanted)["sessionId"]
    try:
        yield Webkit(f"{driver}/session/{session}")
    finally:
        Webkit(driver).sends("DELETE", f"session/{session}")

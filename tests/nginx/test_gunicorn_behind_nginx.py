"""The product itself behind the shipped nginx.conf, as an operator runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.nginx.conftest import Proxy, nginx_before, skip_without_nginx
from tests.servers import ROOT, ModelServer, deskbell, model_server

REPLY = {"message": "Open **Settings** and choose *Domains*.", "confidence": 0.9, "followups": []}


@dataclass(frozen=True)
class Running:
    proxy: Proxy
    model: ModelServer
    site: str

    def ask(self, message: str = "How do I connect my domain?") -> list[str]:
        """Return the curl command that asks this question."""
        body = json.dumps({"site": self.site, "message": message})
        return self.proxy.curl("/v1/chat", "-H", "Content-Type: application/json", "-d", body)


@pytest.fixture(scope="module")
def running(certificate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    skip_without_nginx()
    home, proxy_folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("nginx")
    site = ROOT / "examples" / "help-centre"
    with model_server() as model:
        settings = {
            "MODEL_PROVIDER": "anthropic",
            "ANTHROPIC_API_KEY": "none",
            "ANTHROPIC_BASE_URL": model.url,
            "TRUSTED_PROXIES": "127.0.0.1",
        }
        with deskbell(home, site, **settings) as server:
            port = urlsplit(server.url).port
            assert port is not None
            with nginx_before(port, certificate, proxy_folder) as proxy:
                yield Running(proxy, model, server.sites[site.name])


def test_a_visitor_reads_the_beginning_while_the_rest_is_not_yet_written(running: Running) -> None:
    running.model.play({"reply": REPLY, "fail": {"at": 8, "kind": "stall"}})  # after 8 deltas nothing more comes

    with subprocess.Popen(running.ask(), stdout=subprocess.PIPE, text=True) as visitor:
        assert visitor.stdout is not None
        shown, event = "", ""
        while "Open" not in shown:
            line = visitor.stdout.readline()
            assert line, f"the stream ended after {shown!r}"
            event = line.removeprefix("event: ").strip() if line.startswith("event: ") else event
            if event == "delta" and line.startswith("data: "):
                shown += json.loads(line.removeprefix("data: "))["json"]
        visitor.terminate()


def test_answers_go_on_and_others_begin_while_nginx_reads_its_settings_anew(running: Running) -> None:
    running.model.play({"reply": {**REPLY, "message": "One more word. " * 60}, "pace_ms": 20})
    pid = int((running.proxy.access_log.parent / "nginx.pid").read_text())
    before = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()

    with subprocess.Popen(running.ask(), stdout=subprocess.PIPE, text=True) as visitor:
        assert visitor.stdout is not None
        while "One more" not in visitor.stdout.readline():
            assert visitor.poll() is None
        os.kill(pid, signal.SIGHUP)
        later = subprocess.run(running.ask("And another?"), capture_output=True, text=True, check=True).stdout
        rest = visitor.stdout.read()

    assert rest.count("event: done") == later.count("event: done") == 1
    assert set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()) - set(before)


def test_a_whole_answer_comes_through_as_it_was_written(running: Running) -> None:
    running.model.play({"reply": REPLY})

    said = subprocess.run(running.ask(), capture_output=True, text=True, check=True).stdout

    frames = [dict(line.split(": ", 1) for line in frame.splitlines() if ": " in line) for frame in said.split("\n\n")]
    deltas = [json.loads(frame["data"])["json"] for frame in frames if frame.get("event") == "delta"]
    numbers = [int(frame["id"]) for frame in frames if "id" in frame]
    assert json.loads("".join(deltas)) == REPLY
    assert numbers == list(range(1, len(numbers) + 1))
    assert frames[-2]["event"] == "done"


def test_the_widget_comes_compressed_and_is_known_again(running: Running) -> None:
    first = running.proxy.get("/widget.js", "-H", "Accept-Encoding: gzip", "-o", "/dev/null", "-D", "-").lower()
    tag = next(line.split(": ", 1)[1] for line in first.splitlines() if line.startswith("etag: "))

    assert "content-encoding: gzip" in first
    assert running.proxy.get("/widget.js", "-i", "-H", f"If-None-Match: {tag}").startswith("HTTP/2 304")
    smallest = running.proxy.get("/widget.js", "-H", "Accept-Encoding: gzip, deflate, br", "-o", "/dev/null", "-D", "-")
    assert "content-encoding: br" in smallest.lower()


def test_the_product_is_ready_behind_it(running: Running) -> None:
    assert running.proxy.get("/readyz", "-i").startswith("HTTP/2 200")

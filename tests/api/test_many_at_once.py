"""How many answers may be written at once, and the same product on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.api.client import Visitor, document_of
from tests.api.conftest import LARKMOOR
from tests.servers import Deskbell, ModelServer, deskbell, model_server, postgres_server

SILENT = {"fail": {"at": 0, "kind": "stall"}}


@pytest.fixture(scope="module")
def silent_model() -> Iterator[ModelServer]:
    with model_server(SILENT) as running:
        yield running


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory, silent_model: ModelServer) -> Iterator[Deskbell]:
    """A product whose model says nothing: every question stays a live stream. It takes eleven of them at once."""
    folder = tmp_path_factory.mktemp("narrow")
    site = folder / "standard"
    site.mkdir()
    (site / "site.toml").write_text(
        'name = "Standard"\norigins = ["https://a.example"]\n[limits]\nper_minute = 1000\nper_hour = 1000\n'
    )
    settings = {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": silent_model.url, "MAX_STREAMS": "11"}
    with deskbell(folder / "data", site, LARKMOOR, **settings) as running:
        yield running


def test_a_visitor_has_three_answers_at_once_and_an_address_ten(narrow: Deskbell) -> None:
    with ExitStack() as live:
        streams = {}

        def ask(visitor: Visitor) -> dict[str, str]:
            lines = live.enter_context(visitor.asking("Hello?")).iter_lines()
            start = json.loads(next(line for line in lines if line.startswith("data:"))[5:])
            visitor.token = start.get("visitor", visitor.token)
            streams[start["turn"]] = lines
            return start

        first = Visitor(narrow.url, narrow.sites["standard"])
        turns = [ask(first)["turn"] for _ in range(3)]
        refused = first.refused()
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
        assert int(refused.headers["retry-after"]) > 0

        others = [Visitor(narrow.url, narrow.sites["standard"]) for _ in range(8)]
        for other in others[:7]:
            ask(other)
        assert others[7].refused().json()["code"] == "too_many_streams"

        elsewhere = [Visitor(narrow.url, narrow.sites["larkmoor"]) for _ in range(2)]
        ask(elsewhere[0])
        busy = elsewhere[1].refused()
        assert (busy.status_code, busy.json()["code"]) == (503, "busy")
        assert int(busy.headers["retry-after"]) > 0

        for turn in turns:
            assert first.post(f"/v1/turns/{turn}/stop").status_code == 204
            assert list(streams[turn]), "a stopped stream says so, then ends"
        ask(first)
        for visitor in (first, *others, *elsewhere):
            if visitor.token:
                visitor.http.close()


def test_the_product_keeps_its_promises_on_postgresql(tmp_path: Path) -> None:
    # A database of its own: one that another test wrote belongs to that test's keys.
    with postgres_server() as url, deskbell(tmp_path, LARKMOOR, DATABASE_URL=url) as running:
        visitor = Visitor(running.url, running.sites["larkmoor"])
        first = visitor.ask("How long do I have to return a tent?")
        assert "60 days" in document_of(first)["message"]
        start = first[0].data
        again = visitor.ask("How long do I have to return a tent?", conversation=start["conversation"])
        assert again[-1].event == "done"
        shown = visitor.get(f"/v1/conversations/{start['conversation']}").json()["turns"]
        assert [turn["status"] for turn in shown] == ["done", "done"]
        assert visitor.post(f"/v1/turns/{start['turn']}/feedback", {"rating": "up"}).status_code == 204
        assert visitor.get("/readyz").json()["ready"] is True
        assert visitor.delete(f"/v1/conversations/{start['conversation']}").status_code == 204
        assert visitor.get(f"/v1/conversations/{start['conversation']}").status_code == 404

"""What an operator should know is said: a refused key, refusals, a Redis that is away, and never a host to visitors."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from backend.domain.errors import CannotKeep
from backend.store.database import Database
from tests.api.client import Visitor, document_of
from tests.servers import (
    ROOT,
    Deskbell,
    ModelServer,
    RedisServer,
    deskbell,
    environment_for,
    free_port,
    model_server,
    run_backend,
)

LARKMOOR = ROOT / "tests" / "larkmoor"
REFUSED = {"status": 401, "error": {"type": "authentication_error", "message": "invalid x-api-key"}}
ENOUGH_S = 20.0


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with model_server(REFUSED) as running:
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, model: ModelServer) -> Iterator[Deskbell]:
    settings = {"ANTHROPIC_API_KEY": "sk-wrong", "ANTHROPIC_BASE_URL": model.url}
    with deskbell(tmp_path_factory.mktemp("trouble"), LARKMOOR, **settings) as running:
        yield running


@pytest.fixture
def visitor(server: Deskbell) -> Iterator[Visitor]:
    yield Visitor(server.url, "pk_larkmoor")
    Visitor.show_all_out()


def lines_of(server: Deskbell) -> list[dict[str, Any]]:
    """Return the log's JSON lines, having looked that nothing but the greeting stands between them."""
    lines = server.log.read_text().splitlines()
    others = [line for line in lines if line and not line.startswith("{")]
    assert [line for line in others if "Traceback" in line or line.startswith('  File "')] == []
    return [json.loads(line) for line in lines if line.startswith("{")]


def number_of(visitor: Visitor, metric: str) -> float:
    found = [line for line in visitor.get("/metrics").text.splitlines() if line.startswith(f"{metric} ")]
    return float(found[0].split()[-1]) if found else 0.0


def test_a_refused_key_is_said_once_and_stands_in_readiness_and_metrics(server: Deskbell, visitor: Visitor) -> None:
    for _ in range(3):
        assert document_of(visitor.ask("How long do I have to return a tent?"))["message"]
    said = [line for line in lines_of(server) if line["event"] == "provider.refuses_us"]
    assert [line["level"] for line in said] == ["error"]
    assert "ANTHROPIC_API_KEY" in said[0]["remedy"]
    ready = visitor.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True
    assert "refuses our key" in ready.json()["notes"][0]
    assert number_of(visitor, "chat_provider_refuses_us") == 1


def test_a_refusal_is_logged_with_its_code_and_counted(server: Deskbell, visitor: Visitor) -> None:
    before = number_of(visitor, 'chat_refusals_total{code="pii_detected"}')
    assert visitor.refused("My card is 4111 1111 1111 1111").status_code == 422
    assert visitor.refused(headers={"Origin": "https://evil.example"}).status_code == 403
    assert number_of(visitor, 'chat_refusals_total{code="pii_detected"}') == before + 1
    assert number_of(visitor, 'chat_refusals_total{code="origin_not_allowed"}') == 1
    said = [line for line in lines_of(server) if line["event"] == "web.refused"]
    assert {"pii_detected", "origin_not_allowed"} <= {line["code"] for line in said}
    assert {line["door"] for line in said} == {"chat.chat"}
    assert "4111" not in server.log.read_text()


def test_handoffs_come_one_by_one_and_to_addresses_that_can_be_answered(visitor: Visitor) -> None:
    (start, *_) = visitor.ask("How long do I have to return a tent?")
    path = f"/v1/conversations/{start.data['conversation']}/handoff"
    assert visitor.post(path, {"email": "ann@localhost"}).status_code == 400
    statuses = [visitor.post(path, {"email": "ann@mail.example"}).status_code for _ in range(130)]
    assert statuses[0] == 202
    assert set(statuses) == {202, 429}
    refused = visitor.post(path, {"email": "ann@mail.example"})
    assert refused.json()["code"] == "rate_limited"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert visitor.get(f"/v1/conversations/{start.data['conversation']}").status_code == 200


def test_jobs_wait_for_a_redis_that_is_away_at_their_start(tmp_path: Path) -> None:
    away = RedisServer(free_port(), tmp_path)
    environment = environment_for(tmp_path / "data", REDIS_URL=away.url)
    assert run_backend("migrate", environment=environment).returncode == 0
    command = [sys.executable, "-m", "backend", "jobs"]
    with (tmp_path / "log").open("wb") as sink:
        jobs = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sink, stderr=sink)
    try:
        wait_until(lambda: "jobs.queue_away" in (tmp_path / "log").read_text())
        away.start()
        with redis.Redis.from_url(away.url) as asking:
            wait_until(lambda: len(asking.client_list()) > 1)
        assert jobs.poll() is None
        for line in (tmp_path / "log").read_text().splitlines():
            json.loads(line)
    finally:
        jobs.terminate()
        jobs.wait(20)
        away.end()


def test_a_database_server_that_is_away_is_not_named_to_visitors(capsys: pytest.CaptureFixture[str]) -> None:
    database = Database(f"postgresql://somebody@127.0.0.1:{free_port()}/none")
    with pytest.raises(CannotKeep) as met, database.reading():
        raise AssertionError("nobody is there")
    assert "127.0.0.1" not in str(met.value.detail)
    assert "127.0.0.1" in capsys.readouterr().out  # the operator's log


def wait_until(is_so: Any) -> None:
    deadline = time.monotonic() + ENOUGH_S
    while time.monotonic() < deadline:
        with contextlib.suppress(redis.RedisError):
            if is_so():
                return
        time.sleep(0.05)
    raise AssertionError("it did not come to that")

"""The product with one worker and with two on Redis, in front of a scripted Claude that takes its time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.client import Visitor
from tests.servers import ROOT, Deskbell, ModelServer, RedisServer, deskbell, model_server, redis_server

LARKMOOR = ROOT / "tests" / "larkmoor"
REPLY = {"message": "You can send a tent back. " * 20, "confidence": 0.9, "followups": ["How do I send it back?"]}


@pytest.fixture(scope="session")
def model() -> Iterator[ModelServer]:
    with model_server({"reply": REPLY, "pace_ms": 12}) as running:
        yield running


def claude(model: ModelServer, **settings: str) -> dict[str, str]:
    return {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": model.url, **settings}


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture(params=["one worker", "two workers"], scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, model: ModelServer
) -> Iterator[Deskbell]:
    settings = claude(model, DESKBELL_DRAIN_NOTICE_S="2")
    if request.param == "two workers":
        running_redis: RedisServer = request.getfixturevalue("redis")
        settings |= {"REDIS_URL": running_redis.url, "WEB_CONCURRENCY": "2"}
    as_operators_do = getattr(request.module, "STARTS_AS_OPERATORS_DO", False)
    with deskbell(tmp_path_factory.mktemp("data"), LARKMOOR, as_operators_do=as_operators_do, **settings) as running:
        yield running


@pytest.fixture(autouse=True)
def nobody_stays() -> Iterator[None]:
    yield
    Visitor.show_all_out()

"""Questions counted while Redis says nothing, and in whose name a refused one counts."""

from __future__ import annotations

import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask

from backend.domain.errors import RateLimited
from backend.domain.site import Limits, Site, SiteSettings
from backend.http.limits import QuestionLimits, door_limits
from backend.web import conversations, sites, turns, widget

LIMITS = Limits(per_minute=10)


def a_site(limits: Limits = LIMITS) -> Site:
    settings = replace(SiteSettings(name="Tea Shop", origins=()), limits=limits)
    return Site(id=uuid.uuid4().int % 10**9, key="pk_tea", settings=settings, version=1)


def limits_on(redis_url: str | None, workers: int = 1) -> QuestionLimits:
    return QuestionLimits(Flask("limits"), lambda: "", redis_url, workers)


def let_in(limits: QuestionLimits, site: Site, visitor: str | None, address: str, times: int = 40) -> int:
    """Return how many of so many questions are let in."""
    return sum(is_let_in(limits, site, visitor, address) for _ in range(times))


def is_let_in(limits: QuestionLimits, site: Site, visitor: str | None, address: str) -> bool:
    try:
        limits.count(site, visitor, address)
    except RateLimited:
        return False
    return True


@pytest.fixture(params=["memory", "Redis"])
def url(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("redis_url") if request.param == "Redis" else None


def test_a_visitor_and_an_address_have_ten_a_minute(url: str | None) -> None:
    site, limits = a_site(), limits_on(url)
    assert let_in(limits, site, "v", "a") == 10
    assert let_in(limits, site, None, "b") == 10
    assert let_in(limits, a_site(), "v", "a") == 10  # at another site they are somebody else


def test_whoever_asks_too_much_takes_nothing_from_their_neighbours_or_the_site(url: str | None) -> None:
    site, limits = a_site(replace(LIMITS, site_per_minute=25)), limits_on(url)
    for address in ("office", "home"):
        assert let_in(limits, site, f"noisy {address}", address, times=8) == 8
    assert let_in(limits, site, "noisy office", "elsewhere") == 2
    assert let_in(limits, site, "noisy office", "office") == 0
    assert let_in(limits, site, "quiet", "office", times=2) == 2  # the refused ones did not count for the office
    assert let_in(limits, site, None, "far away") == 5  # nor for the site: 8 + 8 + 2 + 2 + 5


def test_the_hour_and_the_day_count_too(url: str | None) -> None:
    hour = Limits(per_minute=100, per_hour=7)
    day = Limits(per_minute=100, per_hour=100, per_day=5)
    for each, most in ((hour, 7), (day, 5)):
        assert let_in(limits_on(url), a_site(each), "v", "a") == most


def test_a_site_without_a_ceiling_has_none(url: str | None) -> None:
    site, limits = a_site(), limits_on(url)
    assert sum(let_in(limits, site, None, f"address {number}", times=1) for number in range(300)) == 300


def test_whoever_is_refused_learns_when_to_come_back(url: str | None) -> None:
    site, limits = a_site(Limits(per_minute=1)), limits_on(url)
    limits.count(site, "v", "a")
    with pytest.raises(RateLimited) as refused:
        limits.count(site, "v", "a")
    assert refused.value.retry_after_s in range(55, 62)


@contextmanager
def a_redis_that_says_nothing() -> Iterator[tuple[str, list[socket.socket]]]:
    """Yield an address that takes connections and never answers, and the connections that it has taken."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def take() -> None:
            while True:
                try:
                    taken.append(listener.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        try:
            yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0", taken
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)
            for connection in taken:
                connection.close()


def test_a_redis_that_says_nothing_is_asked_once_and_each_worker_lets_in_its_share() -> None:
    with a_redis_that_says_nothing() as (url, taken):
        workers = [limits_on(url, workers=4) for _ in range(4)]
        site = a_site()
        assert [let_in(worker, site, "v", "a", times=10) for worker in workers] == [3, 3, 3, 3]
        assert len(taken) <= 2 * len(workers)  # of forty questions, one of each worker has waited


def test_doors_beside_the_question_have_limits_of_their_own_kind() -> None:
    limits = limits_on(None)
    limit = door_limits()["conversations.ask_for_person"]
    for _ in range(limit.per_minute):
        limits.count_at_door("conversations.ask_for_person", "192.0.2.7")
    with pytest.raises(RateLimited) as refused:
        limits.count_at_door("conversations.ask_for_person", "192.0.2.7")
    assert 1 <= (refused.value.retry_after_s or 0) <= 60
    limits.count_at_door("conversations.ask_for_person", "192.0.2.8")
    limits.count_at_door("turns.feedback", "192.0.2.7")
    for _ in range(1000):
        limits.count_at_door("health.alive", "192.0.2.7")


def test_every_door_with_a_limit_is_there() -> None:
    app = Flask("doors")
    for room in (conversations, sites, turns, widget):
        app.register_blueprint(room.door)
    assert door_limits().keys() <= app.view_functions.keys()

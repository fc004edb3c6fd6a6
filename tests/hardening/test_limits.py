"""Two hundred questions at once at four workers: exactly as many pass as may, whatever the headers say."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import jwt

from tests.api.client import Visitor
from tests.hardening.conftest import PROXY
from tests.servers import Deskbell

CROWD = 200
PER_MINUTE = 10
CEILING = 15

Headers = Callable[[int], dict[str, str]]


def nothing(_number: int) -> dict[str, str]:
    return {}


def of_another(number: int) -> dict[str, str]:
    return {"X-Forwarded-For": f"198.51.100.{100 + number}"}


def ask_at_once(
    server: Deskbell,
    source: str,
    headers: Headers = nothing,
    site: str = "standard",
    crowd: int = CROWD,
    **fields: str,
) -> Counter[str]:
    """Send a crowd's questions at the same moment from one address; return how many got which answer."""
    host, port = server.url.removeprefix("http://").split(":")
    gate = threading.Barrier(crowd)

    def ask(number: int) -> str:
        connection = http.client.HTTPConnection(host, int(port), timeout=60, source_address=(source, 0))
        connection.connect()
        body = json.dumps({"site": server.sites[site], "message": f"Opening hours, question {number}?", **fields})
        gate.wait(60)
        connection.request("POST", "/v1/chat", body, {"Content-Type": "application/json", **headers(number)})
        response = connection.getresponse()
        content = response.read()
        connection.close()
        if response.status == 200:
            assert b"event: done" in content
            return "answered"
        assert int(response.headers["Retry-After"]) > 0
        return str(json.loads(content)["code"])

    with ThreadPoolExecutor(crowd) as threads:
        return Counter(threads.map(ask, range(crowd)))


def exactly(answered: int, crowd: int = CROWD) -> Counter[str]:
    return Counter({"answered": answered, "rate_limited": crowd - answered})


def test_an_address_has_ten_questions_a_minute_over_all_workers(four_workers: Deskbell) -> None:
    assert ask_at_once(four_workers, "127.0.1.1") == exactly(PER_MINUTE)
    assert ask_at_once(four_workers, "127.0.1.1", crowd=4) == exactly(0, 4)
    assert ask_at_once(four_workers, "127.0.1.2", crowd=4) == exactly(4, 4)  # somebody else has their own


def test_claiming_other_addresses_gives_nobody_more(four_workers: Deskbell) -> None:
    def claim(number: int) -> dict[str, str]:
        address = f"203.0.113.{number}"
        return {
            "X-Forwarded-For": f"{address}, {address}",
            "X-Real-IP": address,
            "Forwarded": f"for={address}",
            "True-Client-IP": address,
        }

    assert ask_at_once(four_workers, "127.0.1.3", claim) == exactly(PER_MINUTE)


def test_behind_the_trusted_proxy_the_visitors_own_address_counts(four_workers: Deskbell) -> None:
    def claim_behind_proxy(number: int) -> dict[str, str]:
        return {"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7"}  # the proxy has added the last one

    assert ask_at_once(four_workers, PROXY, claim_behind_proxy) == exactly(PER_MINUTE)
    assert ask_at_once(four_workers, PROXY, of_another, crowd=20) == exactly(20, 20)


def test_an_ipv6_household_has_one_share_however_many_addresses_it_uses(four_workers: Deskbell) -> None:
    def from_household(number: int) -> dict[str, str]:
        return {"X-Forwarded-For": f"2001:db8:0:7:{number:x}::{number:x}"}

    assert ask_at_once(four_workers, PROXY, from_household) == exactly(PER_MINUTE)


def test_a_visitor_has_ten_questions_a_minute_wherever_they_come_from(four_workers: Deskbell) -> None:
    visitor = Visitor(four_workers.url, four_workers.sites["standard"])
    visitor.ask("Opening hours?")  # brings the token; nobody's yet, it counts for its address alone

    def roam(number: int) -> dict[str, str]:
        return {"X-Forwarded-For": f"192.0.2.{number}", **visitor.bearer()}

    assert ask_at_once(four_workers, PROXY, roam) == exactly(PER_MINUTE)


def test_a_signed_in_user_has_ten_questions_a_minute_on_all_their_devices(four_workers: Deskbell) -> None:
    site = four_workers.sites["standard"]
    secret = four_workers.run("site", "identity", site).stdout.strip()
    token = jwt.encode({"sub": "customer-17", "aud": site, "exp": int(time.time()) + 600}, secret, algorithm="HS256")

    def roam(number: int) -> dict[str, str]:
        return {"X-Forwarded-For": f"192.0.3.{number}"}

    assert ask_at_once(four_workers, PROXY, roam, user_token=token) == exactly(PER_MINUTE)


def test_a_sites_ceiling_holds_for_everybody_together(four_workers: Deskbell) -> None:
    def everybody(number: int) -> dict[str, str]:
        return {"X-Forwarded-For": f"192.0.2.{number}"}

    assert ask_at_once(four_workers, PROXY, everybody, site="ceiling") == exactly(CEILING)

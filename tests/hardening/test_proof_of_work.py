"""A site under attack wants a proof of work; a proof is worth one question, however many workers it is sent to."""

from __future__ import annotations

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx2

from tests.api.client import Visitor
from tests.servers import Deskbell
from tests.web.test_proofs import sent, solve

CROWD = 20


def visitor_at(server: Deskbell, site: str, address: str) -> Visitor:
    """Return a visitor whose connections come from this address."""
    visitor = Visitor(server.url, server.sites[site])
    visitor.http.close()
    visitor.http = httpx2.Client(
        base_url=server.url, timeout=30, transport=httpx2.HTTPTransport(local_address=address), trust_env=False
    )
    return visitor


def test_a_question_without_proof_gets_a_puzzle_and_its_solution_lets_it_in(four_workers: Deskbell) -> None:
    visitor = visitor_at(four_workers, "guarded", "127.0.3.1")
    turn = str(uuid.uuid4())
    refused = visitor.refused("Opening hours?", turn=turn)
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_required")
    proof = sent(solve(refused.json()["challenge"]))
    events = visitor.ask("Opening hours?", turn=turn, proof=proof)
    assert events[-1].event == "done"
    again = visitor.ask("Opening hours?", turn=turn)  # the same turn needs no second proof
    assert [each.data for each in again[1:]] == [each.data for each in events[1:]]


def test_a_puzzle_that_was_asked_for_counts_for_nobody(four_workers: Deskbell) -> None:
    visitor = visitor_at(four_workers, "guarded", "127.0.3.2")
    for _ in range(15):
        assert visitor.refused().json()["code"] == "proof_required"
    visitor.ask("Opening hours?", proof=sent(solve(visitor.refused().json()["challenge"])))


def test_one_proof_lets_in_one_of_a_crowd(four_workers: Deskbell) -> None:
    proof = sent(solve(visitor_at(four_workers, "guarded", "127.0.3.3").refused().json()["challenge"]))

    def ask(number: int) -> int:
        visitor = visitor_at(four_workers, "guarded", f"127.0.4.{number}")
        with visitor.asking(f"Hours, {number}?", proof=proof) as told:
            return int(told.status_code)

    with ThreadPoolExecutor(CROWD) as threads:
        assert Counter(threads.map(ask, range(CROWD))) == {200: 1, 403: CROWD - 1}


def test_above_its_ceiling_a_site_answers_whoever_brings_a_proof(four_workers: Deskbell) -> None:
    visitor = visitor_at(four_workers, "crowded", "127.0.3.5")
    for _ in range(3):
        visitor.ask("Opening hours?")
    refused = visitor.refused()
    assert refused.json()["code"] == "proof_required"
    visitor.ask("Opening hours?", proof=sent(solve(refused.json()["challenge"])))
    assert visitor.refused().json()["code"] == "proof_required"  # and each of them brings their own


def test_a_proof_does_not_lift_a_visitors_own_limit(four_workers: Deskbell) -> None:
    visitor = visitor_at(four_workers, "guarded", "127.0.3.4")
    for _ in range(10):
        visitor.ask("Opening hours?", proof=sent(solve(visitor.refused().json()["challenge"])))
    refused = visitor.refused(proof=sent(solve(visitor.refused().json()["challenge"])))
    assert refused.json()["code"] == "rate_limited"

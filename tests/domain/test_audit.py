"""Rows of the record follow one another, and one that was changed does not fit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from backend.domain.audit import START, AuditRow, By, Change, digest, entry_of, faults_of, next_row

MK = By("mk@shop.example", 1, "203.0.113.7")
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def chain(count: int) -> list[AuditRow]:
    rows: list[AuditRow] = []
    for number in range(1, count + 1):
        previous = rows[-1].hash if rows else START
        rows.append(next_row(3, number, previous, Change("x.y", "z", number, None, 3), MK, AT))
    return rows


def test_a_row_carries_the_hash_of_the_one_before() -> None:
    first, second = (entry_of(row) for row in chain(2))
    assert (first.previous, second.previous) == (START, first.hash)
    assert list(faults_of(3, chain(20))) == []


def test_the_time_is_written_in_utc() -> None:
    zone = timezone(timedelta(hours=9))
    row = next_row(0, 1, START, Change("x.y", ""), MK, AT.astimezone(zone))
    assert entry_of(row).at == "2026-03-02T12:00:00.000Z"


def test_the_chain_holds_no_word_of_a_person() -> None:
    [row] = chain(1)
    assert "shop.example" not in row.body
    assert set(json.loads(row.body)) == {"chain", "number", "at", "person", "action", "content", "previous"}


def test_the_same_change_twice_does_not_look_the_same_in_the_chain() -> None:
    one, two = (next_row(0, 1, START, Change("x.y", "secret"), MK, AT) for _ in range(2))
    assert one.hash != two.hash


def test_whoever_chains_a_changed_row_anew_is_found_at_the_next() -> None:
    rows = chain(5)
    body = rows[2].body.replace("x.y", "x.z")
    rows[2] = replace(rows[2], body=body, hash=digest(body))
    assert [(fault.number, fault.why) for fault in faults_of(3, rows)] == [(4, "it does not follow the row before it")]

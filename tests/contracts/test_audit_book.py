"""The record of changes, on every database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from backend.domain.audit import HOUSE, By, Change, faults_of
from backend.domain.site import Site
from backend.store import Store
from backend.store.database import Database
from tests.contracts.conftest import DATA_KEY

MK = By("mk@shop.example", 1, "203.0.113.7")


def write(store: Store, count: int, site: Site | None = None) -> None:
    for number in range(count):
        store.audit.add(Change("draft.changed", f"rule {number}", number, number + 1, site and site.id), MK)


def faults(store: Store, chain: int = HOUSE) -> list[tuple[int, str]]:
    end = store.audit.fault_of_end(chain)
    found = [*faults_of(chain, store.audit.rows(chain)), *([end] if end else [])]
    return [(fault.number, fault.why) for fault in found]


def tamper(store_url: str, statement: str) -> None:
    database = Database(store_url, is_pooled=False)
    with database.writing() as connection:
        connection.execute(text(statement))
    database.close()


def test_changes_are_read_the_newest_first_and_by_pages(store: Store, site: Site) -> None:
    write(store, 5)
    write(store, 2, site)
    first = store.audit.entries(None, None, 2)
    assert [entry.number for entry in first] == [5, 4]
    assert [entry.number for entry in store.audit.entries(None, 4, 10)] == [3, 2, 1]
    assert first[0].previous == first[1].hash
    latest = first[0]
    assert (latest.who, latest.address, latest.action) == ("mk@shop.example", "203.0.113.7", "draft.changed")
    assert (latest.subject, latest.before, latest.after) == ("rule 4", 4, 5)
    assert [entry.number for entry in store.audit.entries(site.id, None, 10)] == [2, 1]
    assert list(store.audit.chains()) == [HOUSE, site.id]
    assert (store.audit.count(HOUSE), faults(store), faults(store, site.id)) == (5, [], [])


def test_six_writers_of_two_processes_never_follow_the_same_row(store: Store, store_url: str) -> None:
    other = Store.open(store_url, DATA_KEY)
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda book: book.add(Change("x.y", ""), MK), [store.audit, other.audit] * 60))
    other.close()
    assert (store.audit.count(HOUSE), faults(store)) == (120, [])


@pytest.mark.parametrize(
    ("statement", "row", "why"),
    [
        ("UPDATE audit SET body = replace(body, 'draft', 'drift') WHERE number = 3", 3, "its text is not"),
        ("UPDATE audit SET content = replace(content, 'rule 2', 'rule 9') WHERE number = 3", 3, "what was changed"),
        ("UPDATE audit SET content = replace(content, 'mk@', 'jt@') WHERE number = 3", 3, "or who did it"),
        ("DELETE FROM audit WHERE number = 3", 4, "the rows from 3 to 3 are missing"),
        ("DELETE FROM audit WHERE number > 4", 6, "the rows from 5 to 6 are missing"),
        ("DELETE FROM audit", 6, "the rows from 1 to 6 are missing"),
        ("DELETE FROM audit_end", 6, "the mark of the end is missing"),
        ("UPDATE audit_end SET number = 4, hash = (SELECT hash FROM audit WHERE number = 4)", 4, "not ours"),
    ],
)
def test_a_row_that_was_changed_or_taken_out_is_named(
    store: Store, store_url: str, statement: str, row: int, why: str
) -> None:
    write(store, 6)
    tamper(store_url, statement)
    assert any(number == row and why in said for number, said in faults(store)), faults(store)


def test_a_row_that_was_put_elsewhere_is_named(store: Store, store_url: str, site: Site) -> None:
    write(store, 3)
    write(store, 3, site)
    moved = "SET body = (SELECT b.body FROM audit b WHERE b.chain = 0 AND b.number = 2)"
    same = ", content = (SELECT b.content FROM audit b WHERE b.chain = 0 AND b.number = 2)"
    with_hash = ", hash = (SELECT b.hash FROM audit b WHERE b.chain = 0 AND b.number = 2)"
    tamper(store_url, f"UPDATE audit {moved}{same}{with_hash} WHERE chain = {site.id} AND number = 2")
    assert (2, "it was moved here from another place") in faults(store, site.id)


def test_what_was_erased_beside_the_chain_leaves_it_whole(store: Store, store_url: str) -> None:
    write(store, 3)
    tamper(store_url, "UPDATE audit SET content = NULL WHERE number = 2")
    assert faults(store) == []
    erased = store.audit.entries(None, 3, 1)[0]
    assert (erased.is_erased, erased.who, erased.subject, erased.action) == (True, "", "", "draft.changed")


def test_any_text_comes_back_as_it_was(store: Store) -> None:
    hostile = {"a": "\x00 ' \" \\ </script> \ud83d\ude00 \u202e", "b": [1e2, None, True], "long": "x" * 100_000}
    store.audit.add(Change("x.y", "\x00", hostile, None), MK)
    [entry] = store.audit.entries(None, None, 1)
    assert entry.before == hostile | {"a": "\x00 ' \" \\ </script> \U0001f600 \u202e"}
    assert faults(store) == []


def test_a_sites_record_goes_with_the_site(store: Store, site: Site) -> None:
    write(store, 2, site)
    store.sites.remove(site)
    assert list(store.audit.chains()) == []

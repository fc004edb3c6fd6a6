"""The book of second factors, on every database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from backend.store import Store
from backend.store.database import Database
from backend.store.encryption import CannotOpen
from tests.contracts.people import add_person, again

SECRET = "JBSWY3DPEHPK3PXP"


def test_a_second_factor_counts_once_it_is_confirmed(store: Store) -> None:
    mk = add_person(store, "mk@shop.example")
    assert (store.factors.secret(mk), store.factors.confirm(mk, 5, ["a"])) == ("", False)
    store.factors.begin(mk, SECRET)
    assert (again(store, mk).factor, store.factors.secret(mk)) == ("begun", SECRET)
    assert not store.factors.spend_step(mk, 6)
    assert store.factors.confirm(mk, 5, ["a", "b"])
    assert (again(store, mk).factor, store.factors.codes_left(mk)) == ("app", 2)
    assert not store.factors.confirm(mk, 6, ["c"])
    store.factors.begin(mk, "another")  # nobody takes the place of one that counts
    assert store.factors.secret(mk) == SECRET


def test_a_code_is_used_once_of_twenty_tries_at_once_and_none_that_is_older(store: Store) -> None:
    mk = add_person(store, "mk@shop.example")
    store.factors.begin(mk, SECRET)
    store.factors.confirm(mk, 5, ["a"])
    assert not store.factors.spend_step(mk, 5)
    with ThreadPoolExecutor(20) as threads:
        spent = list(threads.map(lambda step: store.factors.spend_step(mk, step), [6] * 20))
    assert spent.count(True) == 1
    assert not store.factors.spend_step(mk, 5)
    assert store.factors.spend_step(mk, 7)


def test_a_recovery_code_is_used_once_of_ten_tries_at_once(store: Store) -> None:
    mk, jt = (add_person(store, f"{name}@shop.example") for name in ("mk", "jt"))
    store.factors.begin(mk, SECRET)
    store.factors.confirm(mk, 5, ["a", "b"])
    assert not store.factors.spend_code(jt, "a")
    with ThreadPoolExecutor(10) as threads:
        spent = list(threads.map(lambda code: store.factors.spend_code(mk, code), ["a"] * 10))
    assert spent.count(True) == 1
    assert store.factors.codes_left(mk) == 1
    store.factors.renew_codes(mk, ["c", "d", "e"])
    assert not store.factors.spend_code(mk, "b")
    assert store.factors.codes_left(mk) == 3


def test_a_second_factor_ends_with_its_codes(store: Store) -> None:
    mk = add_person(store, "mk@shop.example")
    store.factors.begin(mk, SECRET)
    store.factors.confirm(mk, 5, ["a"])
    store.factors.end(mk)
    assert (again(store, mk).factor, store.factors.secret(mk), store.factors.codes_left(mk)) == ("none", "", 0)


def test_a_stolen_database_tells_no_secret(store: Store, store_url: str) -> None:
    mk, jt = (add_person(store, f"{name}@shop.example") for name in ("mk", "jt"))
    store.factors.begin(mk, SECRET)
    database = Database(store_url, is_pooled=False)
    with database.writing() as connection:
        sealed = connection.execute(text("SELECT totp_sealed FROM person WHERE id = :id"), {"id": mk.id}).scalar_one()
        assert SECRET.encode() not in bytes(sealed)
        connection.execute(text("UPDATE person SET totp_sealed = :s WHERE id = :id"), {"s": sealed, "id": jt.id})
    with pytest.raises(CannotOpen):
        store.factors.secret(jt)  # somebody else's secret does not count here
    thief = Store.open(store_url, bytes(32))
    with pytest.raises(CannotOpen):
        thief.factors.secret(mk)
    thief.close()

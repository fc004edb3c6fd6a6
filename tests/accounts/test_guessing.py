"""What a try to guess is counted under."""

from __future__ import annotations

from backend.accounts.guessing import of_code, of_password, of_recovery_code


def test_a_password_counts_for_the_account_and_for_the_address() -> None:
    here = of_password("mk@shop.example", "203.0.113.7", is_known=False)
    elsewhere = of_password("mk@shop.example", "198.51.100.1", is_known=False)
    another = of_password("jt@shop.example", "203.0.113.7", is_known=False)
    assert here.own == elsewhere.own
    assert here.own != another.own
    assert here.shared == another.shared
    assert here.shared != elsewhere.shared


def test_where_a_person_is_known_nobody_elses_tries_count() -> None:
    known = of_password("mk@shop.example", "203.0.113.7", is_known=True)
    strangers = [
        of_password("mk@shop.example", "198.51.100.1", is_known=False),
        of_password("jt@shop.example", "203.0.113.7", is_known=False),
        of_password("jt@shop.example", "203.0.113.7", is_known=True),
    ]
    assert all(set(known.all).isdisjoint(stranger.all) for stranger in strangers)


def test_keys_do_not_tell_who_is_meant() -> None:
    assert not any("shop.example" in key for key in of_password("mk@shop.example", "203.0.113.7", is_known=False).all)


def test_codes_and_recovery_codes_wait_each_for_itself() -> None:
    assert set(of_code(1).all).isdisjoint(of_recovery_code(1).all)
    assert set(of_code(1).all).isdisjoint(of_code(2).all)

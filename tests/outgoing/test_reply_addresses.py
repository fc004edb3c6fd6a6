"""An address for answers holds its conversation, and nobody else can make one."""

from __future__ import annotations

from backend.outgoing.reply_addresses import LONGEST_LOCAL, conversation_in, reply_address

SECRET = "a secret of ours"
TALK = "Zx3-_bQ9Kk2mN0pLr7TuVw"


def test_an_address_leads_back_into_its_conversation_in_small_letters_too() -> None:
    address = reply_address("help@deskbell.example", TALK, SECRET)
    assert address.startswith("help+")
    assert address.endswith("@deskbell.example")
    for written in (address, address.lower(), address.upper()):
        assert conversation_in(written, SECRET) == TALK


def test_a_forged_address_leads_nowhere() -> None:
    address = reply_address("help@deskbell.example", TALK, SECRET)
    other = reply_address("help@deskbell.example", "another", SECRET)
    mark = address.partition(".")[2].partition("@")[0]
    forged = f"{other.rpartition('.')[0].rpartition('.')[0]}.{mark}@deskbell.example"
    for each in (forged, "help@deskbell.example", "help+x.y@z", "", address.replace("+", "-")):
        assert conversation_in(each, SECRET) is None
    assert conversation_in(address, "another secret") is None


def test_no_address_is_longer_than_one_may_be() -> None:
    assert reply_address("help@x.example", TALK * 5, SECRET) == ""
    assert len(reply_address("help@x.example", TALK, SECRET).partition("@")[0]) <= LONGEST_LOCAL

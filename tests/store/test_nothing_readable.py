"""A stolen database tells nothing of what visitors and models wrote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backend.domain.items import Decided, Lock, Wanted
from backend.domain.site import Site, SiteSettings
from backend.domain.timeline import Recorded
from backend.domain.turn import FlagRaised, Page, Question
from backend.store import Store, migrate
from backend.store.encryption import CannotOpen
from tests.contracts.test_turn_book import opening, outcome

KEY, OTHER_KEY = bytes(range(32)), bytes(32)
SECRETS = ["zanzibar", "quetzal", "marzipan", "ocelot", "wombat", "axolotl", "narwhal", "okapi", "pangolin", "tapir"]


@pytest.fixture
def url(tmp_path: Path) -> str:
    migrate(f"sqlite:///{tmp_path}/deskbell.db")
    return f"sqlite:///{tmp_path}/deskbell.db"


def write_secrets(store: Store) -> Site:
    question, title, address, reply, comment, evidence, correction, note, effect, shown = SECRETS
    site = store.sites.create(SiteSettings(name="Tea Shop", origins=()))
    asked = opening(site, "t1", f"Do you know {question}?", page=Page(f"https://x.example/{address}", title))
    store.book.begin(replace(asked, question=Question(f"Do you know {question}?")))
    ended = outcome(flags=(FlagRaised("phrase", evidence),))
    assert ended.reply is not None
    store.book.end("t1", replace(ended, reply=replace(ended.reply, message=reply)))
    store.book.rate(site, "t1", "down", comment)
    store.evidence.keep("t1", Recorded(b"\0\1\5", (shown,)))
    (queued,) = store.items.queue(site, Wanted(), None, 1)[0]
    decided = store.items.decide(queued.item, Decided("corrected", correction, note), 1, "ada", [])
    assert not isinstance(decided, Lock)
    store.items.add_effect(decided[0], "approved", "1", {"was": effect})
    return site


def stored_bytes(folder: Path) -> bytes:
    files = [folder / name for name in ("deskbell.db", "deskbell.db-wal") if (folder / name).exists()]
    return b"".join(file.read_bytes() for file in files)


def test_no_word_of_a_conversation_can_be_read_in_the_files(url: str, tmp_path: Path) -> None:
    store = Store.open(url, KEY)
    site = write_secrets(store)

    assert b"conversation-1" in stored_bytes(tmp_path)  # so the rows are there to be searched
    assert [word for word in SECRETS if word.encode() in stored_bytes(tmp_path)] == []
    stored = store.book.turn(site, "t1")
    assert stored is not None
    assert stored.question == "Do you know zanzibar?"
    store.close()


def test_an_erased_conversation_leaves_no_trace_in_the_file(url: str, tmp_path: Path) -> None:
    store = Store.open(url, KEY)
    site = write_secrets(store)
    store.book.erase_conversation(site, "conversation-1")
    store.close()  # the last to close moves everything from the -wal file into the database

    assert not (tmp_path / "deskbell.db-wal").exists()
    assert b"Tea Shop" in stored_bytes(tmp_path)
    assert b"conversation-1" not in stored_bytes(tmp_path)


def test_another_master_key_opens_nothing_and_says_so(url: str) -> None:
    store = Store.open(url, KEY)
    site = write_secrets(store)
    store.close()
    thief = Store.open(url, OTHER_KEY)

    assert thief.sites.site(site.key) == site
    with pytest.raises(CannotOpen, match="another key"):
        thief.book.turn(site, "t1")
    thief.close()


def test_a_key_of_the_wrong_length_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Store.open(url, b"short")

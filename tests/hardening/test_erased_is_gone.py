"""What was erased is gone from every file, also for somebody who has the keys, and its running stream ends."""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.app.secrets import TURN_LOG_PLACE, turn_log_cipher
from backend.settings import data_key_of
from backend.store.encryption import Cipher, Place
from tests.api.client import Heard, Visitor, events_of
from tests.servers import ROOT, Deskbell, deskbell, model_server

LARKMOOR = ROOT / "tests" / "larkmoor"
LONGEST_WAIT_S = 60
SLOW = {"reply": {"message": "A quetzal lives there. " * 40, "confidence": 0.9, "followups": []}, "pace_ms": 30}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deskbell]:
    with model_server() as model:
        model.play({**SLOW, "match": "slowly"}, {})
        settings = {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": model.url}
        with deskbell(tmp_path_factory.mktemp("erased"), LARKMOOR, **settings) as running:
            yield running


@pytest.fixture
def data_dir(server: Deskbell) -> Path:
    return Path(server.environment["DATA_DIR"])


@pytest.fixture
def visitor(server: Deskbell) -> Iterator[Visitor]:
    yield Visitor(server.url, "pk_larkmoor")
    Visitor.show_all_out()


SEALED = (
    ("deskbell.sqlite3", "select question_sealed, reply_sealed, page_sealed from turn where id = ?"),
    ("deskbell.sqlite3", "select comment_sealed, null from feedback where turn_id = ?"),
    ("deskbell.sqlite3", "select email_sealed, note_sealed from handoff where ? <> ''"),
    ("turn_log.sqlite3", "select frame from event where turn = ?"),
)


def sealed_words(data_dir: Path, turn: str) -> list[bytes]:
    """Return every sealed text of this turn in both databases, and of all handoffs."""
    found: list[bytes] = []
    for file, statement in SEALED:
        database = sqlite3.connect(data_dir / file)
        for row in database.execute(statement, (turn,)):
            found += [text for text in row if text]
        database.close()
    return found


def words_with_the_keys(data_dir: Path, sealed: bytes, turn: str) -> str:
    """Return what a thief of the folder reads of one sealed text."""
    master = data_key_of((data_dir / "data_key").read_text().strip())
    database = sqlite3.connect(data_dir / "deskbell.sqlite3")
    key, wrapped = database.execute("select key, data_key_sealed from site").fetchone()
    database.close()
    site = Cipher(Cipher(master).open(wrapped, Place(key, "site", key, "data_key_sealed")))
    for column in ("question_sealed", "reply_sealed", "page_sealed"):
        try:
            return site.open_text(sealed, Place("1", "turn", turn, column))
        except Exception:  # noqa: BLE001, S112 - a thief tries every place
            continue
    return turn_log_cipher(master).open(sealed, TURN_LOG_PLACE).decode()


def bytes_of(data_dir: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in data_dir.glob("*.sqlite3*")}


def test_no_file_holds_what_was_erased_also_for_somebody_with_the_keys(
    data_dir: Path, visitor: Visitor, server: Deskbell
) -> None:
    (start, *_) = visitor.ask("Do you know the zanzibar tent?")
    conversation, turn = start.data["conversation"], start.data["turn"]
    visitor.post(f"/v1/turns/{turn}/feedback", {"rating": "down", "comment": "wombat"})
    visitor.post(f"/v1/conversations/{conversation}/handoff", {"email": "ann@mail.example", "note": "ocelot"})
    neighbour = Visitor(server.url, "pk_larkmoor")
    (kept, *_) = neighbour.ask("Do you know the marzipan tent?")
    sealed = sealed_words(data_dir, turn)
    assert len(sealed) > 6
    assert "zanzibar" in words_with_the_keys(data_dir, sealed[0], turn)  # so they are worth looking for
    before = bytes_of(data_dir)
    assert any(text in content for text in sealed for name, content in before.items() if name.endswith("-wal"))

    assert visitor.delete(f"/v1/conversations/{conversation}").status_code == 204

    assert left_of(sealed, data_dir) == []
    assert neighbour.get(f"/v1/conversations/{kept.data['conversation']}").json()["turns"]
    theirs = kept.data["turn"]
    assert "marzipan" in words_with_the_keys(data_dir, sealed_words(data_dir, theirs)[0], theirs)


def test_who_reads_an_older_state_delays_the_last_bytes_and_does_not_keep_them(
    data_dir: Path, visitor: Visitor
) -> None:
    (start, *_) = visitor.ask("Do you know the zanzibar tent?")
    sealed = sealed_words(data_dir, start.data["turn"])
    readers = [
        sqlite3.connect(data_dir / name, isolation_level=None) for name in ("deskbell.sqlite3", "turn_log.sqlite3")
    ]
    for reader in readers:
        reader.execute("begin")
        reader.execute("select count(*) from sqlite_master").fetchone()
    assert visitor.delete(f"/v1/conversations/{start.data['conversation']}").status_code == 204
    assert left_of(sealed, data_dir)
    for reader in readers:
        reader.close()
    deadline = time.monotonic() + LONGEST_WAIT_S
    while left_of(sealed, data_dir):
        assert time.monotonic() < deadline, "the bytes stay"
        time.sleep(0.2)


def left_of(sealed: list[bytes], data_dir: Path) -> list[str]:
    return [name for name, content in bytes_of(data_dir).items() for text in sealed if text in content]


def test_a_running_stream_ends_with_an_event_when_its_conversation_is_erased(
    data_dir: Path, visitor: Visitor, server: Deskbell
) -> None:
    heard: list[Heard] = []
    begun, turn = threading.Event(), str(uuid.uuid4())

    def read() -> None:
        with visitor.asking("Tell it slowly, quetzal", turn=turn) as response:
            for event in events_of(response.iter_lines()):
                heard.append(event)
                if len(heard) == 5:
                    begun.set()

    reading = threading.Thread(target=read)
    reading.start()
    assert begun.wait(30)
    other = Visitor(server.url, "pk_larkmoor")
    other.token = heard[0].data["visitor"]
    sealed = sealed_words(data_dir, turn)
    assert other.delete(f"/v1/conversations/{heard[0].data['conversation']}").status_code == 204
    reading.join(10)
    assert not reading.is_alive()
    assert heard[-1].event == "done"
    assert heard[-1].data["stop_reason"] == "stopped"
    assert [event.id for event in heard] == list(range(1, len(heard) + 1))
    assert other.again(turn).status_code == 404
    assert [name for name, content in bytes_of(data_dir).items() for text in sealed if text in content] == []

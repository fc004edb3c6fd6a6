"""TOML files are read in one place, and what is wrong with one is said with its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.domain.errors import SettingsError
from backend.domain.toml import read_toml, read_toml_text
from tests.servers import ROOT


def test_a_table_is_read_also_where_an_editor_has_put_a_mark_in_front(tmp_path: Path) -> None:
    table = tmp_path / "prices.toml"
    table.write_bytes('tea = "3.20"\n'.encode("utf-8-sig"))
    assert read_toml(table) == {"tea": "3.20"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"tea = [", "it is not TOML: "),
        ("tea = 'grün'".encode("utf-16"), "it is not UTF-8; save it again in that encoding."),
        (None, "it cannot be read: No such file or directory."),
    ],
)
def test_a_table_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, said: str) -> None:
    table = tmp_path / "prices.toml"
    if content is not None:
        table.write_bytes(content)
    with pytest.raises(SettingsError) as told:
        read_toml(table)
    assert str(told.value).startswith(f"{table}: {said}")
    assert "\n" not in str(told.value)


def test_nobody_else_reads_toml() -> None:
    readers = [path for path in (ROOT / "backend").rglob("*.py") if "tomllib" in path.read_text()]
    assert readers == [ROOT / "backend" / "domain" / "toml.py"]


def test_the_head_of_a_page_keeps_the_spelling_of_its_numbers_and_says_what_is_wrong() -> None:
    assert read_toml_text("title = 3.10\nready = true") == {"title": "3.10", "ready": True}
    for text in ("title = ", "x = " + "[" * 100_000):
        with pytest.raises(ValueError, match=r"."):
            read_toml_text(text)

"""`kb` puts documents into a site's knowledge, shows them and takes them out; each mistake is one clear sentence."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.app import House
from backend.commands import kb
from backend.commands.migrate import migrate_database
from backend.commands.site import apply_folder
from backend.domain.errors import SettingsError
from backend.settings import read_settings
from tests.knowledge.files import docx, paragraph, scanned_pdf

SITE = "pk_bicycleshop"
SETTINGS = f'key = "{SITE}"\nname = "Bicycle shop"\norigins = ["https://shop.example"]\n'
Kb = Callable[..., tuple[int, list[dict[str, object]], str]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A shop with one page in its folder."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "site" / "kb").mkdir(parents=True)
    (folder / "site" / "site.toml").write_text(SETTINGS)
    (folder / "site" / "kb" / "returns.md").write_text("# Returns\n\nWithin 30 days.")
    house = House(read_settings({"MODEL_PROVIDER": "embedded"}, folder))
    migrate_database(house.settings)
    apply_folder(folder / "site", house)
    yield house
    house.close()


@pytest.fixture
def run_kb(house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Kb:
    """Return a function that runs `kb …`, and gives its exit code, its JSON lines and its sentences."""

    def run(command: str, *arguments: str, stdin: str = "") -> tuple[int, list[dict[str, object]], str]:
        parser = argparse.ArgumentParser()
        kb.add_parser(parser.add_subparsers())
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        try:
            code = kb.run(parser.parse_args(["kb", command, "--site", SITE, "--json", *arguments]), house)
        except SettingsError as mistake:
            return 2, [], f"{mistake}\n"
        said = capsys.readouterr()
        return code, [json.loads(line) for line in said.out.splitlines()], said.err

    return run


def test_a_folder_is_added_found_shown_and_removed(run_kb: Kb, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "delivery.docx").write_bytes(docx(paragraph("Delivery takes three days.")))
    (tmp_path / "repairs.md").write_text("---\nid: repairs\n---\n# Repairs\n\nWe repair on Tuesdays.")
    (tmp_path / "scan.pdf").write_bytes(scanned_pdf())

    code, rows, _ = run_kb("add", str(tmp_path))
    assert code == 0
    assert {row["id"]: row["status"] for row in rows} == {
        "deep/delivery.docx": "added",
        "repairs": "added",
        "scan.pdf": "left_out",
    }
    assert [row["code"] for row in rows if row["status"] == "left_out"] == ["scanned"]

    _, found, _ = run_kb("search", stdin='{"id": 1, "question": "How long does delivery take?"}')
    assert found[0]["passages"][0]["document"] == "deep/delivery.docx"  # type: ignore[index]

    _, listed, _ = run_kb("list")
    assert [(row["id"], row["source"]) for row in listed] == [
        ("deep/delivery.docx", "added"),
        ("repairs", "added"),
        ("returns.md", "folder"),
    ]

    _, (shown,), _ = run_kb("show", "repairs")
    assert shown["text"] == "# Repairs\n\nWe repair on Tuesdays."
    assert shown["passages"] == [{"heading": "", "text": "We repair on Tuesdays."}]

    _, again, _ = run_kb("add", str(tmp_path / "repairs.md"))
    assert [row["status"] for row in again] == ["unchanged"]

    code, gone, _ = run_kb("remove", "repairs", "deep/delivery.docx")
    assert (code, [row["id"] for row in gone]) == (0, ["repairs", "deep/delivery.docx"])
    assert [row["id"] for row in run_kb("list")[1]] == ["returns.md"]


def test_adding_the_same_again_changes_nothing(run_kb: Kb, tmp_path: Path) -> None:
    (tmp_path / "hours.md").write_text("# Hours\n\nFrom nine to six.")
    assert [row["status"] for row in run_kb("add", str(tmp_path))[1]] == ["added"]
    assert [row["status"] for row in run_kb("add", str(tmp_path))[1]] == ["unchanged"]
    (tmp_path / "hours.md").write_text("# Hours\n\nFrom ten to six.")
    assert [row["status"] for row in run_kb("add", str(tmp_path))[1]] == ["replaced"]
    run_kb("remove", "hours.md")


def test_the_index_can_be_made_anew(run_kb: Kb) -> None:
    assert run_kb("reindex")[:2] == (0, [{"documents": 1}])


@pytest.mark.parametrize(
    ("command", "arguments", "named"),
    [
        ("add", ["no/such/file.md"], "no/such/file.md"),
        ("add", ["/"], ""),
        ("show", ["nothing.md"], "'nothing.md'"),
        ("remove", ["returns.md", "nothing.md"], "'nothing.md'"),
    ],
)
def test_what_cannot_be_done_is_named_and_changes_nothing(
    run_kb: Kb, tmp_path: Path, command: str, arguments: list[str], named: str
) -> None:
    given = [str(tmp_path) if each == "/" else each for each in arguments]
    code, rows, said = run_kb(command, *given)
    assert (code, rows) == (2, [])
    assert named in said
    assert said.count("\n") == 1
    assert [row["id"] for row in run_kb("list")[1]] == ["returns.md"]


def test_nothing_but_files_that_cannot_be_read_is_a_failure(run_kb: Kb, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(scanned_pdf())
    code, rows, _ = run_kb("add", str(tmp_path / "scan.pdf"))
    assert (code, rows[0]["code"]) == (1, "scanned")


def test_a_page_that_would_come_back_is_said_to(run_kb: Kb) -> None:
    _, _, said = run_kb("remove", "returns.md")
    assert "site apply" in said

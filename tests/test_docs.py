"""The pages under docs/ name what exists, and all that exists has its line."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.commands import check, eval, jobs, kb, migrate, serve, site, user, verify
from backend.domain import errors
from backend.domain.events import Delta, Done, Failed, Notice, Replace, Sources, Start
from backend.domain.reply import Reply, Usage
from backend.telemetry.turns import TurnTelemetry
from backend.wire.events import event_on_the_wire
from tests.servers import ROOT

REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted((ROOT / "docs").rglob("*.md"))
NAMED = re.compile(r"`((?:backend|widget|tests|deploy|examples)/[\w./-]+\.\w+)`")
FIRST_CELL = re.compile(r"^\| `([^`]+)` \|", re.M)


def rows_of(page: str) -> set[str]:
    return set(FIRST_CELL.findall((REFERENCE / page).read_text()))


def commands_of(parser: argparse.ArgumentParser, before: str = "") -> Iterator[str]:
    """Yield every command that can be given, those below another behind its name."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in below:
        for name, child in action.choices.items():
            yield from commands_of(child, f"{before} {name}".strip())
    if not below:
        yield before


def all_errors(kind: type[errors.ChatError]) -> Iterator[type[errors.ChatError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from all_errors(child)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    named = NAMED.findall(page.read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", ["one-question", "one-page", "one-setting"])
def test_the_walks_name_the_files_that_they_pass(name: str) -> None:
    assert len(NAMED.findall((ROOT / "docs" / "explanation" / f"{name}.md").read_text())) >= 8


def test_every_command_has_its_line() -> None:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    for command in (serve, migrate, site, kb, user, check, eval, verify, jobs):
        command.add_parser(subparsers)
    assert rows_of("commands.md") == set(commands_of(parser))


def test_every_metric_has_its_line(tmp_path: Path) -> None:
    text = TurnTelemetry(None).exposition()[0].decode()
    families = set(re.findall(r"^# TYPE (\w+) ", text, re.M))
    assert rows_of("metrics.md") == {name.removesuffix("_total") for name in families if not name.endswith("_created")}


def test_every_error_has_its_line() -> None:
    assert rows_of("errors.md") == {error.code for error in all_errors(errors.ChatError)}


def test_every_event_has_its_line() -> None:
    usage = Usage()
    events = [
        Start("t", "c", None, "m"),
        Delta(""),
        Replace(Reply("", 0.0), ""),
        Notice("truncated", ""),
        Sources(()),
        Done("end_turn", True, False, 1.0, usage),
        Failed("timeout", "", True),
    ]
    assert rows_of("events.md") == {event_on_the_wire(event)[0] for event in events}

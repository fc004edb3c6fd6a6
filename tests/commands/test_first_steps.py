"""Commands given in the wrong order: what was forgotten is named, and nothing is half done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers import environment_for, run_backend


@pytest.mark.parametrize("command", ["site list", "site apply tests/larkmoor"])
def test_a_command_before_the_tables_are_made_says_to_make_them(command: str, tmp_path: Path) -> None:
    done = run_backend(*command.split(), environment=environment_for(tmp_path))
    assert done.returncode == 2
    assert done.stderr == "deskbell: the database is not up to date: run `python -m backend migrate`\n"
    assert done.stdout == ""

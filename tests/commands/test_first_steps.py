"""Commands given in the wrong order: what was forgotten is named, and nothing is half done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ROOT, environment_for


@pytest.mark.parametrize("command", ["site list", "site apply tests/larkmoor"])
def test_a_command_before_the_tables_are_made_says_to_make_them(command: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "backend", *command.split()],
        cwd=ROOT,
        env=environment_for(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "deskbell: the database is not up to date: run `python -m backend migrate`\n"
    assert done.stdout == ""

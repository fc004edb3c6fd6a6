"""A small share of the matrix, drawn anew by its seed: the whole is `make matrix`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.model_server import FAILURES
from tests.servers import ROOT
from tests.tools.matrix.failures import ENDS
from tests.tools.matrix.page import PAGE


def test_a_share_of_every_promise_of_the_stream_is_kept(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.tools.matrix", "--quick", "--seed", "7"]
    said = tmp_path / "said"  # a file: a pipe would be waited for until all that it started has ended
    with said.open("w") as sink:
        done = subprocess.run(command, cwd=ROOT, stdout=sink, stderr=sink, check=False)
    assert done.returncode == 0, said.read_text()
    assert "NOT AS PROMISED" not in said.read_text()


def test_the_page_shows_every_failure_and_no_broken_promise() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "make matrix" in page
    for kind in FAILURES:
        assert page.count(f"| `{kind}` |") == 2
    for end in ("FALSE DONE", "SPLICED", "NO END"):
        assert end in ENDS
        assert f"**{end}**" not in page

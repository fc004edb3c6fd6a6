"""A small share of the matrix, drawn anew by its seed: the whole is `make matrix`."""

from __future__ import annotations

import subprocess
import sys

from tests.model_server import FAILURES
from tests.servers import ROOT
from tests.tools.matrix.failures import ENDS
from tests.tools.matrix.page import PAGE


def test_a_share_of_every_promise_of_the_stream_is_kept() -> None:
    command = [sys.executable, "-m", "tests.tools.matrix", "--quick", "--seed", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "NOT AS PROMISED" not in done.stdout


def test_the_page_shows_every_failure_and_no_broken_promise() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "make matrix" in page
    for kind in FAILURES:
        assert page.count(f"| `{kind}` |") == 2
    for end in ("FALSE DONE", "SPLICED", "NO END"):
        assert end in ENDS
        assert f"**{end}**" not in page

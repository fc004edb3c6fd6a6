"""`verify` on the command line: what was changed in the record is named."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.servers import environment_for, run_backend


def test_a_changed_row_is_named_and_the_exit_code_says_so(tmp_path: Path) -> None:
    environment = environment_for(tmp_path)
    assert run_backend("migrate", environment=environment).returncode == 0
    for name in ("mk", "jt", "rs"):
        run_backend("user", "add", f"{name}@shop.example", "--role", "owner", environment=environment)
    whole = run_backend("verify", environment=environment)
    assert (whole.returncode, whole.stdout) == (0, "")
    assert "Unchanged: 3 rows in 1 chains" in whole.stderr
    with sqlite3.connect(tmp_path / "deskbell.sqlite3") as database:
        database.execute("UPDATE audit SET content = replace(content, 'jt@', 'xx@') WHERE number = 2")
    changed = run_backend("verify", environment=environment)
    assert changed.returncode == 1
    said = "what was changed, or who did it, is not what was written"
    assert changed.stdout == f"the house, row 2: {said}\n"
    as_json = run_backend("verify", "--json", environment=environment)
    assert as_json.returncode == 1
    assert json.loads(as_json.stdout) == {
        "chains": [{"site": None, "rows": 3, "changed": [{"row": 2, "why": said}]}],
        "rows": 3,
    }
    assert run_backend("verify", "--jsn", environment=environment).returncode == 2

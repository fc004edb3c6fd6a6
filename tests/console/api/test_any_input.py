"""Whatever a tool sends: an answer that the description at /openapi.json promises, and no error of ours.

More of the same, and longer: raise CASES.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.knowledge.index import Change
from backend.services.keep_documents import keep_documents
from tests.console.api.tool import Tool
from tests.console.staff import Staff

CASES = 4  # of each kind that Hypothesis thinks of, for each call
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance,status_code_conformance"
COMMAND = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"]
PAGE = Document("returns.md", "Returns", "", "# Returns\n\nWithin 60 days.")


def test_any_input_gets_an_answer_that_was_promised(staff: Staff, site: Site, tools: Any, tmp_path: Path) -> None:
    keep_documents(site, Change([PAGE], "added"), staff.house)
    tool: Tool = tools()
    config = tmp_path / "schemathesis.toml"
    config.write_text(f'[parameters]\n"path.site" = "{site.key}"\n')
    described = f"{staff.server.url}/openapi.json"
    asked = ["--url", staff.server.url, "--header", f"Authorization: {tool.http.headers['authorization']}"]
    tried = ["--checks", CHECKS, "--phases", "examples,fuzzing", "--max-examples", str(CASES), "--workers", "1"]
    how = ["--generation-deterministic", "--request-timeout", "20"]
    run = subprocess.run(
        [*COMMAND, "--config-file", str(config), "--no-color", "run", described, *asked, *tried, *how],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout[-6_000:]
    assert "Tested: " in run.stdout

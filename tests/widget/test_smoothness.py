"""How much of the visitor's device an answer costs, beside a page that only appends text, in the same browser.

`python -m tests.tools.bench.browser` measures it with care; this notices when it goes wrong.
"""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.tools.bench.browser.answering import cost_of_naive, cost_of_ours
from tests.widget.scripted_api import ScriptedApi

TOKENS_PER_SECOND = 500  # the pace of a very fast model


def test_a_long_answer_costs_less_than_on_a_page_that_only_appends_text(browser: Browser, api: ScriptedApi) -> None:
    naive = cost_of_naive(browser, api, TOKENS_PER_SECOND)
    ours, _ = cost_of_ours(browser, api, TOKENS_PER_SECOND)

    assert ours.cpu_ms < naive.cpu_ms

"""Whatever happens while a long answer is written, in the end all of it stands there, as if it had come at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import CHROMIUM, FLAGS, PATIENCE_MS
from tests.journeys.conftest import Person, Product
from tests.servers import ModelServer
from tests.slow_wire import SlowWire

PARAGRAPH = """## How to dry a tent, part {letter}

Shake it out and **hang it up**, in the shade where you can. *Never* fold it wet:

1. open every zip
   - the doors
   - the vents
2. wipe the `groundsheet` from the middle
3. turn it over

| Part | What helps |
|---|---|
| fly | wind |
| inner | warmth & time |

```
hang --all --shade
```

> A damp tent is not dry. Café, naïve, 日本語, 🎒.

"""
LONG = "".join(PARAGRAPH.format(letter=letter) for letter in "abcdefgh")
REPLY = {"message": LONG, "confidence": 0.9, "followups": ["And then?"]}
SHOWN = """() => [...document.querySelector("deskbell-widget").shadowRoot.querySelectorAll(".md")]
  .map((answer) => answer.textContent)"""
STORED = """async (api) => {
  const kept = Object.keys(localStorage).find((key) => key.startsWith("deskbell:"));
  const {visitor, conversation} = JSON.parse(localStorage[kept]);
  const headers = {Authorization: `Bearer ${visitor}`};
  const {turns} = await (await fetch(`${api}/v1/conversations/${conversation}`, {headers})).json();
  return turns.map((turn) => turn.reply.message);
}"""
LISTEN = """
  window.Deskbell = window.Deskbell || [];
  Deskbell.push(["on", "reply", (reply) => (window.replied = reply.message)]);
  addEventListener("pageshow", ({persisted}) => (window.wasKept = persisted));
"""


def begin(visitor: Person, shop: str) -> Person:
    """Ask, and wait until the answer has begun and is far from its end."""
    visitor.page.add_init_script(LISTEN)
    visitor.opens(shop).asks("How do I dry a tent?")
    return visitor.is_at("part b", before="part h")


def stands_there_whole(visitor: Person, product: Product, model: ModelServer) -> None:
    """The text on the screen is that of the stored reply drawn at once, and nothing was asked twice."""
    visitor.reads("part h").sees_the_end()
    shown: list[str] = visitor.page.evaluate(SHOWN)
    (stored,) = visitor.page.evaluate(STORED, product.url)
    assert stored == LONG
    assert visitor.page.evaluate("window.replied") == stored
    another = Person(visitor.page.context.new_page()).opens(product.allowed_shop).reads("part h").sees_the_end()
    assert another.page.evaluate(SHOWN) == shown
    assert shown[0].count("part h") == 1
    assert len(model.requests()) == 1
    assert visitor.errors == []


@pytest.fixture
def model_that_takes_its_time(model: ModelServer) -> ModelServer:
    model.play({"reply": REPLY, "pace_ms": 4})
    model.forget()
    return model


def test_over_a_reload(writing: Product, model_that_takes_its_time: ModelServer, person: Callable[..., Person]) -> None:
    visitor = begin(person(), writing.allowed_shop)
    visitor.page.reload()
    expect(visitor.part("panel")).to_be_visible()
    stands_there_whole(visitor, writing, model_that_takes_its_time)


def test_over_a_panel_that_is_closed_and_opened(
    writing: Product, model_that_takes_its_time: ModelServer, person: Callable[..., Person]
) -> None:
    visitor = begin(person(), writing.allowed_shop)
    for _ in range(3):
        visitor.part("question").press("Escape")
        expect(visitor.part("panel")).to_be_hidden()
        visitor.part("launcher").click()
        expect(visitor.part("panel")).to_be_visible()
    stands_there_whole(visitor, writing, model_that_takes_its_time)


def test_over_a_network_that_goes_and_comes_back(
    writing: Product, model_that_takes_its_time: ModelServer, person: Callable[..., Person]
) -> None:
    page = writing.shop.page
    with SlowWire(int(writing.url.rsplit(":", 1)[1])) as wire:
        writing.shop.page = page.replace(writing.url, f"https://127.0.0.1:{wire.port}")
        visitor = begin(person(), writing.allowed_shop)
        wire.cut()
        visitor.page.context.set_offline(True)
        expect(visitor.part("notice")).to_contain_text("Reconnecting", timeout=PATIENCE_MS)
        wire.mend()
        visitor.page.context.set_offline(False)
        writing.shop.page = page
        stands_there_whole(visitor, writing, model_that_takes_its_time)


@pytest.fixture(scope="module")
def forgetful_of_nothing(browser: Browser) -> Iterator[Browser]:
    """A browser that keeps the pages that one has left, as people's browsers do."""
    running = browser.browser_type.launch(
        executable_path=str(CHROMIUM), args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield running
    running.close()


def test_over_a_look_at_another_page_from_which_one_comes_back(
    writing: Product, model_that_takes_its_time: ModelServer, forgetful_of_nothing: Browser
) -> None:
    context: Any = forgetful_of_nothing.new_context(ignore_https_errors=True)
    visitor = begin(Person(context.new_page()), writing.allowed_shop)
    visitor.page.evaluate("window.isTheSamePage = true")
    before = len(visitor.page.evaluate(SHOWN)[0])
    visitor.page.goto(f"{writing.allowed_shop}/other")
    visitor.page.go_back(wait_until="commit")
    visitor.page.wait_for_function(f"({SHOWN})()[0].length > {before}")
    assert visitor.page.evaluate("[window.isTheSamePage, window.wasKept]") == [True, True]
    stands_there_whole(visitor, writing, model_that_takes_its_time)
    context.close()

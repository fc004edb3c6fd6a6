"""What real pages do to a guest: they swap their body, hold the focus, take keys, turn dark, and remove things."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.widget.conftest import Visitor
from tests.widget.scripted_api import ScriptedApi, stream_of

LONG = "\n\n".join(f"Paragraph {number}: a tent that is dry can be packed." for number in range(60))
REMOVING = """
  window.removed = 0;
  new MutationObserver(() => document.querySelectorAll("NAME").forEach((it) => (removed++, it.remove())))
    .observe(document.documentElement, {childList: true, subtree: true});
"""
BUSY = "setInterval(() => document.body.append(document.createElement('i')), 100)"
SWAPS = {
    "another body": "document.documentElement.replaceChild(document.createElement('body'), document.body)",
    "another document element": """
        const html = document.createElement("html");
        html.append(document.createElement("head"), document.createElement("body"));
        document.replaceChild(html, document.documentElement)""",
    "an empty body": "document.body.replaceChildren()",
    "a moved element": """
        const place = document.body.appendChild(document.createElement("div"));
        place.append(document.querySelector("deskbell-widget")); place.remove()""",
}


def our(visitor: Visitor, script: str) -> Any:
    return visitor.page.evaluate(
        f"(() => {{ const it = document.querySelector('deskbell-widget').shadowRoot; {script} }})()"
    )


# Put back, with patience


@pytest.mark.parametrize("swap", SWAPS)
def test_what_a_page_swaps_away_comes_back_as_it_was(visitor: Visitor, api: ScriptedApi, swap: str) -> None:
    api.answer(stream_of(LONG))
    visitor.visit().open().ask().is_done()
    visitor.part("log").evaluate("log => { log.scrollTop = 700 }")
    visitor.part("question").fill("Half a question")
    visitor.part("question").evaluate("field => field.setSelectionRange(2, 6)")
    visitor.page.wait_for_function(
        "document.querySelector('deskbell-widget').shadowRoot.querySelector('.log').scrollTop === 700"
    )
    visitor.page.evaluate(SWAPS[swap])
    expect(visitor.part("panel")).to_be_visible()
    visitor.page.wait_for_function(
        "document.querySelector('deskbell-widget').shadowRoot.querySelector('.log').scrollTop === 700"
    )
    expect(visitor.part("question")).to_be_focused()
    state = "field => [field.value, field.selectionStart, field.selectionEnd]"
    assert visitor.part("question").evaluate(state) == ["Half a question", 2, 6]
    assert visitor.page.locator("deskbell-widget").count() == 1
    assert visitor.page.locator("body > deskbell-announcer").count() == 1


def test_what_a_page_swaps_away_closed_comes_back_closed(visitor: Visitor) -> None:
    visitor.visit().page.evaluate(SWAPS["another body"])
    expect(visitor.part("launcher")).to_be_visible()
    expect(visitor.part("panel")).to_have_count(0)


@pytest.mark.parametrize("name", ["deskbell-widget", "deskbell-announcer"])
@pytest.mark.parametrize("pace", ["0", BUSY])
def test_a_page_that_removes_it_each_time_is_not_frozen_and_is_told_once(
    visitor: Visitor, name: str, pace: str
) -> None:
    visitor.page.clock.install()
    visitor.visit().page.evaluate(pace)
    visitor.page.evaluate(REMOVING.replace("NAME", name))
    visitor.page.evaluate(f"document.querySelector('{name}').remove()")
    visitor.page.clock.run_for(60_000)
    assert 1 <= visitor.page.evaluate("removed") <= 6
    assert [line for line in visitor.console if "Deskbell" in line] == [
        "warning: Deskbell: this page keeps removing it"
    ]


def test_a_page_that_swaps_its_body_wherever_it_meets_us_is_not_frozen(visitor: Visitor) -> None:
    visitor.page.clock.install()
    visitor.visit().page.evaluate("""
      window.swapped = 0;
      const swap = () => {
        if (!document.querySelector("deskbell-widget")) return;
        document.documentElement.replaceChild(document.createElement("body"), document.body);
        swapped++;
      };
      new MutationObserver(swap).observe(document.documentElement, {childList: true, subtree: true});
      swap();
    """)
    visitor.page.clock.run_for(60_000)
    assert 10 < visitor.page.evaluate("swapped") < 60
    assert [line for line in visitor.console if "Deskbell" in line] == [
        "warning: Deskbell: this page keeps removing it"
    ]


def test_a_busy_page_that_empties_its_body_again_and_again_gets_it_back(visitor: Visitor) -> None:
    visitor.page.clock.install()
    visitor.visit().page.evaluate(BUSY)
    for _ in range(3):
        visitor.page.evaluate("document.body.replaceChildren()")
        visitor.page.clock.run_for(300)
    visitor.page.clock.run_for(9000)
    expect(visitor.part("launcher")).to_be_visible()
    assert [line for line in visitor.console if "Deskbell" in line] == []


# The place that the tag names

PLACE = (
    "const place = document.createElement('section'); place.id = 'help'; document.querySelector('main').append(place)"
)


def test_a_place_is_found_when_it_comes_lost_with_its_view_and_found_again(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.page.goto(
        api.page(
            "/app",
            f'<!doctype html><html lang="en"><title>App</title><main></main><script async src="{api.origin}/widget.js" '
            'data-site="pk_test" data-target="#help"></script></html>',
        )
    )
    visitor.page.wait_for_function("!!window.Deskbell?.destroy")
    visitor.page.wait_for_timeout(200)
    assert visitor.page.locator("deskbell-widget").count() == 0
    for _ in range(8):  # a page that goes on without the place is not one that takes us away
        visitor.page.evaluate("document.body.append(document.createElement('p'))")
    visitor.page.evaluate(PLACE)
    visitor.part("panel").wait_for(state="visible")
    assert visitor.page.locator("#help > deskbell-widget").count() == 1
    visitor.ask("A tent?").is_done()
    visitor.page.evaluate("document.querySelector('#help').remove()")
    expect(visitor.page.locator("deskbell-widget")).to_have_count(0)
    visitor.page.evaluate(PLACE)
    visitor.part("panel").wait_for(state="visible")
    assert "A tent?" in visitor.text()


def test_a_page_moves_it_recolours_it_and_makes_it_speak_another_language(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.visit(html='<h1>x</h1><div id="place" style="height:600px"></div>').page.evaluate(
        "Deskbell.theme('dark'); Deskbell.locale('de'); Deskbell.mount(document.querySelector('#place'))"
    )
    visitor.part("panel").wait_for(state="visible")
    assert visitor.page.locator("#place > deskbell-widget").count() == 1
    assert visitor.part("panel").get_attribute("role") == "region"
    expect(visitor.part("question")).to_have_attribute("placeholder", "Stellen Sie eine Frage")
    assert visitor.part("panel").evaluate("it => getComputedStyle(it).colorScheme") == "dark"


def test_after_the_end_a_call_is_harmless(visitor: Visitor) -> None:
    visitor.visit().page.evaluate(
        "const it = Deskbell; it.destroy(); for (const name in it) it[name]('x', () => 0); it.push(['open'])"
    )
    assert visitor.page.locator("deskbell-widget, deskbell-announcer").count() == 0
    assert visitor.errors == []


# Keys and focus

GREEDY = """<script>
  window.taken = [];
  addEventListener("load", () => {
    for (const target of [document, document.body, document.documentElement])
      for (const name of ["keydown", "keyup", "keypress", "input", "focusin", "paste"])
        for (const early of [true, false])
          target.addEventListener(name, (event) => (taken.push(name), event.preventDefault()), early);
    document.addEventListener("focusin", () => document.querySelector("#trap").focus());
  });
</script>"""


def test_no_key_that_is_pressed_in_it_leaves_it(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit(head=GREEDY, html='<h1>x</h1><input id="trap" aria-label="x">')
    visitor.page.evaluate("taken.length = 0")
    visitor.open()
    visitor.part("question").click()
    visitor.page.keyboard.type("/ s j k?")
    expect(visitor.part("question")).to_have_value("/ s j k?")
    expect(visitor.part("question")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    visitor.is_done()
    assert visitor.page.evaluate("taken") == []
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("panel")).to_be_hidden()


def test_a_dialog_of_the_page_does_not_shut_the_visitor_out(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit(html='<h1>x</h1><dialog aria-label="Sizes"><button>Close</button></dialog>')
    visitor.page.evaluate("document.querySelector('dialog').showModal(); Deskbell.open()")
    visitor.part("panel").wait_for(state="visible")
    visitor.part("question").click()
    visitor.ask().is_done()
    box = visitor.part("panel").bounding_box()
    assert (round(box["x"] + box["width"]), round(box["y"] + box["height"])) == (1280 - 24, 800 - 24)
    visitor.page.evaluate("document.querySelector('dialog').close()")
    expect(visitor.part("panel")).to_be_visible()
    assert visitor.page.locator("body > deskbell-widget").count() == 1


def test_a_page_that_hides_all_but_its_dialog_does_not_hide_it(visitor: Visitor) -> None:
    visitor.visit().page.evaluate(
        "const it = document.querySelector('deskbell-widget'); it.inert = true; it.ariaHidden = 'true'"
    )
    visitor.open()
    assert visitor.page.locator("deskbell-widget").get_attribute("aria-hidden") is None


def test_a_dialog_may_hide_the_rest_of_the_page_as_often_as_it_is_opened(visitor: Visitor) -> None:
    visitor.page.clock.install()
    visitor.visit()
    for _ in range(25):
        visitor.page.evaluate(
            "document.querySelectorAll('deskbell-widget, deskbell-announcer')"
            ".forEach((it) => { it.inert = true; it.ariaHidden = 'true' })"
        )
        visitor.page.clock.run_for(1000)
    assert visitor.page.locator("deskbell-widget:not([inert], [aria-hidden])").count() == 1
    assert visitor.page.locator("deskbell-announcer:not([inert], [aria-hidden])").count() == 1


def test_a_dialog_within_a_dialog_gives_it_back_to_the_outer_one(visitor: Visitor) -> None:
    visitor.visit(
        html='<dialog id="outer" aria-label="a">a<dialog id="inner" aria-label="b">b</dialog></dialog>'
    ).open()
    for script in ("outer.showModal(); Deskbell.open()", "inner.showModal(); Deskbell.open()", "inner.close()"):
        visitor.page.evaluate(script)
        visitor.part("question").click()
        visitor.page.keyboard.type("x")
    expect(visitor.part("question")).to_have_value("xxx")
    assert visitor.page.locator("#outer > deskbell-announcer").count() == 1  # what lies beside is silent
    visitor.page.evaluate("outer.close()")
    expect(visitor.page.locator("body > deskbell-widget")).to_have_count(1)


HOLDING = """<div role="dialog" aria-label="Sizes"><input id="size" aria-label="Size"></div>
<button>Elsewhere</button><script>
  const isOut = (node) => node && !document.querySelector("[role=dialog]").contains(node);
  document.addEventListener("focusout", ({target, relatedTarget}) => {
    if (target === size && isOut(relatedTarget)) size.focus();
  });
</script>"""


def test_a_dialog_that_takes_the_focus_back_as_it_goes_leaves_it_to_us(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit(html=HOLDING)
    size = visitor.page.get_by_label("Size", exact=True)
    size.focus()
    visitor.open()
    size.focus()
    visitor.part("question").click()
    visitor.page.keyboard.type("A tent?")
    expect(visitor.part("question")).to_have_value("A tent?")
    visitor.page.keyboard.press("Enter")
    visitor.is_done()
    size.focus()
    visitor.page.get_by_role("button", name="Elsewhere").focus()
    expect(size).to_be_focused()  # what is the page's own goes on as before


SHUTTING = """<div role="dialog" aria-label="Size chart"><p>Sizes</p></div><button>Outside</button><script>
  window.pressed = [];
  for (const name of ["pointerdown", "mousedown", "touchstart", "click"])
    document.addEventListener(name, (event) => {
      const dialog = document.querySelector("[role=dialog]");
      if (dialog.contains(event.target)) return;
      pressed.push(name);
      event.preventDefault();
      event.stopImmediatePropagation();
      dialog.hidden = true;
    }, true);
</script>"""


def test_a_dialog_that_shuts_at_a_press_outside_does_not_hear_of_ours(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit(html=SHUTTING).open()
    visitor.part("question").click()
    expect(visitor.part("question")).to_be_focused()
    visitor.ask("A tent?").is_done()
    visitor.page.get_by_label("More").click()
    visitor.page.get_by_role("button", name="Erase this conversation").wait_for()
    visitor.page.get_by_label("More").click()
    expect(visitor.page.get_by_role("button", name="Erase this conversation")).to_be_hidden()
    assert visitor.page.evaluate("pressed") == []
    expect(visitor.page.get_by_role("dialog", name="Size chart")).to_be_visible()
    visitor.page.get_by_role("button", name="Outside").click()
    expect(visitor.page.get_by_role("dialog", name="Size chart")).to_be_hidden()


def test_a_field_of_the_page_hears_that_it_is_left(visitor: Visitor) -> None:
    html = """<input aria-label="Name"><script>
      document.querySelector("input").addEventListener("focusout", ({target}) => { target.title = "left" });
    </script>"""
    visitor.visit(html=html).open()
    visitor.page.get_by_label("Name").focus()
    visitor.part("question").click()
    expect(visitor.page.get_by_label("Name")).to_have_attribute("title", "left")


def test_it_comes_into_what_fills_the_screen_and_leaves_it_again(visitor: Visitor) -> None:
    html = '<h1>x</h1><div id="all"><button onclick="this.parentNode.requestFullscreen()">Fill</button></div>'
    visitor.visit(html=html).page.get_by_role("button", name="Fill").click()
    visitor.page.wait_for_function("document.fullscreenElement")
    visitor.page.evaluate("Deskbell.open()")
    visitor.part("question").click()
    visitor.page.keyboard.type("x")
    expect(visitor.part("question")).to_have_value("x")
    visitor.page.evaluate("document.exitFullscreen()")
    expect(visitor.page.locator("body > deskbell-widget")).to_have_count(1)
    expect(visitor.part("panel")).to_be_visible()


FORBIDDING = """<script>
  window.taken = [];
  for (const name of ["wheel", "touchmove", "copy", "cut", "dragover", "drop"])
    document.addEventListener(name, (event) => { taken.push(name); event.preventDefault(); }, {passive: false});
</script>"""
A_FILE = """
  const dragged = new DataTransfer();
  dragged.items.add(new File(["x"], "x.txt"));
  const how = {dataTransfer: dragged, bubbles: true, cancelable: true, composed: true};
  it.querySelector("textarea").dispatchEvent(new DragEvent("drop", how))"""


def test_what_a_page_takes_everywhere_it_does_not_take_here(visitor: Visitor, api: ScriptedApi) -> None:
    api.answer(stream_of(LONG))
    visitor.visit(head=FORBIDDING).open().ask().is_done()
    log = visitor.part("log")
    log.evaluate("log => { log.scrollTop = 700 }")
    log.hover()
    visitor.page.mouse.wheel(0, -200)
    visitor.page.wait_for_function(
        "document.querySelector('deskbell-widget').shadowRoot.querySelector('.log').scrollTop < 700"
    )
    our(visitor, A_FILE)
    visitor.reads("Only text can be sent.")
    visitor.part("question").fill("some words")
    visitor.part("question").press("ControlOrMeta+a")
    visitor.part("question").press("ControlOrMeta+x")
    expect(visitor.part("question")).to_have_value("")
    assert visitor.page.evaluate("taken") == []


def test_a_page_that_hides_it_each_time_is_not_frozen(visitor: Visitor) -> None:
    visitor.visit().page.evaluate("""() => {
      const it = document.querySelector("deskbell-widget");
      new MutationObserver(() => it.hasAttribute("inert") || it.setAttribute("inert", ""))
        .observe(it, {attributes: true});
      it.setAttribute("inert", "");
    }""")
    assert visitor.page.evaluate("1 + 1") == 2


# Over everything, and not in print


def test_it_lies_over_the_highest_header_and_stays_in_its_corner_in_a_turned_body(visitor: Visitor) -> None:
    head = "<style>body { transform: translateX(40px) } header { position: fixed; z-index: 2147483647 }</style>"
    visitor.visit(head=head, html="<header>On top</header>").open()
    box = visitor.part("panel").bounding_box()
    assert round(box["x"] + box["width"]) == 1280 - 24
    visitor.page.keyboard.type("on top")
    expect(visitor.part("question")).to_have_value("on top")


def test_a_page_that_is_drawn_larger_leaves_its_head_in_sight(visitor: Visitor) -> None:
    visitor.visit(head="<style>html { zoom: 1.5 }</style>").open()
    assert visitor.part("panel").bounding_box()["y"] >= 0


def test_a_page_with_a_node_of_its_own_gets_answers(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    head = "<script>class Node {} class Text {} class Element {} Promise.race = undefined</script>"
    visitor.visit(head=head).open().ask().is_done()
    assert visitor.errors == []


def test_it_is_not_printed(visitor: Visitor) -> None:
    visitor.visit().open().page.emulate_media(media="print")
    expect(visitor.part("panel")).to_be_hidden()
    expect(visitor.part("launcher")).to_be_hidden()


def test_it_is_dark_where_the_page_is(visitor: Visitor) -> None:
    scheme = "it => getComputedStyle(it).colorScheme"
    visitor.visit().open()
    for script, expected in (
        ("document.documentElement.dataset.theme = 'dark'", "dark"),
        ("document.documentElement.dataset.theme = 'light'", "light"),
        ("delete document.documentElement.dataset.theme", "light dark"),
        ("document.documentElement.style.colorScheme = 'dark'", "dark"),
    ):
        visitor.page.evaluate(script)
        visitor.page.wait_for_function(
            "expected => getComputedStyle(document.querySelector('deskbell-widget').shadowRoot"
            ".querySelector('.panel')).colorScheme === expected",
            arg=expected,
        )
        assert visitor.part("panel").evaluate(scheme) == expected


def test_the_page_behind_a_phones_panel_does_not_scroll(visit: Any, api: ScriptedApi) -> None:
    visitor: Visitor = visit(viewport={"width": 390, "height": 780})
    visitor.visit(html='<h1>x</h1><p style="height: 4000px">long</p>').open()
    for y in (30, 300, 750):  # the head, the log, the box
        visitor.page.mouse.move(100, y)
        visitor.page.mouse.wheel(0, 600)
    visitor.page.evaluate("new Promise(requestAnimationFrame)")
    visitor.page.wait_for_timeout(300)
    assert visitor.page.evaluate("scrollY") == 0


def test_at_four_hundred_percent_half_is_left_for_the_answer(visit: Any, api: ScriptedApi) -> None:
    api.answer(stream_of(LONG))
    visitor: Visitor = visit(viewport={"width": 320, "height": 200})
    visitor.visit().open().ask().is_done()
    assert visitor.part("log").bounding_box()["height"] >= 100


# Free to look


@pytest.mark.parametrize("move", ["wheel", "key", "bar", "touch"])
def test_any_move_up_ends_the_following_at_once(visit: Any, api: ScriptedApi, move: str) -> None:
    visitor: Visitor = visit(has_touch=move == "touch")
    answer = api.answer(stream_of(LONG), hold_at=80)
    visitor.visit().open().ask().reads("Paragraph 30")
    visitor.page.get_by_role("button", name="New text below").click()
    before = visitor.part("log").evaluate("log => log.scrollTop")
    if move == "wheel":
        visitor.part("log").hover()
        visitor.page.mouse.wheel(0, -8)
    elif move == "key":
        visitor.part("log").focus()
        visitor.page.keyboard.press("ArrowUp")
    elif move == "bar":
        visitor.part("log").evaluate("log => { log.scrollTop -= 30 }")
    else:
        visitor.part("log").evaluate("log => log.dispatchEvent(new Event('touchmove'))")
    visitor.page.wait_for_timeout(150)
    answer.release.set()
    visitor.is_done()
    assert visitor.part("log").evaluate("log => log.scrollTop") <= before
    expect(visitor.page.get_by_role("button", name="New text below")).to_be_visible()


# Open stays open


def test_open_stays_open_over_pages_and_takes_no_focus(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().ask().is_done()
    visitor.reload()
    assert visitor.page.evaluate("document.activeElement === document.body")
    visitor.page.get_by_role("button", name="Close").click()
    visitor.page.reload()
    expect(visitor.part("launcher")).to_be_visible()
    expect(visitor.part("panel")).to_have_count(0)


def test_an_owner_may_want_it_open_on_the_first_page_alone(visitor: Visitor) -> None:
    visitor.visit('data-open="once"').part("panel").wait_for(state="visible")
    visitor.page.reload()
    expect(visitor.part("launcher")).to_be_visible()


# Small ones


def test_what_is_asked_without_a_line_goes_out_when_it_is_back(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open()
    visitor.context.set_offline(True)
    visitor.ask("Anyone there?").reads("Reconnecting.")
    visitor.page.wait_for_timeout(6000)
    expect(visitor.part("retry")).to_have_count(0)
    visitor.context.set_offline(False)
    visitor.is_done()
    assert [each["message"] for each in api.questions()] == ["Anyone there?"]


def test_what_the_page_asks_during_an_answer_waits_its_turn_and_says_so(visitor: Visitor, api: ScriptedApi) -> None:
    first = api.answer(stream_of("One. " * 30), hold_at=5)
    for words in ("Two.", "Three."):
        api.answer(stream_of(words))
    visitor.visit().open().ask("First?").reads("One.")
    visitor.page.evaluate("Deskbell.ask('Second?'); Deskbell.ask('Third?')")
    visitor.reads("Your question waits for this answer, then goes out by itself.")
    assert len(api.questions()) == 1
    first.release.set()
    visitor.reads("Three.")
    assert [each["message"] for each in api.questions()] == ["First?", "Second?", "Third?"]


def test_a_question_that_waits_its_turn_can_be_taken_back(visitor: Visitor, api: ScriptedApi) -> None:
    first = api.answer(stream_of("One. " * 30), hold_at=5)
    visitor.visit().open().ask("First?").reads("One.")
    visitor.page.evaluate("Deskbell.ask('Second?')")
    visitor.reads("waits for this answer")
    visitor.part("stop").click()
    expect(visitor.part("question")).to_have_value("Second?")
    first.release.set()
    visitor.is_done()
    assert visitor.text().count("One.") == 30
    assert len(api.questions()) == 1


def test_editing_a_question_keeps_what_was_being_written(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    api.play("no_followups")
    visitor.visit().open().ask("In blu?").is_done()
    visitor.part("question").fill("And how long")
    visitor.page.get_by_role("button", name="Edit this question").click()
    expect(visitor.part("question")).to_have_value("In blu?")
    visitor.ask("In blue?").reads("in all colours")
    expect(visitor.part("question")).to_have_value("And how long")


DROP = """([part, name]) => {
  const data = new DataTransfer();
  data.items.add(new File(["x"], "order.pdf", {type: "application/pdf"}));
  const shadow = document.querySelector("deskbell-widget").shadowRoot;
  const place = shadow.querySelector(`[part=${part}]`);
  const how = {bubbles: true, composed: true, cancelable: true};
  const held = name === "paste" ? {clipboardData: data} : {dataTransfer: data};
  return place.dispatchEvent(new (name === "paste" ? ClipboardEvent : DragEvent)(name, {...how, ...held}));
}"""


@pytest.mark.parametrize(("part", "name"), [("log", "drop"), ("question", "drop"), ("question", "paste")])
def test_a_file_is_not_taken_and_the_page_is_not_left(visitor: Visitor, api: ScriptedApi, part: str, name: str) -> None:
    visitor.visit().open().part("question").fill("My words")
    if name == "drop":
        assert visitor.page.evaluate(DROP, [part, "dragover"]) is False
    assert visitor.page.evaluate(DROP, [part, name]) is False
    visitor.reads("Only text can be sent.")
    expect(visitor.part("question")).to_have_value("My words")


# What is copied


def test_what_is_copied_pastes_as_text_and_as_markup(visit: Any, api: ScriptedApi) -> None:
    visitor: Visitor = visit(permissions=["clipboard-read", "clipboard-write"])
    api.answer(stream_of("Yes, **today**.\n\n1. clean\n2. dry\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |"))
    visitor.visit().open().ask().is_done().page.get_by_role("button", name="Copy the answer").click()
    visitor.page.locator("deskbell-announcer", has_text="Copied.").wait_for()
    read = "type => navigator.clipboard.read().then(([it]) => it.getType(type)).then(it => it.text())"
    text = visitor.page.evaluate(read, "text/plain")
    assert "Yes, today.\n\n1. clean\n2. dry" in text.replace("\r", "")
    assert "- a\n- b" in text
    assert "1\t2" in text
    markup = visitor.page.evaluate(read, "text/html")
    assert "<strong>today</strong>" in markup
    assert "<li>clean</li>" in markup
    assert "<button" not in markup


# Before the settings are there


def test_before_the_settings_are_there_nobody_sees_the_name_of_a_sentence(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.page.route("**/v1/**", lambda route: route.abort())
    visitor.visit().open()
    seen = str(visitor.part("panel").inner_text())
    assert "Hello. How can I help?" in seen
    visitor.ask("Anyone there?").part("retry").wait_for()
    seen += str(visitor.part("panel").inner_text())
    visitor.page.get_by_role("button", name="More").click()
    seen += str(visitor.page.locator("deskbell-widget .menu").inner_text())
    for name in ("Greeting", "Intro", "Can Be Wrong", "Can be wrong", "Ask Person", "Ask person", "Ask a person"):
        assert name not in seen, name
    assert visitor.page.get_by_role("button", name="Try again").is_visible()


# Nothing that somebody writes stops the page

HEAVY = {
    "lists in lists": "- " * 1500 + "x",
    "quotes in quotes": ">" * 4000 + " x",
    "rows": "a | b\n--|--\n" + "1 | 2\n" * 5000,
    "one word": "x" * 30_000,
    "a script without blanks": "ก" * 8000,
    "stars": "*a **b " * 4000,
    "brackets": "[" * 12_000 + "x",
    "headings": "# " * 10_000,
}
WATCH = """() => {
  window.longest = 0;
  const note = ({duration}) => { longest = Math.max(longest, duration); };
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({type: "longtask", buffered: false});
}"""


# How long this machine takes, just now, to lay out a table of 5,000 rows at once: what the page must never wait for.
AT_ONCE = """() => {
  const start = performance.now();
  const table = document.body.appendChild(document.createElement("table"));
  for (let at = 0; at < 5000; at++) {
    const row = table.insertRow();
    for (const text of ["1", "2"]) row.insertCell().append(text);
  }
  table.offsetHeight;
  table.remove();
  return performance.now() - start;
}"""


@pytest.mark.parametrize("kind", HEAVY)
def test_no_answer_however_made_stops_the_page(visitor: Visitor, api: ScriptedApi, kind: str) -> None:
    text = HEAVY[kind]
    api.answer(stream_of(text, followups=(text[:4000], text[:4000], " \u202e "), size=2000))
    visitor.visit().open()
    visitor.page.evaluate(WATCH)
    visitor.ask().part("thumb-up").wait_for(timeout=60_000)
    assert visitor.errors == []
    chips = [each.inner_text() for each in visitor.part("chip").all()]
    assert all(0 < len(chip) <= 120 for chip in chips)
    assert len(set(chips)) == len(chips)
    assert visitor.page.evaluate("longest") < 50 + 2 * visitor.page.evaluate(AT_ONCE)


def test_what_came_before_is_laid_out_bit_by_bit_however_long_each_field_is(visitor: Visitor, api: ScriptedApi) -> None:
    rows, word = HEAVY["rows"], HEAVY["one word"]
    api.turns = [
        {
            "turn": "t_1",
            "question": "A tent?",
            "status": "done",
            "confidence": 0.9,
            "reply": {"message": rows, "confidence": 0.9, "followups": [word] * 50},
            "sources": [{"id": "p", "title": word, "url": f"https://shop.example/{word}"}] * 40,
            "notices": [],
            "correction": {"name": "MK", "text": rows, "at": "2026-01-01T00:00:00Z"},
        }
    ]
    visitor.page.add_init_script('localStorage[\'deskbell:pk_test\'] = \'{"visitor":"v_1","conversation":"c_1"}\'')
    visitor.visit().page.evaluate(WATCH)
    visitor.open().part("thumb-up").wait_for(timeout=60_000)
    assert all(len(name) == 300 for name in visitor.part("source").all_inner_texts())
    visitor.page.wait_for_function(
        "document.querySelector('deskbell-widget').shadowRoot.querySelectorAll('.md')[0].querySelectorAll('tr').length"
        " > 5000"
    )
    assert visitor.page.evaluate("longest") < 50 + 2 * visitor.page.evaluate(AT_ONCE)


def test_what_is_drawn_again_does_not_have_the_browser_style_all_of_it_anew(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open()
    our(
        visitor,
        """window.set = [];
        const isSame = ({target, attributeName, oldValue}) => target.getAttribute(attributeName) === oldValue;
        new MutationObserver((all) => set.push(...all.filter(isSame).map(({attributeName}) => attributeName)))
          .observe(it, {attributeOldValue: true, attributeFilter: ["dir", "lang"], subtree: true})""",
    )
    visitor.ask().is_done()
    assert visitor.page.evaluate("set") == []


def test_a_table_of_more_columns_than_anyone_reads_is_text(visitor: Visitor, api: ScriptedApi) -> None:
    api.answer(stream_of("a|" * 300 + "a\n" + "-|" * 300 + "-\n" + "1|" * 300 + "1"))
    visitor.visit().open().ask().is_done()
    assert visitor.page.locator("deskbell-widget td").count() == 0


def test_a_keyboard_on_the_screen_leaves_the_box_in_sight(visit: Any, api: ScriptedApi) -> None:
    visitor: Visitor = visit(viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    visitor.page.add_init_script(
        "window.seen = Object.assign(new EventTarget(), {height: 780, offsetTop: 0, scale: 1});"
        "Object.defineProperty(window, 'visualViewport', {value: seen})"
    )
    visitor.visit().open()
    visitor.page.evaluate("seen.height = 420; seen.dispatchEvent(new Event('resize'))")
    assert visitor.part("panel").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 420}
    box = visitor.part("question").bounding_box()
    assert box["y"] + box["height"] < 420


def test_a_long_suggestion_takes_two_lines_at_most(visitor: Visitor, api: ScriptedApi) -> None:
    api.answer(stream_of("Yes.", followups=("A question of many words, " * 10,)))
    visitor.visit().open().ask().is_done()
    assert visitor.part("chip").first.bounding_box()["height"] < 62

"""One journey by the keyboard alone, as a screen reader tells it: the accessibility tree, read as text at each step.

`python -m pytest -s tests/widget/test_screen_reader.py` prints what it would say.
"""

from __future__ import annotations

from playwright.sync_api import expect

from tests.widget.conftest import Visitor
from tests.widget.scripted_api import ScriptedApi


def tell(visitor: Visitor, step: str) -> str:
    """Return the page's accessibility tree, as the browser gives it to a screen reader, and print it."""
    nodes = visitor.context.new_cdp_session(visitor.page).send("Accessibility.getFullAXTree")["nodes"]
    told = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"]]
    tree = "\n".join(f'{role} "{name}"' for role, name in told if role not in ("InlineTextBox", "generic"))
    print(f"\n{step}\n{tree}")
    return tree


def go_to(visitor: Visitor, name: str, *, most: int = 20) -> None:
    """Press Tab, backwards, until the focus is on what has this name."""
    for _ in range(most):
        focused = visitor.page.evaluate(
            "(() => { const it = document.activeElement?.shadowRoot?.activeElement; "
            "return it ? it.ariaLabel || it.innerText || it.id : '' })()"
        )
        if name in focused:
            return
        visitor.page.keyboard.press("Shift+Tab")
    raise AssertionError(f"{name} cannot be reached by the keyboard")


def test_a_question_a_source_a_follow_up_and_a_person_by_the_keyboard_alone(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("notice_and_sources")
    api.play("no_followups")
    visitor.visit()
    visitor.page.keyboard.press("Tab")
    assert 'button "Ask us"' in tell(visitor, "The launcher has the focus")

    visitor.page.keyboard.press("Enter")
    expect(visitor.part("question")).to_be_focused()
    opened = tell(visitor, "The panel is open")
    assert 'dialog "Larkmoor help"' in opened
    assert 'log "Conversation"' in opened

    visitor.page.keyboard.type("Is shipping free?")
    visitor.page.keyboard.press("Enter")
    visitor.is_done()
    answered = tell(visitor, "The answer is complete")
    assert 'article "Answer"' in answered
    assert "Members get free shipping on any order." in answered
    assert 'list "Sources"' in answered
    assert 'list "Suggested questions"' in answered

    go_to(visitor, "Membership")
    assert visitor.page.evaluate("document.activeElement.shadowRoot.activeElement.href").endswith("/membership")

    visitor.part("question").focus()
    go_to(visitor, "How do I become a member?")
    visitor.page.keyboard.press("Enter")
    visitor.reads("in all colours").is_done()
    expect(visitor.part("question")).to_be_focused()

    for _ in range(3):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement.shadowRoot?.activeElement?.innerText") == "Ask a person":
            break
    visitor.page.keyboard.press("Enter")
    asked = tell(visitor, "A person is asked")
    assert 'textbox "Your e-mail"' in asked
    visitor.page.keyboard.type("sam@mail.example")
    visitor.page.keyboard.press("Enter")
    visitor.reads("Your question is with our team.").reads("sam@mail.example")

    visitor.page.keyboard.press("Escape")
    expect(visitor.part("launcher")).to_be_focused()
    assert "dialog" not in tell(visitor, "It is closed")

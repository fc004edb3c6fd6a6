"""Turns are played again in the real widget: one by its page, and 200 of every kind as they were the first time.

The first time, the widget is given the events as they were sent, over the connections that brought them; the second
time what the product made of its record of them. Both go by the frame's own clock, so that no machine is too slow.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from backend.console.replay import plays_as_text
from backend.domain.events import Delta, Done, Event, Failed, Notice, Replace, Sources, Start
from backend.domain.reply import Reply, Source, Usage
from backend.domain.site import Site
from backend.domain.timeline import CameBack, Seen, record
from backend.domain.words import failure_sentence, sentence
from backend.services.play_again import Played, play_again
from backend.services.show_item import show_item
from backend.turn.egress import DocumentWriter
from backend.wire.reader import encode_event
from tests.console.queued import waits
from tests.console.staff import Member, Staff
from tests.console.test_console_in_a_browser import browsing
from tests.contracts.items import item_of

TURNS, WITHIN_MS = 200, 50
LOCALE = "en-AU"  # of whoever asks in these suites
CONFIDENCE, FOLLOWUPS = 0.62, ("Which tents are there?",)
SOURCES = (Source("tents.md", "Tents", "https://shop.example/tents"),)
PIECES = (
    "Yes",
    ", ",
    "you **may**",
    ' "so"',
    "\n\n- one\n",
    "- two",
    " é漢🚚",
    " \\ back",
    "\n\n| a | b |\n|---|---|\n",
    " end. ",
)
STATUS = {"done": "done", "stopped": "stopped", "error": "failed"}
# What is on the screen, whenever it changes, by the clock that the frame goes by; nothing where the next turn begins.
WATCH = """() => {
  const panel = document.querySelector("deskbell-widget").shadowRoot;
  window.seen = [];
  addEventListener("message", ({ data }) => data.plays && seen.push([performance.now(), null]));
  new MutationObserver(() => {
    const now = panel.querySelector("article")?.textContent ?? "";
    if (now !== seen.at(-1)[1]) seen.push([performance.now(), now]);
  }).observe(panel, { subtree: true, childList: true, characterData: true, attributes: true });
}"""
PLAY = """async (turns) => {
  const frame = document.querySelector("iframe[data-screen]").contentWindow;
  for (const [plays, question] of turns) await new Promise((done) => {
    const hear = ({ data }) => data.isOver && (removeEventListener("message", hear), done());
    addEventListener("message", hear);
    frame.postMessage({ plays: JSON.parse(plays), question, at: 0, rate: 2000 }, "*");
  });
}"""


@dataclass
class Live:
    """A turn as it was sent: what, when, and over which connections."""

    seen: list[Seen] = field(default_factory=list)
    plays: list[Played] = field(default_factory=list)
    message: str = ""
    end: str = "done"


def drawn(seed: int) -> Live:
    """Return a turn of one of every kind: taken back, begun anew, stopped, broken, cut, with what stands beside it."""
    draw, live = random.Random(seed), Live()
    sent: list[tuple[float, Event]] = [(0.0, Start("t", "c", None, "m"))]
    at = 0.0
    if draw.random() < 0.1:
        sent.append((at, Notice("disclaimer", sentence_of("redacted"))))
    live.end = draw.choice(("done", "done", "done", "stopped", "error"))
    for attempt in range(draw.choice((1, 1, 1, 2, 3))):
        if attempt:
            sent.append((at := at + draw.random(), Notice("restarted", sentence_of("restarted"))))
        writer = DocumentWriter()
        for _ in range(draw.randrange(0 if live.end == "error" else 1, 9)):
            at += draw.choice((0.04, 0.13, 0.4, 1.4))
            if piece := writer.write(draw.choice(PIECES)):
                sent.append((at, Delta(piece)))
        live.message = writer.message
    kind = draw.choice(("plain", "plain", "truncated", "disclaimer", "degraded", "replace"))
    if live.end == "done" and kind == "replace":
        live.message = "No. Never **inside**."
        sent.append(
            (at := at + 0.5, Replace(Reply(live.message, CONFIDENCE, FOLLOWUPS), sentence_of("withdrawn_reason")))
        )
    elif live.end == "done":
        sent.append((at := at + 0.02, Delta(writer.close(CONFIDENCE, FOLLOWUPS))))
        if kind != "plain":
            sent.append((at := at + 0.03, Notice(kind, sentence_of(kind))))  # type: ignore[arg-type]
    sent.append((at := at + 0.05, Sources(SOURCES))) if live.end == "done" else None
    sent.append((at + 0.1, end_of(live.end)))
    live.seen, live.plays = connected(sent, draw)
    return live


def sentence_of(kind: str) -> str:
    return sentence(kind, LOCALE)


def end_of(kind: str) -> Event:
    if kind == "error":
        return Failed("timeout", failure_sentence("timeout", LOCALE), is_retryable=True)
    reason = "stopped" if kind == "stopped" else "end_turn"
    return Done(reason, is_valid=True, is_flagged=False, confidence=CONFIDENCE, usage=Usage())


def connected(sent: list[tuple[float, Event]], draw: random.Random) -> tuple[list[Seen], list[Played]]:
    """Return what the server saw, and what came over which connection, of a turn that some readers lost for a while."""
    frames = [(1000 * at, encode_event(event, number).decode()) for number, (at, event) in enumerate(sent, start=1)]
    if draw.random() < 0.6 or len(sent) < 4:
        return list(sent), [Played(0, None, frames)]
    after = draw.randrange(1, len(sent) - 1)
    back = sent[after][0] + draw.choice((0.3, 1.1, 2.5))
    seen: list[Seen] = sorted([*sent, (back, CameBack(after))], key=lambda each: each[0])
    rest = [(max(ms, 1000 * back), frame) for ms, frame in frames[after:]]
    lost = Played(0, 1000 * sent[after][0], frames[:after])  # type: ignore[arg-type]
    return seen, [lost, Played(1000 * back, None, rest)]  # type: ignore[arg-type]


@pytest.fixture
def player(browser: Browser, staff: Staff, site: Site, owner: Member) -> Iterator[tuple[Page, Frame]]:
    """The page of an item, and the frame in it."""
    turn = waits(staff.house.store, site, "May I?", reply="Yes.")
    staff.house.store.evidence.keep(turn, record(drawn(1).seen))
    with browsing(browser, owner, staff.server.url) as page:
        page.goto(f"/console/{site.key}/queue/{item_of(staff.house.store, site, turn).id}?show=replay")
        expect(page.frame_locator("iframe[data-screen]").locator("article")).to_be_visible()
        yield page, page.frames[-1]


def shown(player: tuple[Page, Frame], turns: list[tuple[list[Played], str]]) -> list[list[tuple[float, str]]]:
    """Return of each turn what stood on the screen, with how long after the question."""
    page, frame = player
    page.evaluate(PLAY, [(plays_as_text(plays), question) for plays, question in turns])
    found: list[list[tuple[float, str]]] = []
    began = 0.0
    for at, text in frame.evaluate("() => seen.splice(0)"):
        if text is None:
            began = at
            found.append([])
        else:
            found[-1].append((at - began, text))
    return found


def kept(staff: Staff, site: Site, live: Live, question: str) -> list[Played]:
    """Keep a turn as the product does; return how it is played again."""
    store = staff.house.store
    ended = {"sources": SOURCES, "status": STATUS[live.end], "error": "timeout" if live.end == "error" else ""}
    turn = waits(store, site, question, reply=live.message, confidence=CONFIDENCE, followups=FOLLOWUPS, **ended)
    store.evidence.keep(turn, record(live.seen))
    found = show_item(site, item_of(store, site, turn), staff.house, ["replay"])
    return play_again(found.moments, found.trace, found.conversation[-1])


def test_200_turns_of_every_kind_are_shown_again_as_they_were(
    staff: Staff, site: Site, player: tuple[Page, Frame]
) -> None:
    turns = [drawn(seed) for seed in range(TURNS)]
    player[1].evaluate(WATCH)

    first = shown(player, [(live.plays, f"Question {seed}?") for seed, live in enumerate(turns)])
    again = shown(player, [(kept(staff, site, live, f"Question {seed}?"), "?") for seed, live in enumerate(turns)])

    for seed in range(TURNS):
        assert [text for _, text in again[seed]] == [text for _, text in first[seed]], seed
        late = [abs(one - other) for (one, _), (other, _) in zip(first[seed], again[seed], strict=True)]
        assert max(late) <= WITHIN_MS, seed
    assert len({text for each in first for _, text in each}) > TURNS  # they differ, and each shows more than one thing


def test_a_turn_is_played_stopped_and_gone_through_by_its_places(browser: Browser, staff: Staff, site: Site) -> None:
    store, reviewer = staff.house.store, staff.member("reviewer")
    turn = waits(store, site, "Can I use it inside?", reply="No, never.")
    taken_back = Replace(Reply("No, never.", 0.0), "why")
    sent: list[Seen] = [(0, Start("t", "c", None, "m")), (0.1, Delta('{"message":"Yes, ')), (0.4, Delta("always."))]
    store.evidence.keep(turn, record([*sent, (0.9, taken_back), (1.0, end_of("done"))]))
    with browsing(browser, reviewer, staff.server.url) as page:
        page.goto(f"/console/{site.key}/queue/{item_of(store, site, turn).id}?show=replay")
        panel, time, now = page.frame_locator("iframe"), page.get_by_role("slider"), page.locator("[data-now]")
        reply, why = panel.locator("article"), sentence("withdrawn_reason", LOCALE)
        said = panel.get_by_role("region").get_by_text(why)
        expect(reply).to_contain_text("No, never.")
        expect(said).to_be_visible()
        time.fill("450")
        expect(reply).to_contain_text("Yes, always.")
        expect(said).to_be_hidden()
        page.get_by_role("button", name="Next event").click()
        expect(now).to_have_text("0.9")
        expect(reply).to_contain_text("No, never.")
        page.get_by_role("button", name="Event before").click()
        expect(now).to_have_text("0.1")
        expect(reply).to_have_text("Yes,")
        page.get_by_role("button", name="Taken back").click()
        expect(said).to_be_visible()
        page.get_by_role("button", name="4×").click()
        page.get_by_role("button", name="Play").click()
        expect(now).to_have_text("1.0")
        expect(page.get_by_role("button", name="Play")).to_be_visible()
        panel.get_by_role("textbox").fill("Anything", force=True)
        panel.get_by_role("textbox").press("Enter")
        expect(panel.locator("article")).to_have_count(1)  # nobody can ask here

/**
 * Draws the conversation and keeps the reader's place: new text is followed only by who stands at the end of it.
 */

import { createFlush } from "./flush.js";
import { chip, draw, focus, icon, make } from "./dom.js";
import { createTurnView } from "./turn.js";

/** @typedef {import("../conversation.js").Conversation} Conversation */
/** @typedef {import("./widget.js").Scene} Scene */

/** @param {Scene} scene */
export function createLog(scene) {
  /** @type {Map<string, ReturnType<typeof createTurnView>>} */
  let views = new Map();
  /** @type {[after: number, line: Element][]} lines between the turns, such as that a person has been asked */
  let notes = [];
  let isAtEnd = true;
  let hasNewText = false;
  /** @type {Conversation["turns"]} */
  let turns = [];
  const end = make("span");
  const element = make("div.log", { part: "log", role: "log", "aria-live": "off", tabindex: 0 });
  const toEnd = make("button.row.below", { hidden: true, onclick: followText });
  const plan = createFlush(write);
  const watch = new IntersectionObserver(
    ([entry]) => {
      if (!entry?.rootBounds?.height) return; // a closed panel has no place in the text
      isAtEnd = entry.isIntersecting;
      if (isAtEnd) toEnd.hidden = true;
    },
    { root: element, rootMargin: "0px 0px 48px" },
  );
  watch.observe(end);

  /** @param {string} kind @param {readonly string[]} questions @param {(text: string) => any[]} drawOne */
  const drawQuestions = (kind, questions, drawOne) =>
    questions.length && [kind, { "aria-label": scene.words.suggestions }, ...questions.map((text) => ["li", drawOne(text)])];

  function drawHello() {
    const { words, site } = scene;
    return [
      "div.hello",
      ["div", ["h3", { dir: "auto" }, site.greeting || words.greeting], ["p", words.intro]],
      drawQuestions("ul.list.starters", site.starters, (text) => [
        "button.row",
        { dir: "auto", onclick: () => scene.ask(text) },
        ["span", text],
        icon("go"),
      ]),
    ];
  }

  /** The follow-ups stand under the last reply, once all of it is there. */
  function redraw() {
    const last = turns.at(-1);
    const isReady = last?.status === "done" && views.get(last.id)?.isWhole();
    draw(
      element,
      !last && drawHello(),
      ...[...views.values()].flatMap(({ elements }, place) => [
        ...elements,
        ...notes.flatMap(([after, line]) => (after === place ? line : [])),
      ]),
      isReady &&
        drawQuestions("ul.list.row.wrap", last.followups, (text) =>
          chip(text, () => scene.ask(text), { part: "chip", dir: "auto" }),
        ),
      end,
    );
  }

  function scrollToEnd() {
    if (turns.length) element.scrollTop = element.scrollHeight;
  }

  function followText() {
    isAtEnd = true;
    toEnd.hidden = true;
    focus(element);
    scrollToEnd();
  }

  /** @param {() => boolean} isLate */
  function write(isLate) {
    let isLeft = false;
    for (const view of views.values()) isLeft = view.write(isLate) || isLeft;
    redraw();
    if (isAtEnd) scrollToEnd();
    else if (hasNewText) toEnd.hidden = false;
    hasNewText = isLeft;
    return isLeft;
  }

  return {
    element,
    toEnd,
    /** @param {Conversation} conversation */
    show(conversation) {
      const { words } = scene;
      draw(toEnd, icon("arrow"), words.below);
      element.ariaLabel = words.conversation;
      turns = conversation.turns;
      if (!turns.length) notes = [];
      if (!views.has(turns.at(-1)?.id ?? "")) isAtEnd = true; // whoever asks wants to see the answer
      views = new Map(turns.map((turn) => [turn.id, views.get(turn.id) ?? createTurnView(turn, scene)]));
      for (const turn of turns) views.get(turn.id)?.show(turn, turn === turns.at(-1));
      redraw();
      plan();
    },
    /** Draw all anew, in other words. */
    forget: () => views.clear(),
    /** Hand over text that belongs to the end of a turn. @param {string} turn @param {string} text */
    write(turn, text) {
      views.get(turn)?.push(text);
      hasNewText = true;
      plan();
    },
    /** Put a line where the conversation stands now. @param {any[]} line */
    note(line) {
      notes.push([turns.length - 1, make("div", line)]);
      isAtEnd = true;
      plan();
    },
    /** The panel has been opened: go to where the reader was. */
    appear: plan,
    destroy: () => watch.disconnect(),
  };
}

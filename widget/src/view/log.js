/**
 * Draws the conversation and keeps the reader's place: new text is followed only by who stands at the end of it.
 */

import { createFlush } from "./flush.js";
import { icon, make } from "./dom.js";
import { createTurnView } from "./turn.js";

/** @typedef {import("../conversation.js").Conversation} Conversation */
/** @typedef {import("../words/index.js").Words} Words */
/** @typedef {import("./turn.js").TurnHooks & { ask(text: string): void }} LogHooks */
/** @typedef {{ greeting?: string, starters: string[] }} Greeting */

/** @param {Words} words @param {LogHooks} hooks @param {Greeting} greeting */
export function createLog(words, hooks, greeting) {
  /** @type {Map<string, ReturnType<typeof createTurnView>>} */
  const views = new Map();
  const end = make("div.end");
  const starters = drawQuestions("starters", greeting.starters, (text) =>
    make("button", { dir: "auto", onclick: () => hooks.ask(text) }, text, icon("go")),
  );
  const hello = make(
    "div.hello",
    make("div", make("h3", { dir: "auto" }, greeting.greeting || words.greeting), make("p", words.intro)),
    starters,
  );
  /** @type {Element | "" | 0} */
  let chips = "";
  let suggested = "";
  let isAtEnd = true;
  let hasNewText = false;
  /** @type {Conversation["turns"]} */
  let turns = [];
  /** @type {HTMLElement[]} lines between the turns, such as that a person has been asked */
  let notes = [];

  const element = make(
    "div.log",
    { part: "log", role: "log", "aria-label": words.conversation, "aria-live": "off", tabindex: 0 },
    hello,
    end,
  );
  const toEnd = make("button.below", { hidden: true, onclick: followText }, icon("arrow"), words.below);
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

  /** @param {string} name @param {readonly string[]} questions @param {(text: string) => Element} draw */
  function drawQuestions(name, questions, draw) {
    const items = questions.map((text) => make("li", draw(text)));
    return items.length && make(`ul.${name}`, { "aria-label": words.suggestions }, ...items);
  }

  function scrollToEnd() {
    if (turns.length) element.scrollTop = element.scrollHeight;
  }

  function followText() {
    isAtEnd = true;
    toEnd.hidden = true;
    element.focus({ preventScroll: true });
    scrollToEnd();
  }

  /** The follow-ups of the last reply, once all of it is there. */
  function drawChips() {
    const last = turns.at(-1);
    const isReady = last?.status === "done" && views.get(last.id)?.isWhole();
    const wanted = isReady ? last.followups : [];
    const key = JSON.stringify([isReady && last.id, wanted]);
    if (key === suggested) return;
    suggested = key;
    if (chips) chips.remove();
    chips = drawQuestions("chips", wanted, (text) =>
      make("button.chip", { part: "chip", dir: "auto", onclick: () => hooks.ask(text) }, text),
    );
    if (chips) end.before(chips);
  }

  /** @param {() => boolean} isLate */
  function write(isLate) {
    let isLeft = false;
    for (const view of views.values()) isLeft = view.write(isLate) || isLeft;
    drawChips();
    if (isAtEnd) scrollToEnd();
    else if (hasNewText) toEnd.hidden = false;
    hasNewText = isLeft;
    return isLeft;
  }

  function showTurns() {
    for (const [id, { elements }] of views) {
      if (turns.some((turn) => turn.id === id)) continue;
      elements.forEach((part) => part.remove());
      views.delete(id);
    }
    /** @type {Element} */
    let next = end;
    turns.toReversed().forEach((turn, place) => {
      let view = views.get(turn.id);
      if (!view) {
        views.set(turn.id, (view = createTurnView(turn, words, hooks)));
        next.before(...view.elements);
        if (!place) isAtEnd = true; // whoever asks wants to see the answer
      }
      view.show(turn, !place);
      next = /** @type {Element} */ (view.elements[0]);
    });
  }

  return {
    element,
    toEnd,
    /** @param {Conversation} conversation */
    show(conversation) {
      turns = conversation.turns;
      if (turns.length) hello.remove();
      else {
        if (!hello.isConnected) element.prepend(hello);
        for (const line of notes) line.remove();
        notes = [];
      }
      showTurns();
      drawChips();
      plan();
    },
    /** Hand over text that belongs to the end of a turn. @param {string} turn @param {string} text */
    write(turn, text) {
      views.get(turn)?.push(text);
      hasNewText = true;
      plan();
    },
    /** Put a line where the conversation stands now. @param {HTMLElement} line */
    note(line) {
      notes.push(line);
      end.before(line);
      isAtEnd = true;
      plan();
    },
    /** The panel has been opened: go to where the reader was. */
    appear: plan,
    destroy: () => watch.disconnect(),
  };
}

/**
 * Draws the conversation and keeps the reader's place: new text is followed only by who stands at the end of it.
 */

import { createFlush } from "./flush.js";
import { icon, make } from "./dom.js";
import { createTurnView } from "./turn.js";

/** @typedef {import("../conversation.js").Conversation} Conversation */
/** @typedef {import("../words/index.js").Words} Words */
/** @typedef {import("./turn.js").TurnHooks & { ask(text: string): void }} LogHooks */
/** @typedef {{ name: string, greeting: string, starters: string[] }} Greeting */

/** @param {Words} words @param {LogHooks} hooks @param {Greeting} greeting */
export function createLog(words, hooks, greeting) {
  /** @type {Map<string, ReturnType<typeof createTurnView>>} */
  const views = new Map();
  const end = make("div", { class: "end" });
  const hello = drawHello();
  let chips = make("ul", { class: "chips" });
  let suggested = "";
  let isAtEnd = true;
  let hasNewText = false;
  /** @type {Conversation} */
  let shown = { turns: [], refusal: null };

  const element = make(
    "div",
    { class: "log", part: "log", role: "log", "aria-label": words.conversation, "aria-live": "off", tabindex: 0 },
    hello,
    end,
  );
  const toEnd = make(
    "button",
    { type: "button", class: "below", hidden: true, onclick: followText },
    icon("arrow"),
    words.below,
  );
  const flush = createFlush(write);
  const watch = new IntersectionObserver(
    ([entry]) => {
      if (!entry?.rootBounds?.height) return; // a closed panel has no place in the text
      isAtEnd = entry.isIntersecting;
      if (isAtEnd) toEnd.hidden = true;
    },
    { root: element, rootMargin: "0px 0px 48px" },
  );
  watch.observe(end);

  /** @param {string} text */
  function askButton(text) {
    return make("button", { type: "button", dir: "auto", onclick: () => hooks.ask(text) }, text, icon("go"));
  }

  function drawHello() {
    const starters = greeting.starters.map((text) => make("li", {}, askButton(text)));
    return make(
      "div",
      { class: "hello" },
      make("div", {}, make("h3", { dir: "auto" }, greeting.greeting || words.greeting), make("p", {}, words.intro)),
      starters.length ? make("ul", { class: "starters", "aria-label": words.suggestions }, ...starters) : null,
    );
  }

  /** @type {HTMLElement[]} lines between the turns, such as that a person has been asked */
  let notes = [];

  function scrollToEnd() {
    element.scrollTop = element.scrollHeight;
  }

  function followText() {
    isAtEnd = true;
    toEnd.hidden = true;
    element.focus({ preventScroll: true });
    scrollToEnd();
  }

  /** The follow-ups of the last reply, once all of it is there. */
  function drawChips() {
    const last = shown.turns.at(-1);
    const isReady = last && last.status === "done" && views.get(last.id)?.isWhole;
    const wanted = isReady ? last.followups : [];
    const key = isReady ? JSON.stringify([last.id, wanted]) : "";
    if (key === suggested) return;
    suggested = key;
    chips.remove();
    if (!wanted.length) return;
    const items = wanted.map((text) =>
      make(
        "li",
        {},
        make(
          "button",
          { type: "button", class: "chip", part: "chip", dir: "auto", onclick: () => hooks.ask(text) },
          text,
        ),
      ),
    );
    chips = make("ul", { class: "chips", "aria-label": words.suggestions }, ...items);
    end.before(chips);
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

  /** @param {string} id */
  function remove(id) {
    views.get(id)?.elements.forEach((part) => part.remove());
    views.delete(id);
  }

  /** @param {Conversation["turns"]} turns */
  function showTurns(turns) {
    const ids = new Set(turns.map((turn) => turn.id));
    for (const id of [...views.keys()]) if (!ids.has(id)) remove(id);
    /** @type {Element} */
    let next = end;
    turns.toReversed().forEach((turn, place) => {
      const isLast = place === 0;
      let view = views.get(turn.id);
      if (!view) {
        view = createTurnView(turn, words, hooks);
        views.set(turn.id, view);
        next.before(...view.elements);
        if (isLast) isAtEnd = true; // whoever asks wants to see the answer
      }
      view.show(turn, isLast);
      next = /** @type {Element} */ (view.elements[0]);
    });
  }

  return {
    element,
    toEnd,
    /** @param {Conversation} conversation */
    show(conversation) {
      shown = conversation;
      if (hello.isConnected === conversation.turns.length > 0) {
        if (conversation.turns.length) hello.remove();
        else element.prepend(hello);
      }
      if (!conversation.turns.length) {
        notes.forEach((line) => line.remove());
        notes = [];
      }
      showTurns(conversation.turns);
      drawChips();
      flush.plan();
    },
    /** Hand over text that belongs to the end of a turn. @param {string} turn @param {string} text */
    write(turn, text) {
      views.get(turn)?.push(text);
      hasNewText = true;
      flush.plan();
    },
    /** Put a line where the conversation stands now. @param {HTMLElement} line */
    note(line) {
      notes.push(line);
      end.before(line);
      isAtEnd = true;
      flush.plan();
    },
    /** The panel has been opened: go to where the reader was. */
    appear: flush.plan,
    destroy: () => watch.disconnect(),
  };
}

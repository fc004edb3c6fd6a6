/** Draws the question box. It takes text at any time, and keeps what could not be sent. */

import { icon, make, set } from "./dom.js";

/** @typedef {import("../words/index.js").Words} Words */

const MOST_HEIGHT = 144; // six lines

/** The server takes no longer question. */
const MOST_CHARACTERS = 4000;
const NEARLY = 400; // so many left, and the visitor is told

/**
 * @param {Words} words
 * @param {{
 *   ask(text: string): void, stop(): void, edit(): void, toPerson(): void, draft(): string, keepDraft(text: string): void
 * }} hooks
 */
export function createComposer(words, hooks) {
  let isBusy = false;
  const field = make("textarea", {
    part: "question",
    rows: 1,
    "aria-label": words.field,
    placeholder: words.field,
    dir: "auto",
    enterkeyhint: "send",
    autocomplete: "off",
    oninput: edit,
    onkeydown: pressKey,
  });
  const stop = make(
    "button.stop",
    { part: "stop", "aria-label": words.stop, title: words.stop, hidden: true, onclick: halt },
    icon("stop"),
  );
  const send = make("button.send", { type: "submit", part: "send", "aria-label": words.send }, icon("arrow"));
  const above = make("div.above", { id: "refused" });
  const person = make("button", { hidden: true, onclick: hooks.toPerson }, words.askPerson);
  const left = make("p.small.left", { id: "left" });
  const element = make(
    "form.composer",
    { onsubmit: submit },
    above,
    make("div.box", field, stop, send),
    left,
    make("p.small", words.canBeWrong, " ", person),
  );

  /** @returns {number} how many characters may still come; as the server counts them, a pair of surrogates is one */
  const room = () => MOST_CHARACTERS - [...field.value.trim()].length;

  function refresh() {
    const more = room();
    left.textContent = more > NEARLY ? "" : words.count(more < 0 ? words.tooMany : words.left, Math.abs(more));
    send.disabled = isBusy || more < 0 || more === MOST_CHARACTERS;
    if (CSS.supports("field-sizing", "content")) return;
    field.style.height = "24px";
    field.style.height = `${Math.min(field.scrollHeight, MOST_HEIGHT)}px`;
  }

  function edit() {
    hooks.edit();
    hooks.keepDraft(field.value);
    refresh();
  }

  /** @param {string} text */
  function fill(text) {
    field.value = text;
    hooks.keepDraft(text);
    refresh();
  }

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (send.disabled) return;
    fill("");
    hooks.ask(text);
  }

  /** Enter sends, except where it chooses a word in an input method. @param {KeyboardEvent} event */
  function pressKey(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
  }

  function halt() {
    hooks.stop();
    field.focus();
  }

  field.value = hooks.draft();
  refresh();

  return {
    element,
    fill,
    focus: () => field.focus({ preventScroll: true }),
    /** @param {boolean} isNowBusy an answer is being written @param {boolean} hasTurns that a person can read */
    show(isNowBusy, hasTurns) {
      person.hidden = !hasTurns;
      if (isBusy === isNowBusy) return;
      if (isBusy && stop.matches(":focus")) field.focus();
      stop.hidden = isBusy;
      isBusy = isNowBusy;
      refresh();
    },
    /** Show why a question was not taken and give it back, unless something else was written since.
     * @param {Node | null} notice @param {string} question */
    setRefusal(notice, question) {
      above.replaceChildren();
      if (notice) above.append(notice);
      set(field, { "aria-describedby": !!notice && above.id, "aria-invalid": String(!!notice) });
      field.value ||= question;
      refresh();
    },
  };
}

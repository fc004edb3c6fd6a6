/** Draws the question box. It takes text at any time, and keeps what could not be sent. */

import { icon, make } from "./dom.js";

/** @typedef {import("../words/index.js").Words} Words */

const MOST_HEIGHT = 144; // six lines

/** The server takes no longer question. */
const MOST_CHARACTERS = 4000;
const NEARLY = 400; // so many left, and the visitor is told

/**
 * @param {Words} words
 * @param {{
 *   ask(text: string): void, stop(): void, edit(): void, person(): void, draft(): string, keepDraft(text: string): void
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
    "button",
    {
      type: "button",
      class: "stop",
      part: "stop",
      "aria-label": words.stop,
      title: words.stop,
      hidden: true,
      onclick: halt,
    },
    icon("stop"),
  );
  const send = make(
    "button",
    { type: "submit", class: "send", part: "send", "aria-label": words.send, disabled: true },
    icon("arrow"),
  );
  const above = make("div", { class: "above", hidden: true });
  const person = make("button", { type: "button", hidden: true, onclick: hooks.person }, words.person);
  const left = make("p", { class: "small left", id: "left", hidden: true });
  const element = make(
    "form",
    { class: "composer", novalidate: true, onsubmit: submit },
    above,
    make("div", { class: "box" }, field, stop, send),
    left,
    make("p", { class: "small" }, words.canBeWrong, " ", person),
  );

  function fit() {
    if (CSS.supports("field-sizing", "content")) return;
    field.style.height = "24px";
    field.style.height = `${Math.min(field.scrollHeight, MOST_HEIGHT)}px`;
  }

  /** @returns {number} how many characters may still come; as the server counts them, a pair of surrogates is one */
  const room = () => MOST_CHARACTERS - [...field.value.trim()].length;

  function refresh() {
    const more = room();
    left.hidden = more > NEARLY;
    if (!left.hidden) left.textContent = more < 0 ? words.tooMany(-more) : words.left(more);
    send.disabled = isBusy || more < 0 || !field.value.trim();
    fit();
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
    if (!text || isBusy || room() < 0) return;
    fill("");
    hooks.ask(text);
  }

  /** Enter sends, except where it chooses a word in an input method. @param {KeyboardEvent} event */
  function pressKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    submit(event);
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
    /** There is a conversation that a person can read. @param {boolean} isThere */
    offerPerson: (isThere) => void (person.hidden = !isThere),
    /** @param {boolean} isNowBusy an answer is being written */
    setBusy(isNowBusy) {
      if (isBusy === isNowBusy) return;
      const hadFocus = stop.matches(":focus");
      isBusy = isNowBusy;
      stop.hidden = !isBusy;
      if (hadFocus) field.focus();
      refresh();
    },
    /** Show why a question was not taken and give it back, unless something else was written since.
     * @param {HTMLElement | null} notice @param {string} question */
    setRefusal(notice, question) {
      above.replaceChildren(...(notice ? [notice] : []));
      above.hidden = !notice;
      if (notice) {
        above.id = "refused";
        field.setAttribute("aria-describedby", "refused");
      } else field.removeAttribute("aria-describedby");
      field.setAttribute("aria-invalid", String(!!notice));
      field.value ||= question;
      refresh();
    },
  };
}

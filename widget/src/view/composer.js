/** Draws the question box. It takes text at any time, and keeps what could not be sent. */

import { icon, make } from "./dom.js";

/** @typedef {import("../words/index.js").Words} Words */

const MOST_HEIGHT = 144; // six lines

/** @param {Words} words @param {{ ask(text: string): void, stop(): void, edit(): void }} hooks */
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
  const element = make(
    "form",
    { class: "composer", novalidate: true, onsubmit: submit },
    above,
    make("div", { class: "box" }, field, stop, send),
    make("p", { class: "small" }, words.canBeWrong),
  );

  function fit() {
    if (CSS.supports("field-sizing", "content")) return;
    field.style.height = "24px";
    field.style.height = `${Math.min(field.scrollHeight, MOST_HEIGHT)}px`;
  }

  function refresh() {
    send.disabled = isBusy || !field.value.trim();
    fit();
  }

  function edit() {
    hooks.edit();
    refresh();
  }

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || isBusy) return;
    field.value = "";
    refresh();
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

  return {
    element,
    focus: () => field.focus({ preventScroll: true }),
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
        above.id = "refusal";
        field.setAttribute("aria-describedby", "refusal");
      } else field.removeAttribute("aria-describedby");
      field.setAttribute("aria-invalid", String(!!notice));
      field.value ||= question;
      refresh();
    },
  };
}

/** Draws the form that hands the conversation to a person: an address, perhaps a note, and what became of it. */

import { make } from "./dom.js";
import { drawNotice } from "./notice.js";

/** @typedef {import("../words/index.js").Words} Words */

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/;

/**
 * @param {Words} words
 * @param {{ handOver(email: string, note: string): Promise<boolean>, done(): void, sent(): void }} hooks
 */
export function createPersonForm(words, hooks) {
  const email = make("input", { id: "email", type: "email", autocomplete: "email", dir: "ltr" });
  const note = make("textarea", { id: "note", rows: 3, dir: "auto", maxlength: 2000 });
  const wrong = make("div", { id: "wrong" });
  const send = make("button", { type: "submit", class: "chip main" }, words.personSend);
  const title = make("h3", { tabindex: -1 }, words.person);
  const element = make(
    "form",
    { class: "person", novalidate: true, hidden: true, onsubmit: submit },
    title,
    make("p", { class: "quiet" }, words.personIntro),
    make("label", { for: "email" }, words.email),
    email,
    wrong,
    make("label", { for: "note" }, words.note),
    note,
    make(
      "div",
      { class: "chips" },
      send,
      make("button", { type: "button", class: "chip", onclick: hooks.done }, words.back),
    ),
    make("p", { class: "quiet" }, words.personPrivacy),
  );

  /** @param {string} text */
  function say(text) {
    const does = { retry() {}, goOn() {}, isLast: false };
    wrong.replaceChildren(...(text ? [drawNotice({ icon: "alert", text, isAlert: true }, words, does)] : []));
    email.setAttribute("aria-invalid", String(!!text));
    if (text) email.setAttribute("aria-describedby", "wrong");
    else email.removeAttribute("aria-describedby");
    if (text) email.focus();
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const address = email.value.trim();
    if (!ADDRESS.test(address)) return say(words.emailWrong);
    say("");
    send.disabled = true;
    const isSent = await hooks.handOver(address, note.value.trim());
    send.disabled = false;
    if (!isSent) return say(words.personFailed);
    note.value = "";
    hooks.done();
    hooks.sent();
  }

  return {
    element,
    focus: () => (matchMedia("(pointer: coarse)").matches ? title : email).focus({ preventScroll: true }),
  };
}

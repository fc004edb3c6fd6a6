/** Draws the form that hands the conversation to a person: an address, perhaps a note, and what became of it. */

import { isTouched, make, set } from "./dom.js";
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
  const send = make("button.chip.main", { type: "submit" }, words.personSend);
  const title = make("h3", { tabindex: -1 }, words.askPerson);
  const element = make(
    "form.person",
    { novalidate: true, hidden: true, onsubmit: submit },
    title,
    make("p.quiet", words.personIntro),
    make("label", { for: "email" }, words.email),
    email,
    wrong,
    make("label", { for: "note" }, words.note),
    note,
    make("div.chips", send, make("button.chip", { onclick: hooks.done }, words.back)),
    make("p.quiet", words.personPrivacy),
  );

  /** @param {string} [text] */
  function say(text) {
    wrong.replaceChildren();
    set(email, { "aria-invalid": String(!!text), "aria-describedby": !!text && wrong.id });
    if (!text) return;
    wrong.append(drawNotice({ icon: "alert", text }));
    email.focus();
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const address = email.value.trim();
    if (!ADDRESS.test(address)) return say(words.emailWrong);
    say();
    send.disabled = true;
    const isSent = await hooks.handOver(address, note.value.trim());
    send.disabled = false;
    if (!isSent) return say(words.personFailed);
    note.value = "";
    hooks.done();
    hooks.sent();
  }

  return { element, focus: () => (isTouched() ? title : email).focus({ preventScroll: true }) };
}

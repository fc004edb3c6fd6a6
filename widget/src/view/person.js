/** Draws the form that hands the conversation to a person: an address, perhaps a note, and what became of it. */

import { chip, focus, isTouched, make } from "./dom.js";
import { drawNotice } from "./notice.js";

/** @typedef {import("./widget.js").Scene} Scene */

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/;

/** @param {Scene} scene @param {() => void} redraw @param {() => void} done @param {() => void} sent */
export function createPersonForm(scene, redraw, done, sent) {
  const email = make("input.field", { id: "email", type: "email", autocomplete: "email", dir: "ltr" });
  const note = make("textarea.field", { id: "note", dir: "auto", maxlength: 2000 });
  const title = make("h3", { tabindex: -1 });
  let wrong = "";
  let isSending = false;

  /** @param {string} text */
  function say(text) {
    wrong = text;
    redraw();
    if (text) focus(email);
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    if (isSending) return;
    const { words } = scene;
    const address = email.value.trim();
    if (!ADDRESS.test(address)) return say(words.emailWrong);
    isSending = true;
    say("");
    const isSent = await scene.handOver(address, note.value.trim());
    isSending = false;
    if (!isSent) return say(words.personFailed);
    note.value = "";
    done();
    sent();
  }

  return {
    focus: () => focus(isTouched() ? title : email),
    draw() {
      const { words } = scene;
      return [
        "form.person",
        { novalidate: true, onsubmit: submit },
        [title, words.askPerson],
        ["p.quiet", words.personIntro],
        ["label", { for: "email" }, words.email],
        [email, { "aria-invalid": String(!!wrong), "aria-describedby": !!wrong && "wrong" }],
        ["div", { id: "wrong" }, wrong && drawNotice({ icon: "alert", text: wrong })],
        ["label", { for: "note" }, words.note],
        note,
        ["div.row.wrap", ["button.chip.main", { type: "submit" }, words.personSend], chip(words.back, done)],
        ["p.quiet", words.personPrivacy],
      ];
    },
  };
}

/** Draws the form that hands the conversation to a person: an address, perhaps a note, and what became of it. */

import { handOver } from "../chat.js";
import { askForPerson, redraw, site, words } from "../stage.js";
import { say } from "../voice.js";
import { chip, focus, land, make } from "./dom.js";
import { noteHandedOver } from "./log.js";
import { drawNotice } from "./notice.js";

const ADDRESS = /^[^\s@]+@\S+\.[^\s.]{2,}$/;

/** @type {HTMLInputElement} */
let email;
/** @type {HTMLTextAreaElement} */
let more;
/** @type {HTMLElement} */
let title;
let wrong = "";
let isSending = false;

/** @param {string} text */
function sayWrong(text) {
  wrong = text;
  redraw();
  if (text) focus(email);
}

/** @param {Event} event */
async function submit(event) {
  event.preventDefault();
  if (isSending) return;
  const address = email.value.trim();
  if (!ADDRESS.test(address)) return sayWrong(words.emailWrong);
  isSending = true;
  sayWrong("");
  const isSent = await handOver(address, more.value.trim());
  isSending = false;
  if (!isSent) return sayWrong(words.personFailed);
  more.value = "";
  noteHandedOver(address);
  askForPerson(false);
  say(words.personSent);
}

export const toPersonForm = () => land(title, email);

export const drawPersonForm = () => [
  "form.person",
  { novalidate: true, onsubmit: submit },
  [(title ??= make("h3")), { tabindex: -1 }, words.askPerson],
  ["p.quiet", words.personIntro, " ", site.people],
  ["label", { for: "email" }, words.email],
  [(email ??= make("input.field")), { id: "email", type: "email", autocomplete: "email", dir: "ltr", "aria-describedby": "wrong", "aria-invalid": !!wrong }],
  ["div", { id: "wrong" }, wrong && drawNotice(["alert", wrong])],
  ["label", { for: "note" }, words.note],
  [(more ??= make("textarea.field")), { id: "note", dir: "auto", maxlength: 2000 }],
  ["div.row.wrap", ["button.chip.main", words.personSend], chip(words.back, () => askForPerson(false), { type: "button" })],
  ["p.quiet", words.personPrivacy],
];

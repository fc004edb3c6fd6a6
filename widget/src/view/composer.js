/** Draws the question box. It takes text at any time, and keeps what could not be sent. */

import { turnInFlight } from "../conversation.js";
import { draw, focus, iconButton, make } from "./dom.js";
import { drawNotice } from "./notice.js";
import { can, shown, words } from "./scene.js";
import { askForPerson, isPersonAsked, stay } from "./widget.js";

const MOST_HEIGHT = 144; // six lines

/** The server takes no longer question. */
const MOST_CHARACTERS = 4000;
const NEARLY = 400; // so many left, and the visitor is told

const composer = make("div.composer");
const field = make("textarea", {
  part: "question",
  rows: 1,
  dir: "auto",
  enterkeyhint: "send",
  autocomplete: "off",
  oninput: edit,
  onkeydown: pressKey,
});

/** @returns {number} how many characters may still come; as the server counts them, a pair of surrogates is one */
const room = () => MOST_CHARACTERS - [...field.value.trim()].length;
const isMute = () => turnInFlight(shown) || room() < 0 || room() === MOST_CHARACTERS;

function edit() {
  can.edit();
  fill(field.value);
}

/** @param {string} text */
export function fill(text) {
  field.value = text;
  can.keepDraft(text);
  drawComposer();
}

export const toField = () => focus(field);

function send() {
  if (isMute()) return;
  can.ask(field.value.trim());
  fill("");
  stay();
}

/** Enter sends, except where it chooses a word in an input method. @param {KeyboardEvent} event */
function pressKey(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  send();
}

/** Why a question was not taken stands over the box; the question comes back, unless something else was written. */
export function drawComposer() {
  const { turns, refusal } = shown;
  field.value ||= refusal?.question || can.draft();
  const more = room();
  draw(
    composer,
    { hidden: isPersonAsked },
    ["div.above", { id: "refused" }, refusal?.text && drawNotice(["alert", refusal.text, true])],
    [
      "div.row.box",
      [
        field,
        { "aria-label": words.field, placeholder: words.field, "aria-describedby": refusal && "refused", "aria-invalid": !!refusal },
      ],
      turnInFlight(shown) && iconButton("stop", words.stop, can.stop, { part: "stop" }),
      iconButton("arrow", words.send, send, { part: "send", disabled: !!isMute() }),
    ],
    ["p.small.left", more > NEARLY ? "" : words.count(more < 0 ? words.tooMany : words.left, Math.abs(more))],
    ["p.small", words.canBeWrong, " ", turns[0] && ["button", { onclick: () => askForPerson(true) }, words.askPerson]],
  );
  if (!CSS.supports("field-sizing", "content")) {
    field.style.height = "0";
    field.style.height = `${Math.min(field.scrollHeight, MOST_HEIGHT)}px`;
  }
  return composer;
}

/** Draws the question box. It takes text at any time, and keeps what could not be sent. */

import { ask, dropRefusal, sayRefused, stop } from "../chat.js";
import { personIn, turnInFlight } from "../conversation.js";
import { named, noteTyping } from "../people.js";
import { keepInTab, memory, tab } from "../session.js";
import { askForPerson, isPersonAsked, isReachable, redraw, shown, words } from "../stage.js";
import { draw, focus, iconButton, make } from "./dom.js";
import { drawNotice } from "./notice.js";

/** The server takes no longer question. */
const MOST_CHARACTERS = 4000;
const NEARLY = 400; // so many left, and the visitor is told

const LINE = 24; // no line is lower, in pixels

/** @type {HTMLElement} */
let composer;
/** @type {HTMLTextAreaElement} there once the panel has been drawn */
export let field;

/** @returns {number} how many characters may still come; as the server counts them, a pair of surrogates is one */
const room = () => MOST_CHARACTERS - [...field.value.trim()].length;
const isMute = () => turnInFlight(shown) || room() < 0 || !field.value.trim();

function write() {
  dropRefusal();
  noteTyping();
  fill(field.value);
}

let aside = ""; // what was being written when an earlier question was taken up again

/** Write an earlier question anew; what was being written comes back after it. @param {string} question */
export function edit(question) {
  aside ||= field.value;
  fill(question);
  focus(field);
}

/** No page is left for a file that is dropped here, and no question holds one. @param {any} event */
export function takeFile(event) {
  const { types } = event.dataTransfer ?? event.clipboardData;
  if (!types.includes("Files") || types.includes("text/plain")) return;
  event.preventDefault();
  if (event.type !== "dragover") sayRefused(words.textOnly);
}

/** @param {string} text */
export function fill(text) {
  field.value = text;
  keepInTab({ draft: text });
  drawComposer();
}

function send() {
  if (isMute()) return;
  ask(field.value.trim());
  fill(aside);
  aside = "";
  redraw("box");
}

/** Enter sends, except where it chooses a word in an input method. @param {KeyboardEvent} event */
function pressKey(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  send();
}

/** Why a question was not taken stands over the box; the question comes back, unless something else was written. */
export function drawComposer() {
  composer ??= make("div.composer");
  field ??= make("textarea");
  const { turns, refusal } = shown;
  field.value ||= refusal?.question || tab.draft || "";
  const more = room();
  const person = personIn(shown);
  const label = person ? named(words.writeTo, person) : words.yourQuestion;
  draw(
    composer,
    { hidden: isPersonAsked },
    ["div.above", { id: "refused" }, refusal?.text && drawNotice(["alert", refusal.text, true])],
    [
      "div.row.box",
      [
        field,
        {
          part: "question",
          rows: 1,
          dir: "auto",
          enterkeyhint: "send",
          "aria-describedby": "refused",
          "aria-label": label,
          placeholder: label,
          "aria-invalid": !!refusal,
          oninput: write,
          onkeydown: pressKey,
        },
      ],
      turnInFlight(shown) && iconButton("stop", words.stop, stop, { part: "stop" }),
      iconButton("arrow", words.send, send, { part: "send", disabled: !!isMute() }),
    ],
    ["p.quiet.bad", more > NEARLY ? "" : words.count(more < 0 ? words.charactersTooMany : words.charactersLeft, Math.abs(more))],
    ["p.quiet", person ? named(shown.isTyping ? words.isTyping : words.quietMeanwhile, person) : words.canBeWrong, " ", !person && turns[0] && memory.conversation && isReachable() && ["button", { onclick: () => askForPerson(true) }, words.askPerson]],
  );
  // Where `field-sizing` is known, rows mean nothing.
  field.rows = field.scrollHeight / LINE || 1;
  return composer;
}

/**
 * Draws the conversation and keeps the reader's place: new text is followed only by who stands at the end of it.
 */

import { chip, focus, icon, make } from "./dom.js";
import { can, shown, site, words } from "./scene.js";
import { createTurnView } from "./turn.js";
import { isPersonAsked, plan } from "./widget.js";

/** @type {Map<string, ReturnType<typeof createTurnView>>} */
let views = new Map();
/** @type {any[][]} the line under a turn, such as that a person has been asked, by the turn's place */
let notes = [];
let isAtEnd = true;
let hasNewText = false;
/** @type {string | undefined} */
let lastText;

/** So near its end, in pixels, one stands at the end of the text. */
const NEAR = 48;

export const log = make("div.log", { part: "log", role: "log", "aria-live": "off", tabindex: "0", onscroll: keepPlace });
const toEnd = make("button.row.below", { hidden: true, onclick: followText });

function keepPlace() {
  isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  if (isAtEnd) toEnd.hidden = true;
}

function followText() {
  focus(log);
  isAtEnd = true;
  settle(false);
}

/** Write for as long as it is not late; return whether something is left. @param {() => boolean} isLate */
export function write(isLate) {
  const { turns } = shown;
  const last = turns.at(-1);
  if (!last) notes = [];
  if (!views.has(last?.id ?? "")) isAtEnd = true; // whoever asks wants to see the answer
  views = new Map(turns.map((turn) => [turn.id, views.get(turn.id) ?? createTurnView(turn)]));
  hasNewText ||= last?.text !== lastText;
  lastText = last?.text;
  return turns.filter((turn) => views.get(turn.id)?.write(turn, turn === last, isLate)).length > 0;
}

/** What was written is on the page. @param {boolean} isLeft */
export function settle(isLeft) {
  if (isAtEnd) {
    toEnd.hidden = true;
    if (shown.turns[0]) log.scrollTop = log.scrollHeight;
  } else if (hasNewText) toEnd.hidden = false;
  hasNewText = isLeft;
}

/** Draw all anew, in other words. */
export const forget = () => views.clear();

/** Put a line where the conversation stands now. @param {any[]} line */
export function note(line) {
  notes[shown.turns.length - 1] = line;
  isAtEnd = true;
  plan();
}

/** @param {string} kind @param {readonly string[]} questions @param {(text: string) => any[]} drawOne */
const drawQuestions = (kind, questions, drawOne) =>
  questions.length && [kind, { "aria-label": words.suggestions }, ...questions.map((text) => ["li", drawOne(text)])];

const drawHello = () => [
  "div.hello",
  ["div", ["h3", site.greeting || words.greeting], ["p", words.intro]],
  drawQuestions("ul.list.starters", site.starters, (text) => ["button.row", { onclick: () => can.ask(text) }, ["span", text], icon("go")]),
];

/** The follow-ups stand under the last reply, once all of it is there. */
export function drawLog() {
  const last = shown.turns.at(-1);
  return [
    log,
    { "aria-label": words.conversation, hidden: isPersonAsked },
    !last && drawHello(),
    ...[...views.values()].flatMap((view, place) => [...view.draw(), notes[place] && ["div", notes[place]]]),
    last?.status === "done" &&
      views.get(last.id)?.isWhole() &&
      drawQuestions("ul.list.row.wrap", last.followups, (text) => chip(text, () => can.ask(text), { part: "chip" })),
  ];
}

export const drawToEnd = () => [toEnd, icon("arrow"), words.below];

/**
 * Draws the conversation and keeps the reader's place: new text is followed only by who stands at the end of it.
 */

import { ask } from "../chat.js";
import { isPersonAsked, shown, site, words } from "../stage.js";
import { focus, icon, make } from "./dom.js";
import { createTurnView, drawQuestions } from "./turn.js";

/** @type {ReturnType<typeof createTurnView>[]} one for each turn that is shown */
let views = [];
let placeHandedOver = -1; // of the turn after which a person was asked
let isAtEnd = true;
/** @type {unknown} the last reply, so far as it stands on the page */
let lastText;

/** So near its end, in pixels, one stands at the end of the text. */
const NEAR = 48;

export const log = make("div.log", { part: "log", role: "log", "aria-live": "off", tabindex: "0", onscroll: keepPlace });
const toEnd = make("button.row.chip.below", { hidden: true, onclick: followText });

function keepPlace() {
  isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  toEnd.hidden ||= isAtEnd;
}

function followText() {
  focus(log);
  isAtEnd = true;
  follow();
}

/** Write for as long as it is not late; return whether something is left. */
export function write() {
  const { turns } = shown;
  const last = turns.at(-1);
  if (!last) placeHandedOver = -1;
  if (last?.id !== views.at(-1)?.id) isAtEnd = true; // whoever asks wants to see the answer
  views = turns.map((turn) => views.find(({ id }) => id === turn.id) ?? createTurnView(turn));
  toEnd.hidden &&= isAtEnd || last?.text === lastText;
  const isLeft = !!views.filter((view, place) => view.write(/** @type {any} */ (turns[place])))[0];
  lastText = isLeft || last?.text;
  return isLeft;
}

/** What was written is on the page: follow it. */
export function follow() {
  if (!isAtEnd) return;
  toEnd.hidden = true;
  if (shown.turns[0]) log.scrollTop = log.scrollHeight;
}

/** A person has been asked: say so where the conversation stands now. */
export function noteHandedOver() {
  placeHandedOver = views.length - 1;
  isAtEnd = true;
}

const drawHello = () => [
  "div.hello",
  ["div", ["h3", site.greeting || words.greeting], ["p", words.intro]],
  drawQuestions("ul.list.starters", site.starters, (text) => ["li", ["button.row", { onclick: () => ask(text) }, ["span", text], icon("arrow")]]),
];

export const drawLog = () => [
  log,
  { "aria-label": words.conversation, hidden: isPersonAsked },
  !views[0] && drawHello(),
  ...views.flatMap((view, place) => view.draw(!views[place + 1], place === placeHandedOver)),
];

export const drawToEnd = () => [toEnd, icon("arrow"), words.below];

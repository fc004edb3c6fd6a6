/**
 * Draws the conversation and keeps the reader's place: a new question goes to the top and stays there, while its answer
 * grows downward. New text is followed only for a reader who went to its end.
 */

import { ask } from "../chat.js";
import { isInFlight } from "../conversation.js";
import { isPersonAsked, shown, site, words } from "../stage.js";
import { focus, icon, make } from "./dom.js";
import { drawSaid } from "./said.js";
import { createTurnView, drawQuestions } from "./turn.js";

/** @type {ReturnType<typeof createTurnView>[]} one for each turn that is shown */
let views = [];
let addressGiven = "";
let placeHandedOver = -1; // of the turn after which a person was asked
let isFollowing = false; // new text is kept in sight, because the reader went to its end
let isLeft = false; // there is text that is not on the page yet
let isAsked = false; // a question came that is to be seen
let place = 0; // how far down the reader is
let placed = 0; // how far down we put them ourselves
/** @type {string | undefined} the last reply, so far as it stands on the page */
let lastText;

/** So near its end, in pixels, one stands at the end of the text. */
const NEAR = 48;
const PADDING = 20;

/** @type {HTMLElement} there once the panel has been drawn */
export let log;
/** @type {HTMLElement} */
let toEnd;

/** How much there is below what is in sight, in pixels. */
const below = () => log.scrollHeight - log.scrollTop - log.clientHeight;

function letGo() {
  isFollowing = false;
}

/** Whoever goes up is left there; whoever goes to the end by a move of their own is kept at it. */
function keepPlace() {
  const { scrollTop } = log;
  const isAtEnd = below() < NEAR;
  if (scrollTop < place) letGo();
  else if (scrollTop !== placed) isFollowing = isAtEnd;
  place = scrollTop;
  toEnd.hidden ||= isAtEnd;
}

function followText() {
  focus(log);
  isFollowing = true;
  follow();
}

/** Write for as long as it is not late; return whether something is left. */
export function write() {
  const { turns } = shown;
  const last = turns.at(-1);
  if (!last) placeHandedOver = -1;
  if (last?.id !== views.at(-1)?.id) {
    isAsked = true;
    lastText = last && isInFlight(last) ? "" : last?.text; // what was there already is not new
  }
  views = turns.map((turn) => views.find(({ id }) => id === turn.id) ?? createTurnView(turn));
  isLeft = !!views.filter((view, place) => view.write(/** @type {any} */ (turns[place])))[0];
  return isLeft;
}

/** What was written is on the page: a question stands at the top, and what follows it below, where one reads on. */
export function follow() {
  const text = shown.turns.at(-1)?.text;
  const isNew = text !== lastText;
  if (!isLeft) lastText = text;
  if (!log?.clientHeight) return;
  if (log.scrollTop < place) letGo();
  if (isAsked || isFollowing) {
    const question = log.lastElementChild?.getBoundingClientRect().top ?? 0;
    log.scrollTop += isFollowing ? below() : question - log.getBoundingClientRect().top - PADDING;
    place = placed = log.scrollTop;
    isAsked = false;
  }
  toEnd.hidden = below() < NEAR || (toEnd.hidden && !isNew);
}

/** The log was taken off the page and put back. */
export function returnToPlace() {
  if (log) log.scrollTop = place;
}

/** A person has been asked: say so where the conversation stands now. @param {string} address where the answer goes */
export function noteHandedOver(address) {
  addressGiven = address;
  placeHandedOver = views.length - 1;
  isFollowing = true;
}

const drawHello = () => [
  "div.hello",
  ["div", ["h3", site.greeting || words.greeting], ["p", words.intro]],
  drawQuestions("ul.list.starters", site.starters, (text) => ["li", ["button.row", { onclick: () => ask(text) }, ["span", text], icon("next")]]),
];

export const drawLog = () => [
  (log ??= make("div.log")),
  {
    part: "log",
    role: "log",
    "aria-live": "off",
    "aria-label": words.conversation,
    tabindex: "0",
    hidden: isPersonAsked,
    onscroll: keepPlace,
    ontouchmove: letGo,
    onpointerdown: letGo, // the bar may be dragged
    onwheel: (/** @type {WheelEvent} */ { deltaY }) => deltaY < 0 && letGo(),
    onkeydown: (/** @type {KeyboardEvent} */ { key }) => /Up|Home/.test(key) && letGo(),
  },
  !views[0] && drawHello(),
  ...views.flatMap((view, place) => [
    view.draw(!views[place + 1], place === placeHandedOver && addressGiven),
    // What followed a turn that this page does not know stands at the end.
    ...shown.said.filter(({ after }) => after === view.id || (!views[place + 1] && !views.some(({ id }) => id === after))).map(drawSaid),
  ]),
];

export const drawToEnd = () => [(toEnd ??= make("button.row.chip.below", { hidden: true })), { onclick: followText }, icon("arrow"), words.newTextBelow];

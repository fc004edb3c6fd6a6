/**
 * What is shown, and when it is drawn. There is one widget on a page, so there is one of each. How it is drawn is for
 * the view to know: it comes and says so.
 *
 * When things are drawn:
 * 1. What happens within one turn of the browser's loop is drawn in one go, right after it; nothing that comes in puts
 *    that off: a timer that starts anew with each token would show nothing until the end.
 * 2. Writing ends after about 8 ms and goes on in the next task, so that the page around us never stutters.
 * 3. It waits for no frame: a hidden page has none, and one that scrolls within a frame needs a second one.
 */

/** @typedef {import("./words/index.js").Words} Words */
/** @typedef {{ accent?: string, mode?: string, position?: string, avatar?: string }} Theme */
/** @typedef {{ name?: string, disclosure?: string, greeting?: string, starters: string[], theme: Theme, link_hosts?: string[] | undefined,
 *   nudge?: string, page_context?: boolean, stars?: boolean, people?: string }} Site */
/** Where the focus goes once all is drawn. @typedef {"panel" | "box" | "person"} Place */
/**
 * Draws what stands here: `write` appends text until it is late and returns whether some is left, `draw` draws all but
 * that text, `follow` keeps the reader's place once both have been done.
 * @typedef {{ write(): boolean, draw(place?: Place): void, follow(): void }} View
 */

const BOX_MS = 8;

/** @type {Words} */
export let words;
/** @type {Site} nothing of ours is drawn before it is there */
export let site;
/** @type {import("./conversation.js").Conversation} */
export let shown = { turns: [], said: [] };
export let isOpen = false;
export let isPersonAsked = false; // the form stands where the conversation stands
export let isWaiting = false; // an answer that has not been seen
export let nudge = "";
export let pageMode = ""; // "light", "dark" or both, as the page around us is

/** @type {View | undefined} */
let view;
let start = 0; // of what is being written
let isPlanned = false;
let isStale = false; // something else has changed than the text that is being written

/** From now on all is drawn by this. @param {View} its */
export function setView(its) {
  view = its;
  redraw();
}

/** Whether the page has waited long enough for us. */
export const isLate = () => performance.now() - start > BOX_MS;

/** @param {Place} [place] */
function flush(place) {
  if (!view || !site) return;
  start = performance.now();
  isPlanned = false;
  const isLeft = view.write();
  if (isStale) view.draw(place);
  isStale &&= isLeft;
  view.follow();
  if (isLeft) plan();
}

/** Draw what has changed, in a task of its own. */
function plan() {
  if (!isPlanned) setTimeout(flush);
  isPlanned = true;
}

/** Draw all of it now. @param {Place} [place] */
export function redraw(place) {
  isStale = true;
  flush(place);
}

/** @param {import("./conversation.js").Conversation} conversation @param {boolean} [isMoreText] nothing but its last text grew */
export function show(conversation, isMoreText) {
  shown = conversation;
  isStale ||= !isMoreText;
  plan();
}

/** Speak and look as the site wants it. @param {Words} itsWords @param {Site} its */
export function setSite(itsWords, its) {
  words = itsWords;
  site = its;
  redraw();
}

/** The site's own words are here, and something answers: a person can be asked. */
export const isReachable = () => words.intro && shown.turns.at(-1)?.failure?.code !== "unreachable";

/** What a visitor reads of a problem. @param {string} code @param {string} [message] the server's own words @returns {string} */
export const wordsFor = (code, message) => words.problems[code] || message || words.problems["internal"] || code;

export const siteName = () => site.name || words.help;

/** @param {string} text */
export function setNudge(text) {
  nudge = text;
  redraw();
}

/** @param {string} mode */
export function setPageMode(mode) {
  if (pageMode === mode) return;
  pageMode = mode;
  redraw();
}

/** @param {boolean} isNow @param {Place} [place] */
export function setOpen(isNow, place) {
  isOpen = isNow;
  isWaiting &&= !isNow;
  nudge = "";
  redraw(place);
}

/** An answer has ended: a visitor who has not seen it is told that it waits. */
export function noteAnswer() {
  isWaiting = !isOpen;
}

/** @param {boolean} isAsked */
export function askForPerson(isAsked) {
  isPersonAsked = isAsked;
  redraw(isAsked ? "person" : undefined);
}

/**
 * The corridor: session → wire → conversation → stage. It knows nothing of looks.
 *
 * Rules that this file keeps:
 * 1. One question is answered at a time; the next may be typed meanwhile.
 * 2. A question is never lost: it stands in the conversation, or goes back into the box.
 * 3. A connection that breaks is taken up again. Trying again by hand does the same while the turn may still be going
 *    on; once the server has said that it is over, a new turn is asked.
 * 4. A turn that is sent again says to the letter what it said before: else the server takes it for another question.
 * 5. What is shown is what is asked about. Another tab may go on with the same conversation, then this one shows it, or
 *    with another one, then both stand.
 */

import { config, userOf } from "./config.js";
import { hear, isInFlight, newTurn, personIn, turnFrom, turnInFlight } from "./conversation.js";
import { emit, host, warnBuffered, warnRefused, warnUnreachable } from "./host.js";
import { maybe } from "./maybe.js";
import { forgetPeople, hearPeople, noteSaid } from "./people.js";
import { leaveConversation, memory, remember, reread, written } from "./session.js";
import { askForPerson, isOpen, noteAnswer, show, shown, site, words, wordsFor } from "./stage.js";
import { say } from "./voice.js";
import { send, tellOf } from "./wire/api.js";
import { createMessageReader } from "./wire/message.js";
import { followTurn } from "./wire/stream.js";

/** @typedef {import("./conversation.js").Turn} Turn */
/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./conversation.js").Happening} Happening */
/** @typedef {import("./wire/api.js").Problem} Problem */

/** A question that may go out again within this time does so by itself. */
const LONGEST_HOLD_S = 120;
/** So long another tab may take until the server knows its newcomer. */
const LONGEST_START_MS = 5000;
const RECALL_AGAIN_MS = 2400;

let userToken = "";
/** @type {Record<string, any>} what was sent for each turn that this page asked */
let bodies = {};
/** @type {ReturnType<typeof followTurn> | undefined} */
let stream;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let hold;
/** @type {Promise<void> | undefined} */
let recalling;
let isBehind = false; // another tab wrote something while this one was busy
let isApart = false; // another tab, or this one, has begun another conversation: each goes on with its own

/** @param {Partial<Conversation>} changes @param {boolean} [isMoreText] they only lengthen a text that is on the screen */
const change = (changes, isMoreText = false) => show({ ...shown, ...changes }, isMoreText);

/** @param {string} id @param {Happening} event @param {boolean} [isMoreText] */
const happen = (id, event, isMoreText) =>
  change({ turns: shown.turns.map((turn) => (turn.id === id ? hear(turn, event) : turn)) }, isMoreText);

/** @param {string} id @returns {Turn | undefined} */
const turnOf = (id) => shown.turns.find((turn) => turn.id === id);

/** Ask the server, or take up a turn that it knows. @param {Turn} turn @param {boolean} [isBegun] */
function connect(turn, isBegun = false) {
  const { id, question: message } = turn;
  let reader = createMessageReader();
  const body = (bodies[id] ??= {
    message,
    turn: id,
    page: site.page_context ? host.pageNow() : undefined,
    locale: config.locale,
    conversation: memory.conversation,
    user_token: userToken || undefined,
  });
  remember({ turn: id });

  stream = followTurn(body, isBegun, (event) => {
    const { type, kind, json, conversation, visitor = memory.visitor } = event;
    if (type === "delta") {
      const text = maybe(() => reader.feed(json));
      const { status, isReconnecting } = turnOf(id) ?? {};
      if (text) happen(id, { type: "text", text }, status === "streaming" && !isReconnecting);
      return;
    }
    if (type === "refused") return refuse(turn, /** @type {any} */ (event));
    if (type === "buffered") warnBuffered();
    if (event["code"] === "unreachable") warnUnreachable();
    if (type === "start") remember({ conversation, visitor, asking: undefined });
    if (type === "replace" || kind === "restarted") reader = createMessageReader();
    // After a replacement the reader has heard nothing, and the replacement's own words stand.
    happen(id, type === "done" ? { ...maybe(reader.end), ...event } : event);
    if (event["person"]) askForPerson(true);
    if (type === "done" || type === "error") close(id);
  });
}

/** The server did not take the question. @param {Turn} turn @param {Problem} problem */
function refuse(turn, problem) {
  const { status, code, title, kinds, retryAfter } = problem;
  close();
  if (/^(not_found|visitor_invalid)$/.test(code) && memory.visitor) {
    // What this browser remembered is gone on the server: ask again as a newcomer.
    remember({ visitor: undefined });
    leaveConversation();
    delete bodies[turn.id];
    return connect(turn);
  }
  if (retryAfter && retryAfter <= LONGEST_HOLD_S) {
    say(words.count(words.pleaseWait, retryAfter));
    return holdTurn(turn, retryAfter);
  }
  if (status === 403 || status === 404) warnRefused(problem);
  const message = wordsFor(kinds?.includes("CREDIT_CARD") ? "card" : code, title);
  sayRefused(message, turn);
  emit("error", { turn: turn.id, code, message });
}

/** A turn has ended, or was not begun. @param {string} [id] */
function close(id = "") {
  const turn = turnOf(id);
  // One that was only cut may be taken up by the next page.
  if (!turn?.failure?.isCut) remember({ turn: undefined, asking: undefined });
  if (!turn) return;
  goNext();
  void hearPeople();
  const { text: message, confidence, followups, sources, status, failure } = turn;
  if (failure) return emit("error", { turn: id, code: failure.code, message: failure.message ?? words.problems[failure.code] });
  noteAnswer();
  emit("reply", { turn: id, message, confidence, followups, sources, stopped: status === "stopped" });
}

/** Say why, and give the words of a turn back to the box. @param {string} text @param {Partial<Turn>} [turn] */
export function sayRefused(text, { id, question = "" } = {}) {
  change({ turns: shown.turns.filter((each) => each.id !== id), refusal: { text, question } });
  say(text);
  goNext();
}

/** Ask what was held back while an answer was being written; see what another tab wrote meanwhile. */
function goNext() {
  if (isBehind) catchUp();
  const next = shown.turns.find(isInFlight);
  if (next?.status !== "held" || next.seconds) return;
  happen(next.id, { type: "held" });
  begin(next);
}

/** Count down, then send by itself. @param {Turn} turn @param {number} seconds */
function holdTurn(turn, seconds) {
  happen(turn.id, { type: "held", seconds });
  if (seconds) hold = setTimeout(holdTurn, 1000, turn, seconds - 1);
  else connect(turn);
}

/**
 * Ask; a newcomer's first question waits for the one that another tab is just asking, or there would be two newcomers.
 * @param {Turn} turn
 */
function begin(turn) {
  const { visitor, asking = 0 } = written();
  if (!memory.visitor) {
    if (visitor) reread();
    else if (Date.now() - asking < LONGEST_START_MS) {
      hold = setTimeout(begin, 200, turn);
      return;
    } else remember({ asking: Date.now() });
  }
  connect(turn);
}

/** Ask, or where an answer is being written, once it has ended. @param {string} question @param {string} [instead] the turn whose place it takes */
export function ask(question, instead) {
  // By the standard a random UUID ends the address, also on a page without TLS, where `crypto.randomUUID` does not exist.
  const id = URL.createObjectURL(new Blob()).slice(-36);
  const isBusy = turnInFlight(shown);
  const turn = { ...newTurn(id, question), ...(isBusy && { status: /** @type {const} */ ("held") }) };
  change({ turns: [...shown.turns.filter((each) => each.id !== instead), turn], refusal: undefined });
  say(isBusy ? words.waitsForTurn : personIn(shown) ? "" : words.replying);
  emit("question", { turn: id, question });
  if (!isBusy) begin(turn);
}

/** @param {string} id */
export function retry(id) {
  const turn = turnOf(id);
  if (!turn || turnInFlight(shown)) return;
  const { question, edition, isBegun, failure } = turn;
  if (!failure?.isCut) return ask(question, id);
  // The turn may still be going on: its stream is heard again from the start, and nothing is generated twice.
  const again = { ...newTurn(id, question), isBegun, edition: edition + 1 };
  change({ turns: shown.turns.map((each) => (each === turn ? again : each)) });
  connect(again, isBegun && !failure.isGone);
}

export function stop() {
  const turn = turnInFlight(shown);
  if (!turn) return;
  const { status, seconds } = turn;
  if (status !== "held" || seconds) leave();
  if (status === "held") return sayRefused("", turn);
  if (memory.visitor) tellOf(`turns/${turn.id}/stop`, {});
  happen(turn.id, { type: "done", stop_reason: "stopped", followups: [] });
  close(turn.id);
}

/** @param {string} turn @param {"up" | "down"} rating @param {string} [comment] */
export function rate(turn, rating, comment) {
  happen(turn, { type: "rated", rating });
  tellOf(`turns/${turn}/feedback`, { rating, comment });
}

/** How the conversation was, of five. @param {number} stars */
export function star(stars) {
  remember({ stars });
  tellOf(`conversations/${memory.conversation}/stars`, { stars });
}

/** Give the conversation to a person; return whether it arrived. @param {string} email @param {string} note */
export const handOver = (email, note) =>
  send(`conversations/${memory.conversation}/handoff`, { body: { email, note: note || undefined } }).then(
    ({ ok }) => ok,
    () => false,
  );

export const goOn = () => ask(words.pleaseContinue);

/** The question that was not taken is being written anew. */
export const dropRefusal = () => shown.refusal && change({ refusal: undefined });

async function fetchTurns() {
  if (!memory.conversation) return;
  const response = await send(`conversations/${memory.conversation}`);
  if ([401, 404].includes(response.status)) return leaveConversation();
  const { turns, events: said = [] } = await response.json();
  /** @type {Turn[]} */
  const known = turns.map(turnFrom);
  noteSaid(said);
  // A question may have been quicker: then it stands last, and is the one that is followed.
  const isQuiet = !turnInFlight(shown);
  const theirs = known.filter((turn) => isQuiet || !isInFlight(turn));
  change({ said, turns: [...new Map([...theirs, ...shown.turns].map((turn) => [turn.id, turn])).values()] });
  void hearPeople();
  const open = turnInFlight(shown);
  if (!open) remember({ turn: undefined });
  else if (isQuiet) connect(open, true);
}

/** Bring back the conversation of an earlier page, once; go on with a turn that is still being answered. */
export function recall() {
  if (recalling) void hearPeople();
  recalling ??= fetchTurns().catch(() => {
    recalling = undefined;
    // Nobody waits for it, and where the panel is closed the next opening does it.
    setTimeout(() => {
      if (isOpen) void recall();
    }, RECALL_AGAIN_MS);
  });
  return recalling;
}

/** Another tab went on with this conversation, or erased it, or somebody else is signed in now: this one shows the same. */
export function catchUp() {
  const { user, conversation, erased } = written();
  const isOver = user !== memory.user || (memory.conversation && erased === memory.conversation);
  isApart = !isOver && (isApart || !!(memory.conversation && !conversation));
  isBehind = !isOver && !!turnInFlight(shown);
  if (isBehind || isApart) return;
  if (isOver) empty();
  recalling = undefined;
  reread();
  if (isOpen) void recall();
}

export function leave() {
  clearTimeout(hold);
  stream?.leave();
}

export const sleep = () => stream?.sleep();
export const wake = () => stream?.wake();

function empty() {
  leave();
  forgetPeople();
  bodies = {};
  show({ turns: [], said: [] });
}

export function startNew() {
  isApart = true;
  leaveConversation();
  empty();
}

export async function erase() {
  const { conversation } = memory;
  const isGone =
    !conversation ||
    (await send(`conversations/${conversation}`, { method: "DELETE" }).then(
      ({ ok, status }) => ok || status === 404,
      () => false,
    ));
  if (!isGone) return sayRefused(words.notErased);
  remember({ erased: conversation });
  startNew();
  say(words.erased);
}

/** Whoever signs in or out at this browser sees nothing of who was signed in before. @param {string} token */
export function identify(token) {
  userToken = token;
  const user = userOf(token);
  if (memory.user && memory.user !== user) {
    remember({ visitor: undefined });
    startNew();
  }
  remember({ user });
}

/**
 * The corridor: session → wire → conversation → view. It decides nothing about looks and knows no page.
 *
 * Rules that this file keeps:
 * 1. One question is answered at a time; the next may be typed meanwhile.
 * 2. A question is never lost: it stands in the conversation, or goes back into the box.
 * 3. A connection that breaks is taken up again. Trying again by hand does the same while the turn may still be going
 *    on; once the server has said that it is over, a new turn is asked.
 * 4. A turn that is sent again says to the letter what it said before: else the server takes it for another question.
 */

import { EMPTY, hear, isInFlight, newTurn, turnFrom, turnInFlight } from "./conversation.js";
import { userOf } from "./config.js";
import { createApi } from "./wire/api.js";
import { createReplyParser } from "./wire/reply.js";
import { followTurn } from "./wire/stream.js";

/** @typedef {import("./conversation.js").Turn} Turn */
/** @typedef {import("./conversation.js").Happening} Happening */
/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./wire/api.js").Problem} Problem */
/**
 * @typedef {object} Surroundings
 * @property {{ site: string, api: string, userToken: string | undefined }} config
 * @property {ReturnType<typeof import("./session.js").createSession>} session
 * @property {(conversation: Conversation, isMoreText: boolean) => void} show
 * @property {() => boolean} isOpen
 * @property {() => void} setWaiting an answer has ended
 * @property {(sentence: string) => void} say
 * @property {() => import("./words/index.js").Words} words
 * @property {() => object} page what is told of the page, and in which language
 * @property {(event: string, detail: object) => void} emit
 * @property {(sentence: string) => void} warn one line for the page's developer
 * @property {() => void} warnUnreachable
 * @property {() => void} warnBuffered
 */

/** A question that may go out again within this time does so by itself. */
const LONGEST_HOLD_S = 120;
/** Refusals that end by themselves. */
const PASSING = /^(rate_limited|too_many_streams|busy|shutting_down)$/;

/** @returns {string} a random UUID, also on a page without TLS, where `crypto.randomUUID` does not exist */
const newTurnId = () =>
  "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () =>
    (/** @type {number} */ (crypto.getRandomValues(new Uint8Array(1))[0]) % 16).toString(16),
  );

/** @param {Surroundings} surroundings */
export function createChat({ config, session, show, isOpen, setWaiting, say, words, page, emit, warn, warnUnreachable, warnBuffered }) {
  const { send, ask: post, settings } = createApi(config.api, config.site, () => session.visitor);
  let conversation = EMPTY;
  let userToken = "";
  /** @type {ReturnType<typeof followTurn> | null} */
  let stream = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let hold;
  /** @type {Map<string, object>} what was sent for each turn that this page asked */
  const sent = new Map();
  /** @type {Set<string>} the turns that the server has begun */
  const begun = new Set();

  /** @param {Happening} event @param {boolean} [isMoreText] it only lengthens a text that is on the screen */
  function happen(event, isMoreText = false) {
    conversation = hear(conversation, event);
    show(conversation, isMoreText);
  }

  /** @param {string} turn @param {string} code @param {string | undefined} message */
  const emitError = (turn, code, message) => emit("error", { turn, code, message });

  /** @param {string} id @returns {Turn | undefined} */
  const turnOf = (id) => conversation.turns.find((turn) => turn.id === id);

  /** Ask the server, or take up a turn that it knows. @param {Turn} turn @param {boolean} isStarted */
  function connect(turn, isStarted) {
    const { id, question } = turn;
    let parser = createReplyParser();
    const body = sent.get(id) ?? {
      message: question,
      turn: id,
      ...page(),
      conversation: session.conversation ?? undefined,
      user_token: userToken || undefined,
    };
    sent.set(id, body);
    session.remember({ turn: id });

    /** @param {{ type: string, [more: string]: any }} event */
    function hearEvent(event) {
      const { type, kind, json, conversation, visitor = session.visitor } = event;
      if (type === "delta") {
        const text = parser.feed(json);
        const { status, isReconnecting } = turnOf(id) ?? {};
        if (text) happen({ type: "text", turn: id, text }, status === "streaming" && !isReconnecting);
        return;
      }
      begun.add(id);
      if (type === "start") session.remember({ conversation, visitor });
      if (type === "replace" || kind === "restarted") parser = createReplyParser();
      // After a replacement the parser has heard nothing, and the replacement's own follow-ups stand.
      happen({ ...event, ...(type === "done" && lastWords()), turn: id });
      if (type === "done" || type === "error") close(id);
    }

    function lastWords() {
      try {
        parser.end();
        return { followups: parser.followups };
      } catch {
        return {};
      }
    }

    /** The stream could not be taken up again. @param {boolean} wasReached @param {boolean} isGone the server has it no longer */
    function lose(wasReached, isGone) {
      stream = null;
      if (isGone) begun.delete(id);
      if (!wasReached) warnUnreachable();
      const code = wasReached ? "connection_lost" : "unreachable";
      happen({ type: "error", turn: id, code, isCut: true });
      emitError(id, code, words().problems[code]);
    }

    /** The server did not take the question. @param {Problem} problem */
    function refuse({ status, code, title, detail, kinds, retryAfter }) {
      stream = null;
      session.remember({ turn: null });
      const isForgotten = status === 404 && code === "not_found" && session.conversation;
      if (isForgotten || (code === "visitor_invalid" && session.visitor)) {
        // What this browser remembered is gone on the server: ask again as a newcomer.
        if (!isForgotten) session.remember({ visitor: null });
        session.leaveConversation();
        sent.delete(id);
        return connect(turn, false);
      }
      if (/^(origin_not_allowed|unknown_site)$/.test(code))
        warn(`${detail || title} (${code}; site "${config.site}" at ${config.api})`);
      if (PASSING.test(code) && retryAfter <= LONGEST_HOLD_S) return holdTurn(turn, retryAfter || 5);
      const known = words().problems;
      const message = known[kinds?.includes("CREDIT_CARD") ? "card" : code] || title || known["internal"] || code;
      sayRefused(code, message, turn);
      emitError(id, code, message);
    }

    stream = followTurn({
      isStarted,
      ask: (signal) => post(body, signal),
      follow: (after, signal) => send(`turns/${id}/events`, { after, signal }),
      hear: hearEvent,
      refuse,
      buffered: warnBuffered,
      cut: () => happen({ type: "reconnecting", turn: id }),
      lose,
    });
  }

  /** A turn has ended. @param {string} id */
  function close(id) {
    stream = null;
    session.remember({ turn: null });
    const turn = turnOf(id);
    if (!turn) return;
    const { text: message, confidence, followups, sources, status, failure } = turn;
    if (failure) return emitError(id, failure.code, failure.message);
    setWaiting();
    emit("reply", { turn: id, message, confidence, followups, sources, stopped: status === "stopped" });
  }

  /** @param {string} code @param {string} text @param {Partial<Turn>} turn the words of which go back into the box */
  function sayRefused(code, text, { id, question = "" } = {}) {
    happen({ type: "refused", turn: id, code, text, question });
    say(text);
  }

  /** Count down, then send by itself. @param {Turn} turn @param {number} seconds */
  function holdTurn(turn, seconds) {
    if (turnOf(turn.id)?.status !== "held") say(words().count(words().wait, seconds));
    happen({ type: "held", turn: turn.id, seconds });
    hold = setTimeout(() => {
      if (seconds > 1) return holdTurn(turn, seconds - 1);
      happen({ type: "start", turn: turn.id });
      connect(turn, false);
    }, 1000);
  }

  /** @param {string} question @param {string} [instead] the turn whose place it takes */
  function ask(question, instead) {
    if (turnInFlight(conversation)) return;
    const id = newTurnId();
    happen({ type: "asked", id, question, instead });
    say(words().replying);
    emit("question", { turn: id, question });
    connect(newTurn(id, question), false);
  }

  /** @param {string} id */
  function retry(id) {
    const turn = turnOf(id);
    if (!turn || turnInFlight(conversation)) return;
    if (!turn.failure?.isCut) return ask(turn.question, id);
    // The turn may still be going on: its stream is heard again from the start, and nothing is generated twice.
    const again = { ...newTurn(id, turn.question), edition: turn.edition + 1 };
    happen({ type: "recalled", turns: conversation.turns.map((each) => (each === turn ? again : each)) });
    connect(turn, begun.has(id));
  }

  function stop() {
    const turn = turnInFlight(conversation);
    if (!turn) return;
    leave();
    session.remember({ turn: null });
    if (turn.status === "held") return happen({ ...turn, type: "refused", turn: turn.id, code: "held", text: "" });
    if (session.visitor) send(`turns/${turn.id}/stop`, { body: {} }).catch(() => {});
    happen({ type: "done", turn: turn.id, stop_reason: "stopped", followups: [] });
    close(turn.id);
  }

  /** @param {string} turn @param {"up" | "down"} rating @param {string} [comment] */
  function rate(turn, rating, comment) {
    happen({ type: "rated", turn, rating });
    send(`turns/${turn}/feedback`, { body: { rating, comment } }).catch(() => {});
  }

  /** Give the conversation to a person; return whether it arrived. @param {string} email @param {string} note */
  const handOver = (email, note) =>
    send(`conversations/${session.conversation}/handoff`, { body: { email, note: note || undefined } }).then(
      ({ ok }) => ok,
      () => false,
    );

  async function fetchTurns() {
    if (!session.conversation) return;
    const response = await send(`conversations/${session.conversation}`);
    if (/^40[14]$/.test(`${response.status}`)) return session.leaveConversation();
    /** @type {Turn[]} */
    const known = (await response.json()).turns.map(turnFrom);
    // A question may have been quicker: then it stands last, and is the one that is followed.
    const isQuiet = !turnInFlight(conversation);
    const theirs = known.filter((turn) => turnOf(turn.id) || isQuiet || !isInFlight(turn));
    const ours = conversation.turns.filter(({ id }) => !known.some((each) => each.id === id));
    happen({ type: "recalled", turns: [...theirs.map((turn) => turnOf(turn.id) ?? turn), ...ours] });
    const open = isQuiet && turnInFlight(conversation);
    if (open) connect(open, true);
    else if (known.some(({ id }) => id === session.turn)) session.remember({ turn: null });
  }

  /** Another tab went on with this conversation, or left it: this one shows the same. */
  function catchUp() {
    const before = session.conversation;
    if (!session.reread()) return;
    recalling = null;
    if (turnInFlight(conversation)) return;
    if (before && before !== session.conversation) empty();
    if (isOpen()) void recall();
  }

  /** @type {Promise<void> | null} */
  let recalling = null;
  /** Bring back the conversation of an earlier page, once; go on with a turn that is still being answered. */
  function recall() {
    recalling ??= fetchTurns().catch(() => {
      recalling = null; // the next opening tries again
    });
    return recalling;
  }

  function leave() {
    clearTimeout(hold);
    stream?.leave();
    stream = null;
  }

  function empty() {
    leave();
    sent.clear();
    happen({ type: "emptied" });
  }

  function startNew() {
    session.leaveConversation();
    empty();
  }

  async function erase() {
    const { conversation } = session;
    const isGone =
      !conversation ||
      (await send(`conversations/${conversation}`, { method: "DELETE" }).then(
        ({ ok, status }) => ok || status === 404,
        () => false,
      ));
    if (!isGone) return sayRefused("not_erased", words().notErased);
    startNew();
    say(words().erased);
  }

  /** Whoever signs in or out at this browser sees nothing of who was signed in before. @param {string} token */
  function identify(token) {
    const user = userOf((userToken = token));
    if (session.user && session.user !== user) {
      session.remember({ visitor: null });
      startNew();
    }
    session.remember({ user });
  }
  if (config.userToken !== undefined) identify(config.userToken);

  return {
    ask,
    retry,
    stop,
    rate,
    handOver,
    erase,
    startNew,
    recall,
    catchUp,
    goOn: () => ask(words().goOnQuestion),
    edit: () => conversation.refusal && happen({ type: "edited" }),
    settings,
    identify,
    sleep: () => stream?.sleep(),
    wake: () => stream?.wake(),
    leave,
  };
}

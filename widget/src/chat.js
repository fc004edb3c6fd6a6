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
import { createApi, maybeProblem } from "./wire/api.js";
import { createReplyParser } from "./wire/reply.js";
import { followTurn } from "./wire/stream.js";

/** @typedef {import("./conversation.js").Turn} Turn */
/** @typedef {import("./conversation.js").Happening} Happening */
/** @typedef {import("./wire/api.js").Problem} Problem */
/**
 * @typedef {object} Surroundings
 * @property {{ site: string, api: string }} config
 * @property {string} origin of the page around us
 * @property {ReturnType<typeof import("./session.js").createSession>} session
 * @property {ReturnType<typeof import("./view/widget.js").createWidget>} view
 * @property {() => import("./words/index.js").Words} words
 * @property {() => { page?: { url: string, title: string } }} page what is told of the page, if anything
 * @property {() => string} locale
 * @property {(event: string, detail: object) => void} emit
 * @property {(sentence: string) => void} warn one line for the page's developer
 * @property {(kind: "buffered" | "blocked") => void} report the same for the site's owner
 */

/** A question that may go out again within this time does so by itself. */
const LONGEST_HOLD_S = 120;
/** Refusals that end by themselves. */
const PASSING = new Set(["rate_limited", "too_many_streams", "busy", "shutting_down"]);

/** @returns {string} a random UUID, also on a page without TLS, where `crypto.randomUUID` does not exist */
export function newTurnId() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte, place) => {
    const marked = place === 6 ? (byte & 0x0f) | 0x40 : place === 8 ? (byte & 0x3f) | 0x80 : byte;
    return marked.toString(16).padStart(2, "0");
  });
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** @param {Surroundings} surroundings */
export function createChat({ config, origin, session, view, words, page, locale, emit, warn, report }) {
  const api = createApi(config.api, config.site, () => session.visitor);
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

  /** @param {Happening} event */
  function happen(event) {
    conversation = hear(conversation, event);
    view.show(conversation, !!turnInFlight(conversation));
  }

  /** @param {string} id @returns {Turn | undefined} */
  const turnOf = (id) => conversation.turns.find((turn) => turn.id === id);

  /** @param {string} id @param {string} question */
  function questionOf(id, question) {
    return {
      message: question,
      turn: id,
      ...page(),
      locale: locale(),
      ...(session.conversation && { conversation: session.conversation }),
      ...(userToken && { user_token: userToken }),
    };
  }

  /** Ask the server, or take up a turn that it knows. @param {Turn} turn @param {boolean} isStarted */
  function connect(turn, isStarted) {
    const { id, question } = turn;
    let parser = createReplyParser();
    const body = sent.get(id) ?? questionOf(id, question);
    sent.set(id, body);
    session.remember({ turn: id });

    /** @param {{ type: string, [more: string]: any }} event */
    function hearEvent(event) {
      if (event.type === "delta") return hearText(parser.feed(event["json"]));
      begun.add(id);
      if (event.type === "start") keepIds(event);
      if (event.type === "notice" && event["kind"] === "restarted") parser = createReplyParser();
      if (event.type === "replace") parser = createReplyParser();
      // After a replacement the parser has heard nothing, and the replacement's own follow-ups stand.
      const known = event.type === "done" && parser.message ? { followups: parser.followups } : {};
      happen({ ...event, ...known, turn: id });
      if (event.type === "done" || event.type === "error") close(id);
    }

    /** @param {string} text */
    function hearText(text) {
      if (!text) return;
      const before = turnOf(id);
      conversation = hear(conversation, { type: "text", turn: id, text });
      if (before?.status !== "streaming" || before.isReconnecting) view.show(conversation, true);
      if (turnOf(id)?.status === "streaming" && !view.write(id, text)) view.show(conversation, true);
    }

    stream = followTurn({
      isStarted,
      ask: (signal) => api.ask(body, signal),
      follow: (after, signal) => api.follow(id, after, signal),
      hear: hearEvent,
      refuse: (problem) => refuse(turn, problem),
      buffered: warnBuffered,
      cut: () => happen({ type: "reconnecting", turn: id, isReconnecting: true }),
      lose: (wasReached, isGone) => loseTurn(id, wasReached, isGone),
    });
  }

  /** @param {{ [more: string]: any }} start */
  function keepIds(start) {
    const { turn, conversation, visitor } = start;
    session.remember({ conversation, begun: turn, ...(visitor && { visitor }) });
  }

  /** A turn has ended. @param {string} id */
  function close(id) {
    stream = null;
    session.remember({ turn: null });
    const turn = turnOf(id);
    if (!turn) return;
    if (turn.failure) return emit("error", { turn: id, code: turn.failure.code, message: turn.failure.message });
    if (!view.isOpen()) view.setWaiting(true);
    const { text: message, confidence, followups, sources, status } = turn;
    emit("reply", { turn: id, message, confidence, followups, sources, stopped: status === "stopped" });
  }

  /** @param {string} id @param {boolean} wasReached @param {boolean} isGone the server no longer has its stream */
  function loseTurn(id, wasReached, isGone) {
    stream = null;
    if (isGone) begun.delete(id);
    const code = wasReached ? "connection_lost" : "unreachable";
    if (!wasReached) warnUnreachable();
    happen({ type: "error", turn: id, code, isCut: begun.has(id) || sent.has(id) });
    emit("error", { turn: id, code, message: words().problems[code] });
  }

  function warnBuffered() {
    warn(
      `answers from ${config.api} arrive in one piece instead of word by word: a proxy holds the stream back. ` +
        'Turn its buffering off for /v1 (nginx: "proxy_buffering off").',
    );
    report("buffered");
  }

  function warnUnreachable() {
    const sentence =
      `${config.api} cannot be reached from this page. Either it is down, or ${origin} is missing from "origins" in ` +
      `the site's site.toml, or this page's Content-Security-Policy lacks "connect-src ${config.api}".`;
    // One line is all that we may say, and a policy that blocks us is named more exactly a moment later.
    setTimeout(warn, 200, sentence);
  }

  /** The server did not take the question. @param {Turn} turn @param {Problem} problem */
  function refuse(turn, problem) {
    stream = null;
    session.remember({ turn: null });
    if (problem.status === 404 && problem.code === "not_found" && session.conversation) return askFresh(turn);
    if (problem.code === "visitor_invalid" && session.visitor) {
      session.remember({ visitor: null });
      return askFresh(turn);
    }
    if (problem.code === "origin_not_allowed" || problem.code === "unknown_site") {
      warn(`${problem.detail || problem.text} (${problem.code}; site "${config.site}" at ${config.api})`);
    }
    if (PASSING.has(problem.code) && problem.retryAfter <= LONGEST_HOLD_S)
      return holdTurn(turn, problem.retryAfter || 5);
    const isCard = problem.code === "pii_detected" && problem.kinds.includes("CREDIT_CARD");
    const known = words().problems;
    const text = known[isCard ? "card" : problem.code] || problem.text || /** @type {string} */ (known["internal"]);
    happen({ type: "refused", turn: turn.id, code: problem.code, text, question: turn.question });
    view.announcer.say(text);
    emit("error", { turn: turn.id, code: problem.code, message: text });
  }

  /** What this browser remembered is gone on the server: ask again as a newcomer. @param {Turn} turn */
  function askFresh(turn) {
    session.leaveConversation();
    sent.delete(turn.id);
    connect(turn, false);
  }

  /** Count down, then send by itself. @param {Turn} turn @param {number} seconds */
  function holdTurn(turn, seconds) {
    if (turnOf(turn.id)?.status !== "held") view.announcer.say(words().wait(seconds));
    happen({ type: "held", turn: turn.id, seconds });
    hold = setTimeout(() => {
      if (seconds > 1) return holdTurn(turn, seconds - 1);
      happen({ type: "start", turn: turn.id });
      connect(turn, false);
    }, 1000);
  }

  /** @param {string} question @param {string} [instead] the turn whose place it takes */
  function ask(question, instead) {
    if (turnInFlight(conversation)) return false;
    const id = newTurnId();
    happen({ type: "asked", id, question, instead });
    view.announcer.say(words().replying);
    emit("question", { turn: id, question });
    connect(/** @type {Turn} */ (turnOf(id)), false);
    return true;
  }

  /** @param {string} id */
  function retry(id) {
    const turn = turnOf(id);
    if (!turn || turnInFlight(conversation)) return;
    if (!turn.failure?.isCut) return void ask(turn.question, id);
    // The turn may still be going on: its stream is heard again from the start, and nothing is generated twice.
    happen({ type: "recalled", turns: conversation.turns.map((each) => (each === turn ? again(turn) : each)) });
    connect(turn, begun.has(id));
  }

  /** @param {Turn} turn @returns {Turn} */
  const again = (turn) => ({ ...newTurn(turn.id, turn.question), edition: turn.edition + 1 });

  function stop() {
    const turn = turnInFlight(conversation);
    if (!turn) return;
    clearTimeout(hold);
    stream?.leave();
    stream = null;
    session.remember({ turn: null });
    if (turn.status === "held") {
      happen({ type: "refused", turn: turn.id, code: "held", text: "", question: turn.question });
      return;
    }
    if (session.visitor) void api.stop(turn.id).catch(() => {});
    happen({ type: "done", turn: turn.id, stop_reason: "stopped", followups: [] });
    close(turn.id);
  }

  /** @param {string} id @param {"up" | "down"} rating @param {string} [comment] */
  function rate(id, rating, comment) {
    happen({ type: "rated", turn: id, rating });
    void api.rate(id, rating, comment).catch(() => {});
  }

  /** Give the conversation to a person; return whether it arrived. @param {string} email @param {string} note */
  async function handOver(email, note) {
    try {
      return !!session.conversation && (await api.handOver(session.conversation, email, note)).ok;
    } catch {
      return false;
    }
  }

  async function fetchTurns() {
    if (!session.conversation) return;
    const response = await api.recall(session.conversation);
    if (response.status === 404 || response.status === 401) return session.leaveConversation();
    if (!response.ok) throw await maybeProblem(response);
    /** @type {Turn[]} */
    const known = (await response.json()).turns.map(turnFrom);
    // A question may have been quicker: then it stands last, and is the one that is followed.
    const isQuiet = !turnInFlight(conversation);
    const theirs = known.filter((turn) => turnOf(turn.id) || isQuiet || !isInFlight(turn));
    const ours = conversation.turns.filter((turn) => !known.some((each) => each.id === turn.id));
    happen({ type: "recalled", turns: [...theirs.map((turn) => turnOf(turn.id) ?? turn), ...ours] });
    const open = isQuiet && turnInFlight(conversation);
    if (open) connect(open, true);
    else if (known.some((turn) => turn.id === session.turn)) session.remember({ turn: null });
  }

  /** Another tab went on with this conversation, or left it: this one shows the same. */
  function catchUp() {
    const before = session.conversation;
    if (!session.reread()) return;
    recalling = null;
    if (turnInFlight(conversation)) return;
    if (before && before !== session.conversation) startNew(session.conversation);
    if (view.isOpen()) void recall();
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

  /** @param {string | null} [other] the conversation that another tab has begun */
  function startNew(other = null) {
    leave();
    sent.clear();
    if (!other) session.leaveConversation();
    happen({ type: "emptied" });
  }

  async function erase() {
    const erased = session.conversation;
    try {
      const response = erased ? await api.erase(erased) : null;
      if (response && !response.ok && response.status !== 404) throw await maybeProblem(response);
    } catch {
      const text = words().notErased;
      happen({ type: "refused", code: "not_erased", text, question: "" });
      view.announcer.say(text);
      return;
    }
    startNew();
    view.announcer.say(words().erased);
  }

  return {
    ask,
    retry,
    stop,
    rate,
    handOver,
    erase,
    startNew: () => startNew(),
    recall,
    catchUp,
    goOn: () => ask(words().goOnQuestion),
    edit: () => conversation.refusal && happen({ type: "edited" }),
    settings: api.settings,
    warnUnreachable,
    /** @param {string} token */
    identify: (token) => (userToken = token),
    sleep: () => stream?.sleep(),
    wake: () => stream?.wake(),
    leave,
  };
}

/**
 * The conversation as this page knows it: one pure reducer, no page, no network, no clock.
 *
 * Rules that this file keeps:
 * 1. A turn that has ended hears nothing more of its stream; only its rating can still change.
 * 2. Each time the text begins anew, the edition goes up: that is how the view knows that it must not append.
 * 3. A reply carries one notice at most, the most serious one.
 */

/** @typedef {{ id: string, title: string, url: string }} Source */
/** @typedef {{ kind: string, text: string }} Notice */
/** What a person of the staff made of a reply. @typedef {{ name?: string, text: string }} Correction */
/**
 * `isCut` says that only our connection ended; the turn may still be going on.
 * @typedef {{ code: string, message: string, canRetry: boolean, isCut: boolean }} Failure
 */
/** @typedef {"waiting" | "held" | "streaming" | "done" | "stopped" | "failed"} Status */
/**
 * @typedef {object} Turn
 * @property {string} id
 * @property {string} question
 * @property {Status} status
 * @property {string} text
 * @property {number} edition
 * @property {readonly Source[]} sources
 * @property {Notice | null} notice
 * @property {Failure | null} failure
 * @property {Correction | null} [correction]
 * @property {boolean} [isReconnecting]
 * @property {number} [seconds] how long a held question still waits
 * @property {number} confidence
 * @property {readonly string[]} followups
 * @property {"up" | "down"} [rating]
 */
/** @typedef {{ code: string, text: string, question: string }} Refusal */
/** @typedef {{ turns: readonly Turn[], refusal: Refusal | null }} Conversation */
/** @typedef {{ type: string, turn?: string | undefined, [more: string]: any }} Happening */

/** @type {Conversation} */
export const EMPTY = { turns: [], refusal: null };

/** Below this the assistant says that it is not certain. */
export const DOUBT_BELOW = 0.5;

/** What a notice may be about, the most serious last, and the drawing that stands beside it. @type {Record<string, string>} */
export const NOTICES = {
  restarted: "swap",
  doubt: "doubt",
  degraded: "clock",
  disclaimer: "doubt",
  truncated: "cut",
  replaced: "swap",
};
const SERIOUSNESS = Object.keys(NOTICES);

/** @param {string} id @param {string} question @returns {Turn} */
export function newTurn(id, question) {
  return {
    id,
    question,
    status: "waiting",
    text: "",
    edition: 0,
    sources: [],
    notice: null,
    failure: null,
    confidence: 1,
    followups: [],
  };
}

/** @param {Pick<Turn, "status">} turn */
export const isInFlight = ({ status }) => /^(waiting|streaming|held)$/.test(status);

/** @param {Conversation} conversation @returns {Turn | undefined} the turn that is being answered */
export const turnInFlight = ({ turns }) => turns.findLast(isInFlight);

/** @param {Turn} turn @param {string} kind @param {string} [text] @returns {Pick<Turn, "notice">} */
function noticed({ notice }, kind, text = "") {
  const isWeaker = notice && SERIOUSNESS.indexOf(notice.kind) > SERIOUSNESS.indexOf(kind);
  return { notice: isWeaker ? notice : { kind, text } };
}

/** What an event of its stream changes of a turn. @type {Record<string, (turn: Turn, event: Happening) => Partial<Turn>>} */
const CHANGES = {
  start: () => ({ status: "waiting" }),
  text: (turn, { text }) => ({ status: "streaming", text: turn.text + text }),
  replace: (turn, { reply: { message: text, confidence, followups }, reason }) => ({
    status: "streaming",
    text,
    edition: turn.edition + 1,
    confidence,
    followups,
    // A stored reply takes nothing back: it only comes in one piece because its stream is not kept any longer.
    ...(turn.text && reason !== "stored" && noticed(turn, "replaced", reason)),
  }),
  notice: (turn, { kind, text }) => ({
    ...noticed(turn, kind, text),
    ...(kind === "restarted" && { text: "", edition: turn.edition + 1 }),
  }),
  sources: (_, { sources }) => ({ sources }),
  done: (turn, { stop_reason: reason, confidence = turn.confidence, followups = turn.followups }) => ({
    confidence,
    followups,
    ...(reason === "stopped"
      ? { status: reason }
      : { status: "done", ...(confidence < DOUBT_BELOW && noticed(turn, "doubt")) }),
  }),
  error: (_, { code, message = "", retryable: canRetry = true, isCut = false }) => ({
    status: "failed",
    failure: { code, message, canRetry, isCut },
  }),
  held: (_, { seconds }) => ({ status: "held", seconds }),
};

/** @param {Turn} turn @param {Happening} event @returns {Turn} */
function hearTurn(turn, event) {
  const { type, rating } = event;
  if (type === "rated") return { ...turn, rating };
  if (!isInFlight(turn)) return turn;
  // A newer server may use words that we do not know.
  return { ...turn, isReconnecting: type === "reconnecting", ...CHANGES[type]?.(turn, event) };
}

/**
 * Return a turn of an earlier page from what the server keeps of it.
 * @param {{ [more: string]: any }} stored @returns {Turn}
 */
export function turnFrom({ turn, question, status, reply, sources = [], notices = [], correction }) {
  let told = newTurn(turn, question);
  if (status === "streaming") return told;
  const { message: text = "", ...rest } = reply ?? {};
  told = { ...told, text, sources, correction: typeof correction === "string" ? { text: correction } : correction };
  for (const kind of notices) told = { ...told, ...noticed(told, kind) };
  const type = status === "failed" ? "error" : "done";
  return hearTurn(told, { type, code: "interrupted", stop_reason: status, ...rest });
}

/**
 * Return the conversation after something happened to it.
 * @param {Conversation} conversation @param {Happening} event @returns {Conversation}
 */
export function hear({ turns, refusal }, event) {
  const { type, turn, id, code, text, question, instead } = event;
  switch (type) {
    case "asked": {
      const asked = newTurn(id, question);
      return { turns: instead ? turns.map((each) => (each.id === instead ? asked : each)) : [...turns, asked], refusal: null };
    }
    case "refused":
      return { turns: turns.filter((each) => each.id !== turn), refusal: { code, text, question } };
    case "edited":
      return { turns, refusal: null };
    case "recalled":
      return { turns: event["turns"], refusal };
    case "emptied":
      return EMPTY;
    default:
      return { turns: turns.map((each) => (each.id === turn ? hearTurn(each, event) : each)), refusal };
  }
}

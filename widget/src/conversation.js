/**
 * A turn as this page knows it: one pure reducer, no page, no network, no clock.
 *
 * Rules that this file keeps:
 * 1. A turn that has ended hears nothing more of its stream; only its rating can still change.
 * 2. Each time the text begins anew, the edition goes up: that is how the view knows that it must not append.
 * 3. A reply carries one notice at most, the most serious one.
 */

/** @typedef {{ id: string, title: string, url: string }} Source */
/** @typedef {{ kind: string, text: string }} Notice */
/** What a person of the staff made of a reply. @typedef {{ name?: string, text: string, at?: string }} Correction */
/**
 * `isCut` says that only our connection ended; the turn may still be going on, unless it `isGone`.
 * @typedef {{ code: string, message?: string, retryable?: boolean, isCut?: boolean, isGone?: boolean }} Failure
 */
/** What a person of the team did after a turn. @typedef {{ number: number, kind: string, id: string, name: string, text: string, at: string, after: string }} Said */
/** @typedef {"waiting" | "held" | "streaming" | "done" | "stopped" | "failed" | "for_person"} Status */
/**
 * @typedef {object} Turn
 * @property {string} id
 * @property {string} question
 * @property {Status} status
 * @property {string} text
 * @property {number} edition
 * @property {readonly Source[]} sources
 * @property {Notice} [notice]
 * @property {Failure} [failure]
 * @property {Correction | undefined} [correction]
 * @property {boolean} [isReconnecting]
 * @property {boolean | undefined} [isBegun] the server knows it
 * @property {number} [seconds] how long a held question still waits
 * @property {number} confidence
 * @property {readonly string[]} followups
 * @property {"up" | "down"} [rating]
 * @property {boolean} [isNotFound] the reply says that there is no answer
 */
/** What was not taken: why, and the question, which goes back into the box. @typedef {{ text: string, question: string }} Refusal */
/** @typedef {{ turns: readonly Turn[], said: readonly Said[], isTyping?: boolean | undefined, refusal?: Refusal | undefined }} Conversation */
/** @typedef {{ type: string, [more: string]: any }} Happening */

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

const MOST_CHIPS = 3;
const LONGEST_CHIP = 120;

/** Return a text, or so many characters of it, as one line: without what turns the direction of what stands around it. @param {string} text @param {number} most */
export const asLine = (text, most) =>
  [...text.replace(/[\s\p{Cc}\p{Bidi_C}]+/gu, " ").trim()].slice(0, most).join("");

/** @param {readonly string[]} followups @returns {string[]} what a visitor may press: short lines, each once */
const chipsFrom = (followups) =>
  [...new Set(followups.map((text) => asLine(text, LONGEST_CHIP)))].filter(Boolean).slice(0, MOST_CHIPS);

/** @param {string} id @param {string} question @returns {Turn} */
export const newTurn = (id, question) => ({
  id,
  question,
  status: "waiting",
  text: "",
  edition: 0,
  sources: [],
  confidence: 1,
  followups: [],
});

/** @param {Pick<Turn, "status">} turn */
export const isInFlight = ({ status }) => /ing$|held/.test(status);

/** @param {Conversation} conversation @returns {Turn | undefined} the turn that is being answered */
export const turnInFlight = ({ turns }) => turns.findLast(isInFlight);

/** @param {Conversation} conversation @returns {string} who of the team is in it; nothing for nobody */
export function personIn({ said }) {
  const { kind, name = "" } = said.findLast((each) => /joined|left/.test(each.kind)) ?? {};
  return kind === "joined" ? name : "";
}

/** @param {Turn} turn @param {string} kind @param {string} [text] @returns {Partial<Turn>} */
const noticed = ({ notice }, kind, text = "") =>
  notice && SERIOUSNESS.indexOf(notice.kind) > SERIOUSNESS.indexOf(kind) ? {} : { notice: { kind, text } };

/** What an event of its stream changes of a turn. @type {Record<string, (turn: Turn, event: Happening) => Partial<Turn>>} */
const CHANGES = {
  start: () => ({ status: "waiting", isBegun: true }),
  text: (turn, { text }) => ({ status: "streaming", text: turn.text + text }),
  replace: (turn, { reason, kind, reply }) => ({
    ...reply,
    followups: chipsFrom(reply.followups ?? []),
    status: "streaming",
    text: reply.message,
    edition: turn.edition + 1,
    // A stored reply takes nothing back: it only comes in one piece because its stream is not kept any longer.
    ...(kind !== "stored" && turn.text && noticed(turn, "replaced", reason)),
  }),
  notice: (turn, { kind, text }) => ({
    ...noticed(turn, kind, text),
    ...(kind === "restarted" && { text: "", edition: turn.edition + 1 }),
  }),
  sources: (_, { sources }) => ({ sources }),
  done: (turn, { stop_reason: reason, found, message, confidence = turn.confidence, followups = turn.followups }) => ({
    confidence,
    text: turn.text || message || "",
    followups: chipsFrom(followups),
    isNotFound: found === false,
    ...(/^(stopped|for_person)$/.test(reason)
      ? { status: reason }
      : { status: "done", ...(confidence < DOUBT_BELOW && found !== false && noticed(turn, "doubt")) }),
  }),
  error: (_, failure) => ({ status: "failed", failure: /** @type {any} */ (failure) }),
  held: (_, { seconds }) => ({ status: seconds ? "held" : "waiting", seconds }),
};

/** Return the turn after something happened to it. @param {Turn} turn @param {Happening} event @returns {Turn} */
export function hear(turn, event) {
  if (event.type === "rated") return { ...turn, rating: event["rating"] };
  if (!isInFlight(turn)) return turn;
  // A newer server may use words that we do not know.
  return { ...turn, isReconnecting: event.type === "reconnecting", ...CHANGES[event.type]?.(turn, event) };
}

/**
 * Return a turn of an earlier page from what the server keeps of it.
 * @param {{ [more: string]: any }} stored @returns {Turn}
 */
export function turnFrom({ turn: id, confidence, question, status, reply, sources = [], notices = [], correction, found }) {
  const told = {
    ...newTurn(id, question),
    isBegun: true,
    sources,
    correction: correction?.text ? correction : correction && { text: correction },
  };
  if (status === "streaming") return told;
  return [
    ...notices.map((/** @type {string} */ kind) => ({ type: "notice", kind })),
    { type: "replace", reply: reply ?? { message: "" } },
    { type: status === "failed" ? "error" : "done", code: "interrupted", stop_reason: status, confidence, found },
  ].reduce(hear, told);
}

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
 * @property {boolean} isReconnecting
 * @property {number} seconds how long a held question still waits
 * @property {number | null} confidence
 * @property {readonly string[]} followups
 * @property {"up" | "down" | null} rating
 */
/** @typedef {{ code: string, text: string, question: string }} Refusal */
/** @typedef {{ turns: readonly Turn[], refusal: Refusal | null }} Conversation */
/** @typedef {{ type: string, turn?: string, [more: string]: any }} Happening */

/** @type {Conversation} */
export const EMPTY = { turns: [], refusal: null };

/** Below this the assistant says that it is not certain. */
export const DOUBT_BELOW = 0.5;

const SERIOUSNESS = ["restarted", "doubt", "degraded", "disclaimer", "truncated", "replaced"];

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
    isReconnecting: false,
    seconds: 0,
    confidence: null,
    followups: [],
    rating: null,
  };
}

/** @param {Pick<Turn, "status">} turn */
export const isInFlight = (turn) => turn.status === "waiting" || turn.status === "streaming" || turn.status === "held";

/** @param {Conversation} conversation @returns {Turn | undefined} the turn that is being answered */
export const turnInFlight = (conversation) => conversation.turns.findLast(isInFlight);

/** @param {Turn} turn @param {Notice} notice @returns {Turn} */
function withNotice(turn, notice) {
  const isWeaker = turn.notice && SERIOUSNESS.indexOf(turn.notice.kind) > SERIOUSNESS.indexOf(notice.kind);
  return isWeaker ? turn : { ...turn, notice };
}

/** @param {Turn} turn @param {Happening} event @returns {Turn} */
function finish(turn, event) {
  const isStopped = event["stop_reason"] === "stopped";
  const confidence = event["confidence"] ?? turn.confidence;
  /** @type {Turn} */
  const done = {
    ...turn,
    status: isStopped ? "stopped" : "done",
    isReconnecting: false,
    confidence,
    followups: event["followups"] ?? turn.followups,
  };
  const isDoubtful = !isStopped && confidence !== null && confidence < DOUBT_BELOW;
  return isDoubtful ? withNotice(done, { kind: "doubt", text: "" }) : done;
}

/**
 * Return a turn of an earlier page from what the server keeps of it.
 * @param {{ [more: string]: any }} stored @returns {Turn}
 */
export function turnFrom(stored) {
  const turn = newTurn(stored["turn"], stored["question"]);
  const status = stored["status"];
  if (status === "streaming") return turn;
  const { message = "", confidence = null, followups = [] } = stored["reply"] ?? {};
  /** @type {Turn} */
  let told = { ...turn, text: message, sources: stored["sources"] ?? [] };
  for (const kind of stored["notices"] ?? []) told = withNotice(told, { kind, text: "" });
  if (status === "failed") return fail(told, { type: "error", code: "interrupted" });
  return finish(told, { type: "done", stop_reason: status, confidence, followups });
}

/** @param {Turn} turn @param {Happening} event @returns {Turn} */
function replace(turn, event) {
  const { message, confidence, followups } = event["reply"];
  /** @type {Turn} */
  const replaced = { ...turn, status: "streaming", text: message, edition: turn.edition + 1, confidence, followups };
  // A stored reply takes nothing back: it only comes in one piece because its stream is not kept any longer.
  return turn.text && event["reason"] !== "stored"
    ? withNotice(replaced, { kind: "replaced", text: event["reason"] })
    : replaced;
}

/** @param {Turn} turn @param {Happening} event @returns {Turn} */
function notice(turn, event) {
  const noticed = withNotice(turn, { kind: event["kind"], text: event["text"] });
  return event["kind"] === "restarted" ? { ...noticed, text: "", edition: turn.edition + 1 } : noticed;
}

/** @param {Turn} turn @param {Happening} event @returns {Turn} */
function hearTurn(turn, event) {
  if (event.type === "rated") return { ...turn, rating: event["rating"] };
  if (!isInFlight(turn)) return turn;
  switch (event.type) {
    case "start":
      return { ...turn, status: "waiting", isReconnecting: false };
    case "text":
      return { ...turn, status: "streaming", text: turn.text + event["text"], isReconnecting: false };
    case "replace":
      return replace(turn, event);
    case "notice":
      return notice(turn, event);
    case "sources":
      return { ...turn, sources: event["sources"] };
    case "done":
      return finish(turn, event);
    case "error":
      return fail(turn, event);
    case "reconnecting":
      return { ...turn, isReconnecting: event.isReconnecting };
    case "held":
      return { ...turn, status: "held", seconds: event["seconds"] };
    default:
      return turn; // a newer server may use words that we do not know
  }
}

/** @param {Turn} turn @param {Happening} event @returns {Turn} */
function fail(turn, event) {
  const { code, message = "", retryable = true, isCut = false } = /** @type {any} */ (event);
  const failure = { code, message, canRetry: retryable, isCut };
  return { ...turn, status: "failed", isReconnecting: false, failure };
}

/** @param {readonly Turn[]} turns @param {Turn} turn @param {string | undefined} instead */
function place(turns, turn, instead) {
  return instead ? turns.map((each) => (each.id === instead ? turn : each)) : [...turns, turn];
}

/**
 * Return the conversation after something happened to it.
 * @param {Conversation} conversation @param {Happening} event @returns {Conversation}
 */
export function hear(conversation, event) {
  switch (event.type) {
    case "asked": {
      const turn = newTurn(event["id"], event["question"]);
      return { turns: place(conversation.turns, turn, event["instead"]), refusal: null };
    }
    case "refused":
      return {
        turns: conversation.turns.filter((turn) => turn.id !== event.turn),
        refusal: { code: event["code"], text: event["text"], question: event["question"] },
      };
    case "edited":
      return conversation.refusal ? { ...conversation, refusal: null } : conversation;
    case "recalled":
      return { ...conversation, turns: event["turns"] };
    case "emptied":
      return EMPTY;
    default:
      return {
        ...conversation,
        turns: conversation.turns.map((turn) => (turn.id === event.turn ? hearTurn(turn, event) : turn)),
      };
  }
}

/** Draws the line under a reply that says what is not as it should be: a shape, words, perhaps one thing to do. */

import { icon } from "./dom.js";

/** @typedef {import("../conversation.js").Turn} Turn */
/** @typedef {import("../words/index.js").Words} Words */
/** `action` names the word on its button. @typedef {{ icon: string, text: string, isBold?: boolean, action?: string }} Line */

/** @type {Record<string, string>} the drawing of a kind; all others are a matter of time */
const SHAPES = { doubt: "doubt", disclaimer: "doubt", truncated: "cut", restarted: "swap", replaced: "swap" };

/** Return the one line that a turn needs, or null. @param {Turn} turn @param {Words} words @returns {Line | null} */
export function maybeLine({ status, seconds, isReconnecting, failure, notice }, words) {
  const { problems, notices } = words;
  if (status === "held") return { icon: "clock", text: words.count(words.wait, /** @type {number} */ (seconds)), isBold: true };
  if (isReconnecting) return { icon: "clock", text: words.reconnecting };
  if (failure) {
    const text = problems[failure.code] ?? (failure.message || problems["internal"] || failure.code);
    return { icon: "alert", text, isBold: true, action: failure.canRetry ? "tryAgain" : "" };
  }
  if (status === "stopped") return { icon: "stop", text: words.stopped, action: "askAgain" };
  if (!notice) return null;
  const { kind, text } = notice;
  // A kind without words, or one that the site words itself, speaks for itself; a reason is said beside what it is for.
  let ours = (kind !== "disclaimer" || !text) && notices[kind];
  if (ours && kind === "replaced" && /\s/.test(text)) ours = `${ours.split(/(?<=\.) /)[0]} ${text}`;
  return {
    icon: SHAPES[kind] ?? "clock",
    text: ours || text,
    isBold: /^(doubt|replaced|disclaimer)$/.test(kind),
    action: kind === "truncated" ? "goOn" : "",
  };
}

/** @param {Line} line @param {...any} buttons @returns {any[]} */
export function drawNotice({ icon: shape, text, isBold }, ...buttons) {
  const [, first = "", rest = text] = (isBold && /^(.+?(?:[.!?؟](?=\s)|。|$))(.*)$/s.exec(text)) || [];
  return [`div.notice.${shape}`, { part: "notice" }, icon(shape), ["p", ["b", first], rest], ["div.row.wrap", ...buttons]];
}

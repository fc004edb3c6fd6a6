/** Draws the line under a reply that says what is not as it should be: a shape, words, perhaps one thing to do. */

import { NOTICES } from "../conversation.js";
import { icon } from "./dom.js";
import { words } from "./scene.js";

/** @typedef {import("../conversation.js").Turn} Turn */
/** A shape, what it says, whether that is serious, and the word on its button. @typedef {[shape: string, text: string, isBold?: boolean, action?: string]} Line */

/** Return the one line that a turn needs, or null. @param {Turn} turn @returns {Line | null} */
export function maybeLine({ status, seconds, isReconnecting, failure, notice }) {
  const { problems, notices } = words;
  if (status === "held") return ["clock", words.count(words.wait, /** @type {number} */ (seconds)), true];
  if (isReconnecting) return ["clock", words.reconnecting];
  if (failure) {
    const { code, message, canRetry } = failure;
    return ["alert", problems[code] ?? (message || problems["internal"] || code), true, canRetry ? "tryAgain" : ""];
  }
  if (status === "stopped") return ["stop", words.stopped, false, "askAgain"];
  if (!notice) return null;
  const { kind, text } = notice;
  // A kind without words, or one that the site words itself, speaks for itself; a reason is said beside what it is for.
  let ours = (kind !== "disclaimer" || !text) && notices[kind];
  if (ours && kind === "replaced" && /\s/.test(text)) ours = `${ours.split(/(?<=\.) /)[0]} ${text}`;
  return [NOTICES[kind] ?? "clock", ours || text, /^(doubt|replaced|disclaimer)$/.test(kind), kind === "truncated" ? "goOn" : ""];
}

/** @param {Line} line @param {...any} buttons @returns {any[]} */
export function drawNotice([shape, text, isBold], ...buttons) {
  const [, first = "", rest = text] = (isBold && /^(.+?(?:[.!?؟](?=\s)|。|$))(.*)$/s.exec(text)) || [];
  return [`div.notice.${shape}`, { part: "notice" }, icon(shape), ["p", ["b", first], rest], ["div.row.wrap", ...buttons]];
}

/** Draws the line under a reply that says what is not as it should be: a shape, words, perhaps one thing to do. */

import { goOn, retry as retryTurn } from "../chat.js";
import { NOTICES } from "../conversation.js";
import { wordsFor, words } from "../stage.js";
import { chip, icon } from "./dom.js";

/** @typedef {import("../conversation.js").Turn} Turn */
/** A shape, what it says, whether that is serious, and its button. @typedef {[shape: string, text: string, isBold?: boolean, button?: any]} Line */

/** The first sentence. */
const FIRST = /^.+?(?:[.!?؟](?=\s)|。|$)/s;

/** Return the one line that a turn needs, or null. @param {Turn} turn @returns {Line | null} */
export function maybeLine({ id, status, seconds, isReconnecting, failure, notice }) {
  const { notices } = words;
  const retry = { onclick: () => retryTurn(id), part: "retry" };
  if (status === "held") return ["clock", seconds ? words.count(words.pleaseWait, seconds) : words.waitsForTurn, true];
  if (isReconnecting) return ["clock", words.reconnecting];
  if (failure) {
    const { code, message, retryable = true } = failure;
    return ["alert", wordsFor(code, message), true, retryable && ["button.chip.main", retry, words.tryAgain]];
  }
  if (status === "stopped") return ["stop", words.stopped, false, ["button.chip", retry, words.askAgain]];
  if (!notice) return null;
  const { kind, text } = notice;
  // A kind without words, or one that the site words itself, speaks for itself; a reason is said beside what it is for.
  let ours = (kind !== "disclaimer" || !text) && notices[kind];
  if (ours && kind === "replaced" && text) ours = `${FIRST.exec(ours)} ${text}`;
  return [NOTICES[kind] ?? "clock", ours || text, /doubt|replaced|disclaimer/.test(kind), kind === "truncated" && chip(words.goOn, goOn, { part: "chip" })];
}

/** @param {Line} line @param {...any} buttons @returns {any[]} */
export function drawNotice([shape, text, isBold], ...buttons) {
  const [first = ""] = (isBold && FIRST.exec(text)) || [];
  return [`div.quiet.notice.${shape}`, { part: "notice" }, icon(shape), ["div", ["p", ["b", first], text.slice(first.length)], ["div.row.wrap", ...buttons]]];
}

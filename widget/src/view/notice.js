/** Draws the line under a reply that says what is not as it should be: a shape, words, perhaps one thing to do. */

import { icon, make } from "./dom.js";

/** @typedef {import("../conversation.js").Turn} Turn */
/** @typedef {import("../words/index.js").Words} Words */
/** @typedef {{ icon: string, text: string, isBold?: boolean, isAlert?: boolean, action?: string }} Line */

/** @type {Record<string, string>} */
const ICONS = {
  doubt: "doubt",
  disclaimer: "doubt",
  truncated: "cut",
  degraded: "clock",
  restarted: "swap",
  replaced: "swap",
};
const BOLD = new Set(["doubt", "replaced", "disclaimer"]);

/** What the words for a kind say; a kind without words, or one that the site words itself, speaks for itself.
 * @param {{ kind: string, text: string }} notice @param {Words} words */
function sentenceFor({ kind, text }, words) {
  const isWordedByUs = words.notices[kind] && (kind !== "disclaimer" || !text);
  if (kind === "replaced" && /\s/.test(text))
    return `${/** @type {string} */ (words.notices[kind]).split(/(?<=\.) /)[0]} ${text}`;
  return isWordedByUs ? /** @type {string} */ (words.notices[kind]) : text;
}

/** Return the one line that a turn needs, or null. @param {Turn} turn @param {Words} words @returns {Line | null} */
export function lineFor(turn, words) {
  if (turn.status === "held") return { icon: "clock", text: words.wait(turn.seconds), isBold: true };
  if (turn.isReconnecting) return { icon: "clock", text: words.reconnecting };
  if (turn.failure) {
    const { code, message, canRetry } = turn.failure;
    const text = words.problems[code] ?? (message || /** @type {string} */ (words.problems["internal"]));
    return { icon: "alert", text, isBold: true, isAlert: true, ...(canRetry && { action: "again" }) };
  }
  if (turn.status === "stopped") return { icon: "stop", text: words.stopped, action: "askAgain" };
  if (!turn.notice) return null;
  const { kind } = turn.notice;
  const text = sentenceFor(turn.notice, words);
  return {
    icon: ICONS[kind] ?? "clock",
    text,
    isBold: BOLD.has(kind),
    ...(kind === "truncated" && { action: "goOn" }),
  };
}

/** @param {string} text */
function boldFirstSentence(text) {
  const [, first = text, rest = ""] = /^(.+?(?:[.!?؟](?=\s)|。))\s*(.*)$/s.exec(text) ?? [];
  return make("p", {}, make("b", {}, first), rest && ` ${rest}`);
}

/**
 * @param {Line} line @param {Words} words
 * @param {{ retry(): void, goOn(): void, isLast: boolean }} does what its button does; only the last turn has one
 */
export function drawNotice(line, words, { retry, goOn, isLast }) {
  const { action } = line;
  const isMain = action === "again";
  const label = action && /** @type {Record<string, any>} */ (words)[action];
  const button =
    label &&
    isLast &&
    make(
      "button",
      {
        type: "button",
        class: isMain ? "chip main" : "chip",
        part: action === "goOn" ? "chip" : "retry",
        onclick: action === "goOn" ? goOn : retry,
      },
      label,
    );
  return make(
    "div",
    { class: line.isAlert ? "notice alert" : "notice", part: "notice" },
    icon(line.icon),
    line.isBold ? boldFirstSentence(line.text) : make("p", {}, line.text),
    button && make("div", { class: "do" }, button),
  );
}

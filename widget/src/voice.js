/**
 * Speaks to screen readers: the only live region that we have, at the end of the page, outside the shadow root.
 *
 * Rules that this file keeps:
 * 1. Only whole sentences are spoken, in the order in which they are written.
 * 2. At most one piece every 1.5 seconds; what came in between is joined, so no queue builds up.
 * 3. Nothing of an answer is read out while the panel is closed or the page hidden; only that it is complete.
 */

import { isOpen } from "./stage.js";

const PAUSE_MS = 1500;
const KEEP_MS = 10_000;
/** Out of sight and out of the page's way, and still there to be read. */
const HIDDEN = "all:initial;position:fixed;clip-path:inset(50%);white-space:pre;";
const SENTENCES = /^[^]*(?:[.!?…:;。！？]["”’»)]*\s|\n)/;

export const announcer = Object.assign(document.createElement("deskbell-announcer"), {
  role: "status",
  ariaLive: "polite",
  ariaAtomic: "false",
});
// As one text: a page's policy may forbid style attributes, never this.
announcer.style.cssText = HIDDEN.replaceAll(";", "!important;");

let waiting = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
const isQuiet = () => document.hidden || !isOpen;

/** @param {string} text */
export function say(text) {
  const words = text.replace(/\s+/g, " ").trim();
  if (!words) return;
  const line = document.createElement("p");
  line.textContent = words;
  announcer.append(line);
  setTimeout(() => line.remove(), KEEP_MS);
}

function saySentences() {
  timer = undefined;
  const [whole = ""] = SENTENCES.exec(waiting) ?? [];
  if (!whole) return;
  say(whole);
  waiting = waiting.slice(whole.length);
  timer = setTimeout(saySentences, PAUSE_MS);
}

/** Take the next characters of an answer, as they are shown. @param {string} text */
export function sayOn(text) {
  waiting = isQuiet() ? "" : waiting + text;
  if (waiting) timer ??= setTimeout(saySentences);
}

/** The answer begins anew or is over: drop or say what is left. @param {boolean} isComplete */
export function sayRest(isComplete) {
  clearTimeout(timer);
  timer = undefined;
  if (isComplete && !isQuiet()) say(waiting);
  waiting = "";
}

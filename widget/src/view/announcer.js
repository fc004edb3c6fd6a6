/**
 * Speaks to screen readers: the only live region that we have, at the end of the page, outside the shadow root.
 *
 * Rules that this file keeps:
 * 1. Only whole sentences are spoken, in the order in which they are written.
 * 2. At most one piece every 1.5 seconds; what came in between is joined, so no queue builds up.
 * 3. Nothing of an answer is read out while the panel is closed or the page hidden; only that it is complete.
 */

const PAUSE_MS = 1500;
const KEEP_MS = 10_000;
const SENTENCE_END = /[.!?…:;。！？]["”’»)]*\s|\n/g;

/** @param {() => boolean} isQuiet */
export function createAnnouncer(isQuiet) {
  const element = document.createElement("deskbell-announcer");
  element.setAttribute("role", "status");
  element.setAttribute("aria-live", "polite");
  element.setAttribute("aria-atomic", "false");
  // Set one by one: a page's policy may forbid style attributes, never these.
  const hidden = { all: "initial", position: "fixed", width: "1px", height: "1px", overflow: "hidden" };
  for (const [name, value] of Object.entries({ ...hidden, "clip-path": "inset(50%)", "white-space": "nowrap" })) {
    element.style.setProperty(name, value, "important");
  }
  let waiting = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {string} text */
  function say(text) {
    const words = text.replace(/\s+/g, " ").trim();
    if (!words) return;
    const line = document.createElement("p");
    line.textContent = words;
    element.append(line);
    setTimeout(() => line.remove(), KEEP_MS);
  }

  function saySentences() {
    timer = undefined;
    let end = 0;
    for (const found of waiting.matchAll(SENTENCE_END)) end = found.index + found[0].length;
    if (!end) return;
    say(waiting.slice(0, end));
    waiting = waiting.slice(end);
    timer = setTimeout(saySentences, PAUSE_MS);
  }

  return {
    element,
    say,
    /** Take the next characters of an answer, as they are shown. @param {string} text */
    hear(text) {
      if (isQuiet()) waiting = "";
      else waiting += text;
      if (waiting) timer ??= setTimeout(saySentences, 0);
    },
    /** The answer begins anew or is over: drop or say what is left. @param {boolean} isComplete */
    settle(isComplete) {
      clearTimeout(timer);
      timer = undefined;
      if (isComplete && !isQuiet()) say(waiting);
      waiting = "";
    },
    destroy() {
      clearTimeout(timer);
      element.remove();
    },
  };
}

/**
 * Reads a text/event-stream as the HTML standard describes it (section "Interpreting an event stream").
 *
 * Rules that this file keeps:
 * 1. A line ends at CR, LF or CRLF, and a CRLF may be cut in two by the network.
 * 2. An event goes out at its blank line; one that never gets it is dropped, and its id with it.
 * 3. The last id stays for later events; name and text start anew for each.
 * 4. Only what came in is looked at; a long line is looked at as a whole once, when it has ended.
 */

/** @typedef {{ id: string, event: string, data: string }} Frame */

const LINE_END = /[\r\n]/g;

/**
 * Return a reader that takes a stream in pieces of any size and calls `onEvent` for each event in it.
 *
 * @param {(frame: Frame) => void} onEvent
 */
export function createFrameReader(onEvent) {
  let isFirst = true; // a byte order mark may stand before the very first character alone
  let endedInCr = false; // an LF that comes next belongs to the line that has ended already
  let line = "";

  let lastId = ""; // as of the last blank line
  let id = "";
  let name = "";
  let lines = "";
  /** @type {number | null} */
  let retryMs = null;

  function dispatch() {
    lastId = id;
    const text = lines;
    const event = name || "message";
    lines = "";
    name = "";
    if (text) onEvent({ id: lastId, event, data: text.slice(0, -1) });
  }

  /** @param {string} field @param {string} value */
  function take(field, value) {
    if (field === "data") lines += value + "\n";
    else if (field === "event") name = value;
    else if (field === "id" && !value.includes("\0")) id = value;
    else if (field === "retry" && /^\d+$/.test(value)) retryMs = Number(value);
  }

  /** @param {string} whole one line without its end */
  function readLine(whole) {
    if (!whole) return dispatch();
    const colon = whole.indexOf(":");
    if (colon === 0) return; // a comment, also our heartbeat
    if (colon < 0) return take(whole, "");
    take(whole.slice(0, colon), whole.slice(colon + (whole[colon + 1] === " " ? 2 : 1)));
  }

  /** Take the next characters of the stream. @param {string} text */
  function feed(text) {
    if (!text) return;
    let from = isFirst && text[0] === "\ufeff" ? 1 : 0;
    isFirst = false;
    if (endedInCr && text[from] === "\n") from++;
    endedInCr = false;
    LINE_END.lastIndex = from;
    for (let found = LINE_END.exec(text); found; found = LINE_END.exec(text)) {
      const whole = line + text.slice(from, found.index);
      line = "";
      from = found.index + 1;
      if (found[0] === "\r" && text[from] === "\n") from++;
      else if (found[0] === "\r") endedInCr = from === text.length;
      LINE_END.lastIndex = from;
      readLine(whole);
      LINE_END.lastIndex = from; // whoever heard the event may have fed another reader
    }
    line += text.slice(from);
  }

  return {
    feed,
    /** How long the server asks us to wait before we come back, in milliseconds; null while it has not said. */
    get retryMs() {
      return retryMs;
    },
  };
}

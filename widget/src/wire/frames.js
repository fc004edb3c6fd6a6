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

/**
 * Return a reader that takes a stream in pieces of any size, and calls `onEvent` for each event in it and `onRetry`
 * with how long the server asks us to wait before we come back, in milliseconds.
 *
 * @param {(frame: Frame) => void} onEvent
 * @param {(milliseconds: number) => void} [onRetry]
 */
export function createFrameReader(onEvent, onRetry = () => {}) {
  // What is no text where it comes next: a byte order mark at the very beginning, later an LF whose CR has ended the line.
  let ignored = "\ufeff";
  let line = "";
  let id = "";
  let event = "";
  let data = "";

  function dispatch() {
    const frame = data && { id, event: event || "message", data: data.slice(0, -1) };
    event = data = "";
    if (frame) onEvent(frame);
  }

  /** @param {string} whole one line without its end */
  function readLine(whole) {
    if (!whole) return dispatch();
    const [, field, value = ""] = /** @type {string[]} */ (/^([^:]*)(?:: ?([^]*))?$/.exec(whole));
    if (field === "data") data += `${value}\n`;
    else if (field === "event") event = value;
    else if (field === "id" && !value.includes("\0")) id = value;
    else if (field === "retry" && /^\d+$/.test(value)) onRetry(Number(value));
  }

  /** Take the next characters of the stream. @param {string} text */
  function feed(text) {
    if (!text) return;
    const lines = text.slice(text[0] === ignored ? 1 : 0).split(/\r\n?|\n/);
    ignored = text.endsWith("\r") ? "\n" : "";
    lines[0] = line + lines[0];
    line = /** @type {string} */ (lines.pop());
    lines.forEach(readLine);
  }

  return { feed };
}

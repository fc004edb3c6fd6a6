/**
 * Reads the message of a reply document while the server is still writing it.
 *
 * Rules that this file keeps:
 * 1. The text only grows; nothing shown is ever taken back.
 * 2. A half escape, or the first half of a surrogate pair, waits for its other half.
 * 3. The server writes `message` first. All else, and a document that is written in another way, is read at its end, by
 *    the browser's own parser.
 * 4. The work for a character is constant: only what came in is looked at, and the little that still waited.
 */

const BEGIN = /^\s*\{\s*"message"\s*:\s*"/;
/** What comes before the text is never as long as this. */
const LONGEST_BEGIN = 99;
/** Whether a piece needs no closer look; most do not. @param {string} piece */
function isPlain(piece) {
  let code = 0;
  for (let at = 0; at < piece.length; at++) {
    code = piece.charCodeAt(at);
    if (code === 0x22 || code === 0x5c) return false;
  }
  return code >> 10 !== 0xd800 >> 10;
}
/** Whole characters; the first half of a pair is one only where what follows it is known. */
const TEXT =
  /(?:[^"\\\ud800-\udbff]+|\\(?:[^u]|u(?![dD][89abAB])[^]{4})|(?:[\ud800-\udbff]|\\u[^]{4})(?=[^\\]|\\(?:[^u]|u[^]{4})))*/y;

/** @type {Record<string, string>} those that are in most answers */
const ESCAPES = { n: "\n", '"': '"' };

/**
 * Return a reader of one document in pieces of any size: `feed` returns the characters that the message gained, and
 * throws a SyntaxError at an escape that there is none of; `end` returns the whole document, or throws one.
 */
export function createMessageReader() {
  let whole = "";
  let rest = ""; // of what came in, what is not known yet
  let isText = false;
  let isOver = false; // what comes now is not the message
  return {
    /** @param {string} piece @returns {string} */
    feed(piece) {
      whole += piece;
      if (isOver) return "";
      if (isText && !rest && isPlain(piece)) return piece;
      rest += piece;
      if (!isText) {
        isText = BEGIN.test(rest);
        isOver = !isText && rest.length > LONGEST_BEGIN;
        if (!isText) return "";
        rest = rest.replace(BEGIN, "");
      }
      TEXT.lastIndex = 0;
      TEXT.test(rest);
      const text = rest.slice(0, TEXT.lastIndex);
      rest = rest.slice(TEXT.lastIndex);
      isOver = rest[0] === '"';
      const at = text.indexOf("\\");
      if (at < 0) return text;
      const char = ESCAPES[text.charAt(at + 1)];
      return char && text.indexOf("\\", at + 2) < 0 ? text.slice(0, at) + char + text.slice(at + 2) : JSON.parse(`"${text}"`);
    },
    /** @returns {any} */
    end: () => JSON.parse(whole),
  };
}

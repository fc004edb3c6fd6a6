/**
 * Reads the message out of the reply document while it is still being written.
 *
 * Rules that this file keeps:
 * 1. The text of `message` only grows while pieces come in; nothing shown is ever taken back.
 * 2. A half escape, or the first half of a surrogate pair, waits for its other half.
 * 3. `end()` gives what `JSON.parse` gives for the same text, or throws as it does: the browser judges the whole.
 * 4. The work for a character is constant. Only the piece that came in is looked at: one look into the text
 *    gathered so far makes the engine copy all of it, and a long reply becomes quadratic.
 */

const PLAIN = /[^"\\]*/y;
const MARK = /["{}[\],:]/g;

/**
 * Return a parser that takes one JSON document in pieces of any size.
 *
 * `feed` never throws and returns the characters that `message` has gained. Between strings it knows only how deep
 * it is and whether a key or a value comes next, which is all that finding `message` takes in a document that is right.
 */
export function createReplyParser() {
  let whole = "";
  let depth = 0;
  let isString = false;
  let isKey = false; // the next string of the outermost object is a key
  let name = ""; // the key whose value is being read
  let escape = ""; // as much of it as is there
  let half = ""; // a high surrogate that waits for its partner
  let isMessage = false;
  let hasMessage = false; // a second `message` counts only at the end, since shown text does not change
  let fresh = "";

  /** @param {string} text */
  function take(text) {
    if (depth === 1 && isKey) name += text;
    if (!isMessage || !text) return;
    const known = half + text;
    half = /[\ud800-\udbff]$/.test(text) ? known.slice(-1) : "";
    fresh += half ? known.slice(0, -1) : known;
  }

  /** @param {string} char */
  function readEscape(char) {
    escape += char;
    if (escape.length < (escape[1] === "u" ? 6 : 2)) return;
    const written = `"${escape}"`;
    escape = "";
    try {
      take(JSON.parse(written));
    } catch {
      // No escape at all: the end will say so.
    }
  }

  /** @param {string | undefined} mark stands between strings, or begins or ends one */
  function readMark(mark) {
    if (mark === '"') {
      isString = !isString;
      if (!isString) fresh += half;
      half = "";
      if (isString && isKey && depth === 1) name = "";
      hasMessage ||= isMessage;
      isMessage = isString && !isKey && depth === 1 && name === "message" && !hasMessage;
    } else if (mark === "{") isKey = ++depth === 1;
    else if (mark === "[") depth++;
    else if (mark === ":") isKey = false;
    else if (mark === ",") isKey = depth === 1;
    else depth--;
  }

  return {
    /** Take the next characters of the document; return what `message` gained. @param {string} piece */
    feed(piece) {
      whole += piece;
      fresh = "";
      for (let at = 0; at < piece.length;) {
        if (escape) {
          readEscape(piece.charAt(at++));
          continue;
        }
        const next = isString ? PLAIN : MARK;
        next.lastIndex = at;
        const found = next.exec(piece);
        if (isString) {
          take(/** @type {RegExpExecArray} */ (found)[0]);
          at = PLAIN.lastIndex;
          if (at === piece.length) break;
          if (piece[at] === "\\") escape = "\\";
          else readMark('"');
          at++;
        } else if (found) {
          readMark(found[0]);
          at = MARK.lastIndex;
        } else break;
      }
      return fresh;
    },
    /** Return the whole document; throw a SyntaxError where it is not whole and right. @returns {any} */
    end: () => JSON.parse(whole),
  };
}

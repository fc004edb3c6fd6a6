/**
 * Reads the reply document while it is still being written.
 *
 * Rules that this file keeps:
 * 1. The text of `message` only grows while pieces come in; nothing shown is ever taken back.
 * 2. A half escape, or the first half of a surrogate pair, waits for its other half.
 * 3. `confidence` appears when its number has ended, a follow-up when its string has closed.
 * 4. After `end()` all is what `JSON.parse` gives for the same text, or it throws as that does: the browser judges the
 *    whole. Until then a document that is wrong shows what it may.
 * 5. The work for a character is constant. Only the piece that came in is looked at: one look into the text
 *    gathered so far makes the engine copy all of it, and a long reply becomes quadratic.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MARK = /["{}[\],:]/g;

/**
 * Return a parser that takes one JSON document in pieces of any size.
 *
 * `feed` never throws and returns the characters that `message` has gained. Between strings it knows only how deep it
 * is and whether a key or a value comes next, which is all that finding the three fields takes.
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
  let message = "";
  let item = ""; // of the follow-ups
  let number = ""; // of the confidence
  /** @type {string[]} */
  let followups = [];
  /** @type {number | null} */
  let confidence = null;
  /** @type {any} */
  let value;

  const isFollowup = () => depth === 2 && name === "followups";

  /** @param {string} text */
  function take(text) {
    if (depth === 1 && isKey) name += text;
    else if (isFollowup()) item += text;
    if (!isMessage || !text) return;
    const last = text.charCodeAt(text.length - 1);
    fresh += half;
    half = last >= 0xd800 && last <= 0xdbff ? text.slice(-1) : "";
    fresh += half ? text.slice(0, -1) : text;
  }

  /** An escape that there is none of is read as it stands: the end will say so. @param {string} char */
  function readEscape(char) {
    escape += char;
    const kind = escape.charAt(1);
    if (kind === "u" && escape.length < 6) return;
    const at = "bfnrt".indexOf(kind);
    take(kind === "u" ? String.fromCharCode(parseInt(escape.slice(2), 16)) : at < 0 ? kind : "\b\f\n\r\t".charAt(at));
    escape = "";
  }

  /** @param {string | undefined} mark stands between strings, or begins or ends one */
  function readMark(mark) {
    if (number.trim() && /[,}]/.test(mark ?? "")) confidence = Number(number);
    number = "";
    if (mark === '"') {
      isString = !isString;
      if (!isString) fresh += half;
      half = "";
      if (isString && isKey && depth === 1) name = "";
      if (isFollowup() && !isString) followups.push(item);
      item = "";
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
      for (let at = 0; at < piece.length; at++) {
        if (escape) readEscape(piece.charAt(at));
        else if (isString) {
          const from = at;
          let code = 0;
          for (; at < piece.length; at++) {
            code = piece.charCodeAt(at);
            if (code === QUOTE || code === BACKSLASH) break;
          }
          take(piece.slice(from, at));
          if (at === piece.length) break;
          if (code === QUOTE) readMark('"');
          else escape = "\\";
        } else {
          const from = at;
          MARK.lastIndex = at;
          at = MARK.test(piece) ? MARK.lastIndex - 1 : piece.length;
          if (depth === 1 && name === "confidence" && !isKey) number += piece.slice(from, at);
          if (at === piece.length) break;
          readMark(piece[at]);
        }
      }
      message += fresh;
      return fresh;
    },
    /** Close the document; throw a SyntaxError where it is not whole and right. */
    end() {
      value = JSON.parse(whole);
      const last = value ?? {};
      if (typeof last.message === "string") message = last.message;
      if (typeof last.confidence === "number") confidence = last.confidence;
      if (Array.isArray(last.followups)) followups = last.followups.filter((/** @type {any} */ each) => typeof each === "string");
    },
    get message() {
      return message;
    },
    get confidence() {
      return confidence;
    },
    get followups() {
      return followups;
    },
    get value() {
      return value;
    },
  };
}

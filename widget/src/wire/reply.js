/**
 * Reads a reply document of any kind while it is still being written, for tools (docs/reference/contract.md). The widget
 * itself reads what our server writes, and nothing but its message: message.js.
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

/** @type {Record<string, string>} */
const ESCAPES = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** @param {number} code of what may end a piece of a string: a quotation mark or a backslash */
const isMark = (code) => code === 0x22 || code === 0x5c;

/** Whether a piece of a string is nothing but its text; most are, and need no closer look. @param {string} piece */
function isPlain(piece) {
  for (let at = 0; at < piece.length; at++) {
    const code = piece.charCodeAt(at);
    if (isMark(code) || code >> 10 === 0xd800 >> 10) return false;
  }
  return true;
}

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
  let token = ""; // a string or what stands between two marks, as much of it as is there
  let escape = ""; // as much of it as is there
  let half = ""; // a high surrogate that waits for its partner
  let isMessage = false;
  let hasMessage = false; // a second `message` counts only at the end, since shown text does not change
  let fresh = "";
  const reply = {
    message: "",
    /** @type {number | null} */
    confidence: null,
    /** @type {string[]} */
    followups: [],
    /** @type {any} */
    value: undefined,
    feed,
    end,
  };

  /** @param {string} text */
  function take(text) {
    if (isMessage) fresh += text;
    else token += text;
  }

  /** An escape that there is none of is read as it stands: the end will say so. @param {string} char */
  function readEscape(char) {
    escape += char;
    const kind = escape.charAt(1);
    if (kind === "u" && escape.length < 6) return;
    take(kind === "u" ? String.fromCharCode(parseInt(escape.slice(2), 16)) : (ESCAPES[kind] ?? kind));
    escape = "";
  }

  /** @param {string} mark stands between strings, or begins or ends one */
  function readMark(mark) {
    const isOuter = depth === 1;
    if (mark === '"') {
      if (isString && isOuter && isKey) name = token;
      if (isString && depth === 2 && name === "followups") reply.followups.push(token);
      hasMessage ||= isMessage;
      isString = !isString;
      isMessage = isString && !isKey && isOuter && name === "message" && !hasMessage;
    } else if (mark === "{") isKey = ++depth === 1;
    else if (mark === "[") depth++;
    else if (mark === ":") isKey = false;
    else {
      if (!/[,\]}]/.test(mark)) return take(mark);
      if (isOuter && !isKey && name === "confidence" && mark !== "]" && token.trim()) reply.confidence = Number(token);
      if (mark === ",") isKey = isOuter;
      else depth--;
    }
    token = "";
  }

  /** Take the next characters of the document; return what `message` gained. @param {string} piece */
  function feed(piece) {
    whole += piece;
    if (isMessage && !escape && !half && isPlain(piece)) {
      reply.message += piece;
      return piece;
    }
    fresh = half;
    for (let at = 0; at < piece.length; at++) {
      const from = at;
      if (isString && !escape) {
        while (at < piece.length && !isMark(piece.charCodeAt(at))) at++;
        take(piece.slice(from, at));
        if (at === piece.length) break;
      }
      const char = piece.charAt(at);
      if (escape) readEscape(char);
      else if (isString && char === "\\") escape = char;
      else readMark(char);
    }
    const isHalf = isMessage && fresh.charCodeAt(fresh.length - 1) >> 10 === 0xd800 >> 10;
    half = isHalf ? fresh.slice(-1) : "";
    if (isHalf) fresh = fresh.slice(0, -1);
    reply.message += fresh;
    return fresh;
  }

  /** Close the document; throw a SyntaxError where it is not whole and right. */
  function end() {
    reply.value = JSON.parse(whole);
    const { message, confidence, followups } = reply.value ?? {};
    if (typeof message === "string") reply.message = message;
    if (typeof confidence === "number") reply.confidence = confidence;
    if (Array.isArray(followups)) reply.followups = followups.filter((/** @type {any} */ each) => typeof each === "string");
  }

  return reply;
}

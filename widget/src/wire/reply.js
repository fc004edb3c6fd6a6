/**
 * Reads the reply document while it is still being written.
 *
 * Rules that this file keeps:
 * 1. The text of `message` only grows while pieces come in; nothing shown is ever taken back.
 * 2. A half escape, or the first half of a surrogate pair, waits for its other half.
 * 3. `confidence` appears when its number has ended, a follow-up when its string has closed.
 * 4. After `end()` the value is what `JSON.parse` gives for the same text, or `end()` throws.
 * 5. The work for a character is constant. Only the piece that came in is looked at: one look into the text
 *    gathered so far makes the engine copy all of it, and a long reply becomes quadratic.
 */

/** @typedef {{ value: any, key: string, isList: boolean }} Container */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const HEX = /^[\da-fA-F]$/;
/** @type {Record<string, string>} */
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
/** @type {Map<string, unknown>} */
const LITERALS = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

// What may come next.
const VALUE = 1;
const VALUE_OR_END = 2;
const KEY = 3;
const KEY_OR_END = 4;
const COLON = 5;
const COMMA_OR_END = 6;
const STRING = 7;
const ESCAPE = 8;
const UNICODE = 9;
const SCALAR = 10;

/** @param {number} code */
const isBlank = (code) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/** @param {number} code @returns {boolean} whether a number or a literal goes on with this character */
const isScalar = (code) =>
  (code >= 0x30 && code <= 0x39) || // digits
  (code >= 0x61 && code <= 0x7a) || // a to z
  code === 0x2b ||
  code === 0x2d ||
  code === 0x2e ||
  code === 0x45; // + - . E

/**
 * Return a parser that takes one JSON document in pieces of any size.
 *
 * `feed` never throws: it returns the characters that `message` has gained, and after a mistake nothing more.
 * `end` throws a SyntaxError for every text that `JSON.parse` refuses; what was read so far stays readable.
 */
export function createReplyParser() {
  let state = VALUE;
  /** @type {Container[]} */
  const open = [];
  /** @type {string | null} */
  let mistake = null;
  let isEnded = false;
  /** @type {any} */
  let root;

  let text = ""; // of the string, number or literal being read
  let half = ""; // a high surrogate that waits for its partner
  let unicode = ""; // hex digits of a \u escape
  let isKey = false;
  let isMessage = false;
  let hasMessage = false; // a second `message` counts only at the end, since shown text does not change

  let message = "";
  let fresh = "";
  /** @type {number | null} */
  let confidence = null;
  /** @type {string[]} */
  let followups = [];

  /** @param {string} what */
  function fail(what) {
    mistake ??= what;
  }

  /** @param {string} piece */
  function append(piece) {
    text += piece;
    if (!isMessage) return;
    message += piece;
    fresh += piece;
  }

  /** Take characters of a string; keep back a high surrogate at their end. @param {string} piece */
  function appendWhole(piece) {
    const whole = half + piece;
    const last = piece.charCodeAt(piece.length - 1);
    half = last >= 0xd800 && last <= 0xdbff ? piece.slice(-1) : "";
    append(half ? whole.slice(0, -1) : whole);
  }

  /** @param {boolean} asKey */
  function beginString(asKey) {
    state = STRING;
    text = "";
    isKey = asKey;
    isMessage = !asKey && open.length === 1 && open[0]?.key === "message" && !open[0].isList && !hasMessage;
  }

  function endString() {
    if (half) append(half);
    half = "";
    if (isKey) {
      /** @type {Container} */ (open.at(-1)).key = text;
      state = COLON;
      return;
    }
    if (isMessage) hasMessage = true;
    isMessage = false;
    place(text);
  }

  function endScalar() {
    if (LITERALS.has(text)) place(LITERALS.get(text));
    else if (NUMBER.test(text)) place(Number(text));
    else fail(`"${text.slice(0, 20)}" is no JSON value`);
  }

  /** Put a finished value where it belongs. @param {any} value */
  function place(value) {
    const parent = open.at(-1);
    state = COMMA_OR_END;
    if (!parent) {
      root = value;
      return;
    }
    if (parent.isList) {
      parent.value.push(value);
      if (open.length === 2 && open[0]?.key === "followups" && typeof value === "string") followups.push(value);
      return;
    }
    if (open.length === 1 && parent.key === "confidence" && typeof value === "number") confidence = value;
    // A plain assignment to this one key would set the prototype.
    if (parent.key === "__proto__") {
      Object.defineProperty(parent.value, parent.key, { value, writable: true, enumerable: true, configurable: true });
    } else parent.value[parent.key] = value;
  }

  /** @param {boolean} isList */
  function beginContainer(isList) {
    open.push({ value: isList ? [] : {}, key: "", isList });
    state = isList ? VALUE_OR_END : KEY_OR_END;
  }

  /** @param {boolean} isList */
  function endContainer(isList) {
    const last = open.at(-1);
    if (!last || last.isList !== isList) return fail("a bracket closes nothing");
    open.pop();
    place(last.value);
  }

  /** Read on inside a string. @param {string} piece @param {number} from @returns {number} where to go on */
  function readString(piece, from) {
    let at = from;
    let code = 0;
    for (; at < piece.length; at++) {
      code = piece.charCodeAt(at);
      if (code === QUOTE || code === BACKSLASH || code < 0x20) break;
    }
    if (at > from) appendWhole(piece.slice(from, at));
    if (at === piece.length) return at;
    if (code === QUOTE) endString();
    else if (code === BACKSLASH) state = ESCAPE;
    else fail("a control character stands in a string");
    return at + 1;
  }

  /** @param {string} letter */
  function readEscape(letter) {
    state = STRING;
    if (letter === "u") {
      state = UNICODE;
      unicode = "";
      return;
    }
    const meant = ESCAPES[letter];
    if (meant === undefined) fail("an escape is not known");
    else appendWhole(meant);
  }

  /** @param {string} digit */
  function readUnicode(digit) {
    if (!HEX.test(digit)) return fail("a \\u escape has no four digits");
    unicode += digit;
    if (unicode.length < 4) return;
    state = STRING;
    appendWhole(String.fromCharCode(parseInt(unicode, 16)));
  }

  /** Read one character between strings and scalars. @param {string} mark @param {number} code */
  function readMark(mark, code) {
    const wantsValue = state === VALUE || state === VALUE_OR_END;
    if (wantsValue && code === QUOTE) beginString(false);
    else if (wantsValue && mark === "{") beginContainer(false);
    else if (wantsValue && mark === "[") beginContainer(true);
    else if (wantsValue && isScalar(code)) {
      state = SCALAR;
      text = mark;
    } else if (state === VALUE_OR_END && mark === "]") endContainer(true);
    else if ((state === KEY || state === KEY_OR_END) && code === QUOTE) beginString(true);
    else if (state === KEY_OR_END && mark === "}") endContainer(false);
    else if (state === COLON && mark === ":") state = VALUE;
    else if (state === COMMA_OR_END && mark === "," && open.length) state = open.at(-1)?.isList ? VALUE : KEY;
    else if (state === COMMA_OR_END && mark === "]") endContainer(true);
    else if (state === COMMA_OR_END && mark === "}") endContainer(false);
    else fail(`"${mark}" stands where it may not`);
  }

  /** Take the next characters of the document; return what `message` gained. @param {string} piece */
  function feed(piece) {
    fresh = "";
    let at = 0;
    while (at < piece.length && mistake === null) {
      if (state === STRING) {
        at = readString(piece, at);
        continue;
      }
      const code = piece.charCodeAt(at);
      const mark = piece.charAt(at);
      if (state === SCALAR && !isScalar(code)) {
        endScalar(); // this character is read again, as what follows the scalar
        continue;
      }
      at++;
      if (state === SCALAR) text += mark;
      else if (state === ESCAPE) readEscape(mark);
      else if (state === UNICODE) readUnicode(mark);
      else if (!isBlank(code)) readMark(mark, code);
    }
    return fresh;
  }

  /** Close the document; throw a SyntaxError where it is not whole and right. */
  function end() {
    if (mistake === null && state === SCALAR) endScalar();
    if (mistake === null && (open.length || state !== COMMA_OR_END)) fail("the document is cut short");
    if (mistake !== null) throw new SyntaxError(mistake);
    if (isEnded) return;
    isEnded = true;
    takeLastWords();
  }

  /** A key that came twice counts by its last value, as in `JSON.parse`. */
  function takeLastWords() {
    if (root === null || typeof root !== "object" || Array.isArray(root)) return;
    if (typeof root.message === "string") message = root.message;
    if (typeof root.confidence === "number") confidence = root.confidence;
    if (Array.isArray(root.followups)) {
      followups = root.followups.filter((/** @type {unknown} */ each) => typeof each === "string");
    }
  }

  return {
    feed,
    end,
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
      return isEnded ? root : undefined;
    },
  };
}

/**
 * Writes the inline part of Markdown: emphasis, code, links, breaks.
 *
 * Rules that this file keeps:
 * 1. What was written is never changed: a mark that may still become markup waits, with all that follows it,
 *    until it is known what it is.
 * 2. Nothing waits for more than REACH characters; a mark whose partner is farther away is plain text.
 * 3. What is written depends on the text alone, never on the pieces that it came in.
 * 4. A link exists only once its address is closed, and only for an address that is safe to follow.
 */

/**
 * What inline text is written with.
 * @typedef {{ text(text: string): void, open(tag: string, href?: string): void, close(): void }} Pen
 */
/** @typedef {{ length: number, text?: string, tag?: string, inner?: string, href?: string }} Span */

const REACH = 600;
const PLAIN = /[^\\`*_~[!<&\nh ]+/y;
const PUNCTUATION = /[\p{P}\p{S}]/u;
/** @type {Record<string, string>} */
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", "#39": "'" };
/** @type {Record<string, string>} */
const TAGS = { "*1": "em", _1: "em", "*2": "strong", _2: "strong", "~2": "del" };

/** @param {string | undefined} char */
const isSpace = (char) => !char || /\s/.test(char);
/** @param {string | undefined} char */
const isPunctuation = (char) => !!char && PUNCTUATION.test(char);

/** Return the address if a visitor may follow it, else nothing. @param {string} href @param {string} base */
export function maybeSafeAddress(href, base) {
  try {
    const url = new URL(href, base);
    return /^(https?|mailto|tel):$/.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} text @param {number} at @returns {number} the end of the run of this character */
function runEnd(text, at) {
  let end = at;
  while (text[end] === text[at]) end++;
  return end;
}

/** @param {string} text @returns {number} where the code span ends that begins the text; 0 if it does not end here */
function codeEnd(text) {
  const width = runEnd(text, 0);
  for (let at = text.indexOf("`", width); at >= 0; at = text.indexOf("`", at)) {
    const end = runEnd(text, at);
    if (end - at === width) return end;
    at = end;
  }
  return 0;
}

/** @param {string} text @param {boolean} isClosed @returns {Span | null} */
function readCode(text, isClosed) {
  const width = runEnd(text, 0);
  if (width === text.length && !isClosed) return null;
  const length = codeEnd(text);
  if (!length) return isClosed ? { length: width, text: text.slice(0, width) } : null;
  if (length === text.length && !isClosed) return null; // the closing run may grow and then closes nothing
  const inner = text.slice(width, length - width).replaceAll("\n", " ");
  const isPadded = inner.trim() && inner.startsWith(" ") && inner.endsWith(" ");
  return { length, tag: "code", inner: isPadded ? inner.slice(1, -1) : inner };
}

/** @param {string} text @returns {Span | null} */
function literal(text, length = 1) {
  return { length, text: text.slice(0, length) };
}

/** @param {string} text @param {boolean} isClosed @returns {Span | null} */
function readEscape(text, isClosed) {
  if (text.length < 2) return isClosed ? literal(text) : null;
  if (text[1] === "\n") return { length: 2, tag: "br" };
  return /[!-/:-@[-`{-~]/.test(/** @type {string} */ (text[1])) ? { length: 2, text: text.slice(1, 2) } : literal(text);
}

/** @param {string} text @param {boolean} isClosed @returns {Span | null} */
function readSpaces(text, isClosed) {
  const end = runEnd(text, 0);
  if (end === text.length) return isClosed ? { length: end, text: "" } : null;
  if (text[end] !== "\n") return literal(text, end);
  return end > 1 ? { length: end + 1, tag: "br" } : { length: end, text: "" };
}

/** @param {string} text @param {boolean} isClosed @returns {Span | null} */
function readEntity(text, isClosed) {
  const found = /^&(#?\w{1,6});/.exec(text);
  const meant = found && ENTITIES[/** @type {string} */ (found[1])];
  if (found && meant) return { length: found[0].length, text: meant };
  return !isClosed && /^&#?\w{0,6}$/.test(text) ? null : literal(text);
}

/** `<https://…>` and the line break that models like to put into tables. @type {typeof readEntity} */
function readAngle(text, isClosed) {
  const found = /^<(?:br *\/?|((?:https?:|mailto:)[^\s<>]+))>/i.exec(text);
  if (found?.[1]) return { length: found[0].length, tag: "a", href: found[1], inner: found[1] };
  if (found) return { length: found[0].length, tag: "br" };
  return !isClosed && /^<(?:[^\s<>]*|br *\/?)$/i.test(text) ? null : literal(text);
}

/** A bare address ends at a blank; what closes the sentence does not belong to it. @type {typeof readEntity} */
function readAddress(text, isClosed) {
  if (!isClosed && ("https://".startsWith(text) || "http://".startsWith(text))) return null;
  const found = /^https?:\/\/[^\s<>`|*\]"]+/.exec(text);
  if (!found) return literal(text);
  if (found[0].length === text.length && !isClosed) return null;
  let address = found[0].replace(/[.,;:!?'_~]+$/, "");
  while (address.endsWith(")") && address.split(")").length > address.split("(").length) address = address.slice(0, -1);
  address = address.replace(/[.,;:!?'_~]+$/, "");
  return /^https?:\/\/[^/]/.test(address)
    ? { length: address.length, tag: "a", href: address, inner: address }
    : literal(text);
}

/** @param {string} text begins with `[` @returns {number} where the label's `]` stands; 0 if it is not here */
function labelEnd(text) {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === "`") at += Math.max(codeEnd(text.slice(at)), runEnd(text, at) - at) - 1;
    else if (char === "[") depth++;
    else if (char === "]" && --depth === 0) return at;
  }
  return 0;
}

// A target stands on one line: so a line that ends without it settles that there is none.
const TARGET =
  /^\([^\S\n]*(?:<([^<>\n]*)>|(?!<)((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*))(?:[^\S\n]+(?:"[^"\n]*"|'[^'\n]*'))?[^\S\n]*\)/;

/** @param {string} text begins with `[` @param {boolean} isClosed @returns {Span | null} */
function readLink(text, isClosed) {
  const end = labelEnd(text);
  if (!end) return isClosed ? literal(text) : null;
  if (end + 1 === text.length && !isClosed) return null;
  if (text[end + 1] !== "(") return literal(text);
  const target = TARGET.exec(text.slice(end + 1));
  if (!target) return isClosed || text.indexOf("\n", end) >= 0 ? literal(text) : null;
  const href = (target[1] ?? target[2] ?? "").replace(/\\([!-/:-@[-`{-~])/g, "$1");
  return { length: end + 1 + target[0].length, tag: "a", href, inner: text.slice(1, end) || href };
}

/** A picture becomes a link: one that loads by itself can carry the conversation away. @type {typeof readEntity} */
function readPicture(text, isClosed) {
  if (text.length < 2) return isClosed ? literal(text) : null;
  if (text[1] !== "[") return literal(text);
  const link = readLink(text.slice(1), isClosed);
  return link && (link.tag ? { ...link, length: link.length + 1 } : literal(text));
}

/**
 * Say whether a run of marks may open or close emphasis (CommonMark's flanking rules).
 * @param {string} mark @param {string | undefined} before @param {string | undefined} after
 */
function flanks(mark, before, after) {
  const isLeft = !isSpace(after) && (!isPunctuation(after) || isSpace(before) || isPunctuation(before));
  const isRight = !isSpace(before) && (!isPunctuation(before) || isSpace(after) || isPunctuation(after));
  if (mark !== "_") return { opens: isLeft, closes: isRight };
  return { opens: isLeft && (!isRight || isPunctuation(before)), closes: isRight && (!isLeft || isPunctuation(after)) };
}

/** @param {string} text @param {number} at @param {boolean} isClosed @returns {number | null} past what hides marks */
function skip(text, at, isClosed) {
  const rest = text.slice(at);
  if (text[at] === "\\") return 2;
  const span =
    text[at] === "`" ? readCode(rest, isClosed) : text[at] === "[" ? readLink(rest, isClosed) : { length: 1 };
  return span && span.length;
}

/**
 * Read emphasis: find the mark that closes the run at the start, going once over the text with the open runs on a pile.
 * @param {string} text @param {boolean} isClosed @param {string | undefined} before @returns {Span | null}
 */
function readEmphasis(text, isClosed, before) {
  const width = runEnd(text, 0);
  if (width === text.length && !isClosed) return null;
  if (!flanks(text.charAt(0), before, text[width]).opens || (text[0] === "~" && width !== 2))
    return literal(text, width);
  const pile = [{ mark: text[0], count: width }];
  for (let at = width; at < text.length;) {
    const mark = text.charAt(at);
    if (!"*_~".includes(mark)) {
      const step = skip(text, at, isClosed);
      if (!step) return null;
      at += step;
      continue;
    }
    const end = runEnd(text, at);
    if (end === text.length && !isClosed) return null;
    const { opens, closes } = flanks(mark, text[at - 1], text[end]);
    let left = end - at;
    while (closes && left) {
      const place = pile.findLastIndex((each) => each.mark === mark);
      const opener = pile[place];
      if (!opener || (mark === "~" && left !== 2)) break;
      pile.length = place + 1;
      const used = left > 1 && opener.count > 1 ? 2 : 1;
      opener.count -= used;
      left -= used;
      if (opener.count) continue;
      pile.pop();
      if (pile.length) continue;
      const close = end - left;
      return { length: close, tag: /** @type {string} */ (TAGS[mark + used]), inner: text.slice(used, close - used) };
    }
    if (opens && left) pile.push({ mark, count: left });
    at = end;
  }
  return isClosed ? literal(text) : null;
}

/**
 * Return what begins the text, or null while that cannot be known yet.
 * @param {string} text @param {boolean} isClosed no more text can change it @param {string | undefined} before
 * @returns {Span | null}
 */
function maybeSpan(text, isClosed, before) {
  switch (text[0]) {
    case "\\":
      return readEscape(text, isClosed);
    case "`":
      return readCode(text, isClosed);
    case "[":
      return readLink(text, isClosed);
    case "!":
      return readPicture(text, isClosed);
    case "<":
      return readAngle(text, isClosed);
    case "&":
      return readEntity(text, isClosed);
    case " ":
      return readSpaces(text, isClosed);
    case "h":
      return before && /\w/.test(before) ? literal(text) : readAddress(text, isClosed);
    case "\n":
      return literal(text);
    default:
      return readEmphasis(text, isClosed, before);
  }
}

/**
 * Write as much of the text as can be known; return how many characters that were.
 *
 * @param {string} text
 * @param {boolean} isEnd the block ends here: nothing may wait any longer
 * @param {string | undefined} before the character that was written last
 * @param {Pen} pen
 * @param {boolean} [isInLink] no link stands within a link
 * @returns {number}
 */
export function writeInline(text, isEnd, before, pen, isInLink = false) {
  let at = 0;
  while (at < text.length) {
    PLAIN.lastIndex = at;
    const plain = PLAIN.exec(text);
    if (plain) {
      pen.text(plain[0]);
      at = PLAIN.lastIndex;
      continue;
    }
    const window = text.slice(at, at + REACH);
    const span = maybeSpan(window, isEnd || text.length - at >= REACH, at ? text[at - 1] : before);
    if (!span) break;
    writeSpan(span, pen, isInLink);
    at += span.length;
  }
  return at;
}

/** @param {Span} span @param {Pen} pen @param {boolean} isInLink */
function writeSpan(span, pen, isInLink) {
  if (!span.tag) return pen.text(span.text ?? "");
  const isLink = span.tag === "a";
  const isBare = isLink && isInLink;
  if (!isBare) pen.open(span.tag, span.href);
  // An address shows as it is written, even where it holds marks.
  if (span.tag === "code" || span.inner === span.href) pen.text(span.inner ?? "");
  else if (span.inner) writeInline(span.inner, true, "*", pen, isInLink || isLink);
  if (!isBare) pen.close();
}

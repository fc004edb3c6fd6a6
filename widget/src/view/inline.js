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
 * What begins a text: so many characters that are read as they stand, as another text, or as an element.
 * @typedef {{ length: number, text?: string, tag?: string, inner?: string, href?: string }} Span
 */

/** What inline text is written with.
 * @typedef {{ write(parent: HTMLElement, text: string): void, add(tag: string, parent: HTMLElement, href?: string): HTMLElement }} Ink */

const REACH = 600;
const PLAIN = /(?:[^\\`*_~[!<&\nh ]|h(?!t|$)| (?![ \n]|$))+/y;
/** In this order: an escape, code, an entity, an address or a break in angles, blanks at a line's end, an address. */
const WHOLE =
  /^(?:\\([!-/:-@[-`{-~\n])|(`+)([^`](?:[^]*?[^`])??)\2(?!`)|&(amp|lt|gt|quot|apos|nbsp|#39);|<(?:((?:https?:|mailto:)[^\s<>]+|[^\s<>@:\\]+@[^\s<>@]+)|br ?\/?)>|( +)(?=\n|$)|(https?:\/\/[^\s<>`|*\]"]+))/i;
/** What may still become one of them. */
const HALF = /^(?:[\\!]|`[^]*|&#?\w{0,6}|<[^\s<>]* ?\/?|ht{0,2}p?s?:?\/{0,2})$/i;
/** @type {Record<string, string>} */
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", "#39": "'" };
// A target stands on one line: so a line that ends without it settles that there is none.
const LINK =
  /^\[((?:[^[\]\\`]|\\[^]|`[^`]*`|\[(?:[^[\]\\]|\\[^])*])*)]\([^\S\n]*(?:<([^<>\n]*)>|(?!<)((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*))(?:[^\S\n]+(?:"[^"\n]*"|'[^'\n]*'))?[^\S\n]*\)/;
const HALF_LINK = /^\[(?:[^[\]\\`]|\\(?:[^]|$)|`[^`]*(?:`|$)|\[(?:[^[\]\\]|\\(?:[^]|$))*(?:]|$))*(?:](?:\([^\n]*)?)?$/;

/**
 * Return the address if a visitor may follow it, else nothing.
 * @param {string} href @param {string} base @param {string[]} [hosts] to which pages must lead, all where there are none
 */
export function maybeSafeAddress(href, base, hosts) {
  try {
    const url = new URL(href, base);
    const isKnown = !hosts || !url.host || hosts.some((host) => `.${url.hostname}`.endsWith(`.${host}`));
    return isKnown && /^(https?|mailto|tel):$/.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} text @param {number} [at] @returns {number} the end of the run of this character */
function runEnd(text, at = 0) {
  let end = at;
  while (text[end] === text[at]) end++;
  return end;
}

/** What closes the sentence does not belong to the address before it. @param {string} address */
function trimAddress(address) {
  while (/[.,;:!?'_~]$/.test(address) || (address.endsWith(")") && address.split(")").length > address.split("(").length))
    address = address.slice(0, -1);
  return address;
}

/** @param {string} text begins with `[` @param {boolean} isClosed @returns {Span | null} */
function maybeLink(text, isClosed) {
  const [{ length } = "", label = "", angled, bare = ""] = LINK.exec(text) ?? [];
  if (!length) return !isClosed && HALF_LINK.test(text) ? null : { length: 1 };
  const href = (angled ?? bare).replace(/\\([!-/:-@[-`{-~])/g, "$1");
  return { length, tag: "a", href, inner: label || href };
}

/** How much a character beside a mark weighs: nothing or a blank 0, a sign 1, a letter 2. @param {string} [character] */
const weigh = (character = "") => (!character.trim() ? 0 : /[\p{P}\p{S}]/u.test(character) ? 1 : 2);

/**
 * Read emphasis: find the mark that closes the run at the start, going once over the text with the open runs on a pile.
 * @param {string} text @param {boolean} isClosed @param {string} before @returns {Span | null}
 */
function maybeEmphasis(text, isClosed, before) {
  /** @type {[mark: string, count: number][]} */
  const pile = [];
  for (let at = 0; at < text.length;) {
    const mark = text.charAt(at);
    if (!/[*_~]/.test(mark)) {
      const span = /[\\`[<]/.test(mark) ? maybeSpan(text.slice(at), isClosed, mark) : { length: 1 };
      if (!span) return null;
      at += span.length;
      continue;
    }
    const end = runEnd(text, at);
    if (!isClosed && end > text.length - 2) return null; // the character behind it may take two
    // CommonMark's flanking rules; an underscore may stand within a word.
    const left = weigh([...(before + text.slice(0, at)).slice(-2)].pop());
    const right = weigh([...text.slice(end, end + 2)][0]);
    const isMark = mark !== "_";
    const opens = right && (right > 1 || left < 2) && (isMark || left < 2);
    const closes = left && (left > 1 || right < 2) && (isMark || right < 2);
    let count = end - at;
    const isOdd = mark === "~" && count !== 2;
    if (!at && (!opens || isOdd)) return { length: end };
    while (at && closes && count && !isOdd) {
      const place = pile.findLastIndex(([each]) => each === mark);
      const opener = pile[place];
      if (!opener) break;
      pile.length = place + 1;
      const used = count > 1 && opener[1] > 1 ? 2 : 1;
      opener[1] -= used;
      count -= used;
      if (opener[1]) continue;
      pile.pop();
      const close = end - count;
      const tag = mark === "~" ? "del" : used > 1 ? "strong" : "em";
      if (!place) return { length: close, tag, inner: text.slice(used, close - used) };
    }
    if (opens && count) pile.push([mark, count]);
    at = end;
  }
  return isClosed ? { length: 1 } : null;
}

/**
 * Return what begins the text, or null while that cannot be known yet.
 * @param {string} text @param {boolean} isClosed no more text can change it @param {string} before
 * @returns {Span | null}
 */
function maybeSpan(text, isClosed, before) {
  const first = text.charAt(0);
  if (/[*_~]/.test(first)) return maybeEmphasis(text, isClosed, before);
  // A picture becomes a link: one that loads by itself can carry the conversation away.
  const at = text.startsWith("![") ? 1 : 0;
  if (text[at] === "[") {
    const link = maybeLink(text.slice(at), isClosed);
    return link?.tag ? { ...link, length: link.length + at } : link;
  }
  const plain = { length: /[` ]/.test(first) ? runEnd(text) : 1 };
  if (first === "h" && /\w$/.test(before)) return plain;
  const found = WHOLE.exec(text);
  if (!isClosed && (found ? found[0] === text : HALF.test(text))) return null;
  if (!found) return plain;
  const [{ length }, escaped, , code, entity, address, blanks, bare] = found;
  if (escaped && escaped !== "\n") return { length, text: escaped };
  if (entity) return { length, text: ENTITIES[entity] ?? "" };
  if (blanks && (length < 2 || !text[length])) return { length, text: "" };
  if (code) {
    const inner = code.replaceAll("\n", " ");
    return { length, tag: "code", inner: /^ .*\S.* $/.test(inner) ? inner.slice(1, -1) : inner };
  }
  const inner = address ?? trimAddress(bare ?? "");
  if (!inner) return { length: length + (blanks ? 1 : 0), tag: "br" };
  if (bare && !/\/\/[^/]/.test(inner)) return plain;
  return { length: bare ? inner.length : length, tag: "a", href: inner.includes(":") ? inner : `mailto:${inner}`, inner };
}

/**
 * Write as much of the text as can be known; return how many characters that were.
 *
 * @param {string} text
 * @param {boolean} isEnd the block ends here: nothing may wait any longer
 * @param {string} before what was written last, two characters at most
 * @param {HTMLElement} parent
 * @param {Ink} ink
 * @param {boolean} [isInLink] no link stands within a link
 * @returns {number}
 */
export function writeInline(text, isEnd, before, parent, ink, isInLink = false) {
  let at = 0;
  while (at < text.length) {
    PLAIN.lastIndex = at;
    /** @type {Span | null} */
    let span = null;
    if (PLAIN.test(text)) span = { length: PLAIN.lastIndex - at };
    else span = maybeSpan(text.slice(at, at + REACH), isEnd || text.length - at >= REACH, (before + text.slice(0, at)).slice(-2));
    if (!span) break;
    const { length, tag, inner = "", href, text: meant = text.slice(at, at + length) } = span;
    const isLink = tag === "a";
    if (!tag) ink.write(parent, meant);
    else {
      const element = isLink && isInLink ? parent : ink.add(tag, parent, href);
      // Code, and an address, show as they are written, even where they hold marks.
      if (tag === "code" || href?.endsWith(inner)) ink.write(element, inner);
      else writeInline(inner, true, "*", element, ink, isInLink || isLink);
    }
    at += length;
  }
  return at;
}

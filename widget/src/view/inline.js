/**
 * Reads the inline part of Markdown: emphasis, code, links, breaks.
 *
 * Rules that this file keeps:
 * 1. What was read is never changed: a mark that may still become markup waits, with all that follows it, until it is
 *    known what it is.
 * 2. A mark whose partner is more than REACH characters away is plain text, so nothing waits for long.
 * 3. What is read depends on the text alone, never on the pieces that it came in.
 * 4. A link exists only once its address is closed, and only for an address that is safe to follow.
 */

import { maybe } from "../maybe.js";

/**
 * A piece of text, or an element or a link with others in it, that begins `at` this place. A mark of emphasis is a piece of text
 * that opens or closes something until its partner is found.
 * @typedef {{ at: number, text: string, tag?: string, href?: string, inner?: Item[] | undefined, opens?: unknown, closes?: unknown }} Item
 */

const REACH = 600;
/** So many characters before the text tell what stands to the left of its first mark. */
export const NOTHING_BEFORE = "\n\n";
/**
 * In this order: plain text, a mark of emphasis, a break, an escape, code, an entity, an address in angles, blanks at a
 * line's end, an address with what closes the sentence behind it, a bracket that opens, one that closes and its target,
 * and what turned out to be none of these.
 */
const TOKEN =
  /((?:[^\\`*_~[\]!<&h ]|(?<=[^\W_])h|h(?!t|$)| (?![ \n]|$))+)|([*_~])\2*|(\\\n| {2,}\n|<br ?\/?>)|\\([!-/:-@[-`{-~])|(`+)(?!`)([^]*?[^`])\5(?!`)|&(#?\w{2,4});|<((?:https?:|mailto:|[^\s<>:\\]+@)[^\s<>]+)>|( +)(?=\n|$)|(https?:\/\/(?:[.,;:!?'_~]*(?:\([^\s<>`|*\]"()]*\)|[^\s<>`|*\]".,;:!?'_~()]))+)[^\s<>`|*\]"]*|(!?\[)|]\( *(?:<([^<>\n]*)>|(?!<)((?:[^ \n()\\]|\\.|\((?:[^ \n()\\]|\\.)*\))*))(?: +(?:"[^"\n]*"|'[^'\n]*'))? *\)|(`+|[^])/iy;
/** What may still become one of them. */
const HALF = /^(?:`|]\([^\n]*$|[!-~]+ ?\/?$)/;
/** @type {Record<string, string>} */
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", "#39": "'" };

/**
 * Return the address if a visitor may follow it, else nothing.
 * @param {string} href as the page would follow it @param {string[]} [hosts] to which pages must lead, all where there are none
 */
export function maybeSafeAddress(href, hosts) {
  const url = maybe(() => new URL(href, document.baseURI)); // what is no address leads nowhere
  const isKnown = !hosts || !url?.host || hosts.some((host) => `.${url.hostname}`.endsWith(`.${host}`));
  return url && isKnown && /^(https?|mailto|tel):$/.test(url.protocol) ? url.href : undefined;
}

/** Forget those that are out of reach. @param {Item[]} openers @param {number} at */
function forget(openers, at) {
  while (at - (openers[0]?.at ?? at) >= REACH) openers.shift();
}

/** @param {string} character */
const isLetter = (character) => /[^\s\p{P}\p{S}]/u.test(character);

/**
 * Find the partners among marks of emphasis, going once over the items with the open marks on a pile.
 * @param {Item[]} items @returns {[paired: Item[], pile: Item[]]} the pile has those that may still find one
 */
function pair(items) {
  /** @type {Item[]} */
  const paired = [];
  /** @type {Item[]} */
  const pile = [];
  for (const item of items) {
    forget(pile, item.at);
    const mark = item.text[0];
    while (item.closes && item.text) {
      const place = pile.findLastIndex(({ text }) => text[0] === mark);
      const opener = pile[place];
      if (!opener) break;
      const used = Math.min(2, item.text.length, opener.text.length);
      item.text = item.text.slice(used);
      opener.text = opener.text.slice(used);
      pile.length = opener.text ? place + 1 : place;
      item.at = opener.at; // who reads again begins there, since what is left of a mark cannot stand alone
      const tag = mark === "~" ? "del" : used > 1 ? "strong" : "em";
      paired.push({ at: opener.at, text: "", tag, inner: paired.splice(paired.lastIndexOf(opener) + 1) });
    }
    if (item.opens && item.text) pile.push(item);
    paired.push(item);
  }
  return [paired, pile];
}

/**
 * Read as much of the text behind its first two characters as can be known.
 *
 * @param {string} text
 * @param {boolean} isEnd the block ends here: nothing may wait any longer
 * @returns {[items: Item[], end: number]} what was read, and to where
 */
export function readInline(text, isEnd) {
  /** @type {Item[]} */
  const items = [];
  /** @type {Item[]} */
  const brackets = []; // those that are open
  let at = NOTHING_BEFORE.length;
  for (;;) {
    forget(brackets, at);
    const near = text.slice(0, at + REACH);
    TOKEN.lastIndex = at;
    const [all = "", plain, mark, lineEnd, escaped, , code, entity, angled, blanks, bare, bracket, inAngles, target, other] =
      TOKEN.exec(near) ?? [];
    let end = at + all.length;
    const isOpen = !isEnd && near.length < at + REACH;
    if (!all || (isOpen && !plain && (end > near.length - 2 || (other && HALF.test(near.slice(at)))))) break;
    /** @type {Item} */
    const item = { at, text: blanks ? "" : (escaped ?? ENTITIES[entity ?? ""] ?? all) };
    const address = angled ?? bare;
    if (mark && (mark !== "~" || all.length === 2)) {
      // CommonMark's flanking rules; an underscore may stand within a word.
      const left = [...near.slice(0, at).slice(-2)].pop() ?? "";
      const right = [...near.slice(end, end + 2)][0] ?? "";
      /** @param {string} inside @param {string} outside */
      const flanks = (inside, outside) => (isLetter(outside) ? mark !== "_" && isLetter(inside) : inside.trim());
      item.opens = flanks(right, left);
      item.closes = flanks(left, right);
    } else if (lineEnd) {
      item.tag = "br";
      item.text = "";
    } else if (code) {
      item.tag = "code";
      item.text = code.replaceAll("\n", " ").replace(/^ (.*\S.*) $/, "$1");
    } else if (address) {
      item.text = address;
      item.href = address.includes(":") ? address : `mailto:${address}`;
      if (bare) end = at + bare.length;
    } else if (bracket) brackets.push(item);
    else if (all[0] === "]") {
      const opener = brackets.pop();
      const href = inAngles ?? target;
      if (opener && href !== undefined) {
        const [inner] = pair(items.splice(items.lastIndexOf(opener)).slice(1));
        item.at = opener.at;
        item.text = item.href = href.replace(/\\([!-/:-@[-`{-~])/g, "$1");
        item.inner = inner[0] && inner;
      } else {
        item.text = "]";
        end = at + 1;
      }
    }
    items.push(item);
    at = end;
  }
  const stop = (!isEnd && brackets[0]?.at) || at;
  const [paired, pile] = pair([...items.filter((item) => item.at < stop), { at: stop, text: "" }]);
  const known = (!isEnd && pile[0]?.at) || stop;
  return [paired.filter((item) => item.at < known), known];
}

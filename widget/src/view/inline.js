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
 * A piece of text, or an element or a link with others in it, that begins `at` this place. A `mark` of emphasis, or of an
 * element that it names, is a piece of text that opens or closes something until its partner is found.
 * @typedef {{ at: number, text: string, tag?: string, href?: string, inner?: Item[] | undefined,
 *   mark?: string, opens?: unknown, closes?: unknown }} Item
 */

const REACH = 600;
/** So many may be open at once, or what they hold would lie ever deeper in one another. */
const MOST_OPEN = 8;
/** So many characters before the text tell what stands to the left of its first mark. */
export const NOTHING_BEFORE = "\n\n";
/**
 * In this order: plain text, a mark of emphasis, a break, an escape, code, an entity, a tag, an address in angles,
 * blanks at a line's end, an address with what closes the sentence behind it, a bracket that opens, one that closes and
 * its target, and what turned out to be none of these. A line that ends in a break is followed by a vertical tab.
 */
const TOKEN =
  /((?:[^\\`*_~[\]!<&h \v]|(?<=[^\W_])h|h(?!t|$)| (?![ \n\v]|$))+)|([*_~])\2*|(\\[\n\v]| {2,}\n| *\v|<br ?\/?>)|\\([!-/:-@[-`{-~])|(`+)(?!`)([^]*?[^`])\5(?!`)|&(#?\w{2,6});|<(\/?)(b|i|s|em|del|su[bp]|strong)>|<((?:https?:|mailto:|[^\s<>:\\]+@)[^\s<>]+)>|( +)(?=[\n\v]|$)|(https?:\/\/(?:[.,;:!?'_~]*(?:\([^\s<>`|*\]"()]*\)|[^\s<>`|*\]".,;:!?'_~()]))+)[^\s<>`|*\]"]*|(!?\[)|]\( *(?:<([^<>\n]*)>|(?!<)((?:[^ \n()\\]|\\.|\((?:[^ \n()\\]|\\.)*\))*))(?: +(?:"[^"\n]*"|'[^'\n]*'))? *\)|(`+|[^])/iy;
/** What may still become one of them. */
const HALF = /^(?:`|]\([^\n]*$|[!-~]+ ?\/?$)/;
/** Each name is followed by what it stands for. */
const ENTITIES =
  "amp& lt< quot\" rsquo’ apos' nbsp\u00a0 copy© hellip… trade™ mdash— ndash– middot· ldquo“ lsquo‘ rdquo” laquo« raquo» gt> bull• times× reg® deg° euro€ pound£ rarr→".split(
    " ",
  );

/** @param {string} name @returns {string | undefined} the character that an entity stands for */
const characterOf = (name) =>
  name[0] === "#"
    ? maybe(() => String.fromCodePoint(Number(name.slice(1).replace(/^x/i, "0x"))))
    : ENTITIES.find((each) => each.slice(0, -1) === name)?.slice(-1);

/**
 * Return the address if a visitor may follow it, else nothing.
 * @param {string} href as the page would follow it
 * @param {string[]} [hosts] to which pages and mails must lead, all where there are none; a number stands among them as it is
 */
export function maybeSafeAddress(href, hosts) {
  const url = maybe(() => new URL(href, document.baseURI).href); // what is no address leads nowhere
  const goal = GOAL.exec(/** @type {string} */ (url))?.[1];
  return goal && (!hosts || hosts.some((host) => `.${goal}`.endsWith(`.${host}`))) ? url : undefined;
}

/** The host of a page or of one person's mail, without a name before a page's, or a number as it is dialled. */
const GOAL = /^(?:https?:\/\/|mailto:[\w.+-]+@|tel:(?!.*[./]))([\w.+-]+)(:\d+)?(\/|$)/;

/** An address as people write it. @param {string} text */
const bare = (text) => `${text.toLowerCase().replace(/^(https?:\/\/|mailto:)?(www\.)?|\/$/g, "")}/`;

/**
 * Whether a link shows another address than the one it leads to, also among other words.
 * @param {string} label @param {string} href
 */
const isDisguised = (label, href) =>
  label
    .normalize("NFKC")
    .match(/(?<!\S)\S*(:\/|@|\.[\p{L}\p{Cf}]{2})\S*/gu)
    ?.some((shown) => !bare(href).startsWith(bare(shown)));

/** Forget those that are out of reach, or too many. @param {Item[]} openers @param {number} at */
function forget(openers, at) {
  while (openers[MOST_OPEN] || at - (openers[0]?.at ?? at) >= REACH) openers.shift();
}

/** @param {string} character */
const isLetter = (character) => /[^\s\p{P}\p{S}]/u.test(character);

/** Chinese, Japanese and Korean put no blank between a word and the mark around its neighbour. @param {string} characters */
const hasNoBlanks = (characters) => /[\u2e80-\uffef\u{20000}-\u{3ffff}]/u.test(characters);

/** @param {Item[]} items @returns {string} what they show */
const textOf = (items) => items.map(({ text, inner }) => (inner ? textOf(inner) : text)).join("");

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
    const { mark = "" } = item;
    const isTag = /[a-z]/.test(mark);
    while (item.closes && item.text) {
      const place = pile.findLastIndex((each) => each.mark === mark);
      const opener = pile[place];
      if (!opener) break;
      const used = isTag ? REACH : Math.min(2, item.text.length, opener.text.length);
      item.text = item.text.slice(used);
      opener.text = opener.text.slice(used);
      pile.length = opener.text ? place + 1 : place;
      item.at = opener.at; // who reads again begins there, since what is left of a mark cannot stand alone
      const tag = isTag ? mark : mark === "~" ? "del" : used > 1 ? "strong" : "em";
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
    const [all = "", plain, mark, lineEnd, escaped, , code, entity, closing, tag, angled, blanks, bare, bracket, inAngles, target, other] =
      TOKEN.exec(near) ?? [];
    let end = at + all.length;
    const isOpen = !isEnd && near.length < at + REACH;
    if (!all || (isOpen && !plain && (end > near.length - 2 || (other && HALF.test(near.slice(at)))))) break;
    /** @type {Item} */
    const item = { at, text: blanks ? "" : (escaped ?? (entity && characterOf(entity)) ?? all) };
    const address = angled ?? bare;
    if (mark && all.length < 4 && (mark !== "~" || all.length === 2)) {
      // CommonMark's flanking rules; an underscore may stand within a word.
      const left = [...near.slice(0, at).slice(-2)].pop() ?? "";
      const right = [...near.slice(end, end + 2)][0] ?? "";
      /** @param {string} inside @param {string} outside */
      const flanks = (inside, outside) =>
        inside.trim() && (!isLetter(outside) || (mark !== "_" && (isLetter(inside) || hasNoBlanks(inside + outside))));
      item.mark = mark;
      item.opens = flanks(right, left);
      item.closes = flanks(left, right);
    } else if (tag) {
      const name = tag.toLowerCase();
      item.mark = { b: "strong", i: "em", s: "del" }[name] ?? name;
      item.closes = closing;
      item.opens = !closing;
    } else if (lineEnd) {
      item.tag = "br";
      item.text = "\n";
    } else if (code) {
      item.tag = "code";
      item.text = code.replaceAll("\n", " ").replace(/^ (?=.*\S)(.*) $/, "$1");
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
        item.inner = inner[0] && !isDisguised(textOf(inner), item.href) ? inner : undefined;
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

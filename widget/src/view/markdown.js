/**
 * Writes Markdown into the page while it is still coming in.
 *
 * Rules that this file keeps:
 * 1. It only appends: the text on the screen is at each moment a beginning of the final text.
 * 2. A line waits until its first characters say what it is; headings and table rows wait for their end.
 * 3. The nodes depend on the text alone, never on the pieces that it came in.
 * 4. Nodes are made by name from the short list below and filled with text. Nothing is ever read as HTML.
 * 5. No text makes it go deeper than a few levels, or makes one block so large that laying it out stops the page.
 *
 * It knows what an answer needs: paragraphs, headings (lowered to h3 and below, since the page around us owns the
 * higher ones), lists in lists, tables, fenced code, quotes, rules.
 */

import { maybeSafeAddress, NOTHING_BEFORE, readInline } from "./inline.js";

/** @typedef {{ item: HTMLElement, marker: string, inside: number }} Level of lists */
/** @typedef {import("./inline.js").Item} Item */
/**
 * What others want to hear: `say` gets the text as it is shown, with a line feed where a block ends; `code` gets
 * each code block when it is closed. `hosts` are those to which links may lead, with their subdomains.
 * @typedef {{ say?: (text: string) => void, code?: (pre: HTMLElement, text: string) => void, hosts?: string[] | undefined }} Listeners
 */

/** In this order: a fence, a heading, a rule, an item of a list, a row. */
const LINE =
  /^(?:(`{3,}(?!.*`)|~{3,})|(#{1,6})(?:\s|$)|(([-*_])\s*(?:\4\s*){2,}$)|([-*+•]|(\d{1,9})[.)](?=\s+\S))(?:[ \t]{1,4}(?=\S)|\s*$)|\|)/;
/** What may still become one of them, or a box to tick. */
const HALF = /^(?:(?:`{3}|~{3}|#+\s|\|).*|[-+*•_`~#\d.)\s]*|\[[ x]?\]?)$/is;
/** The line under a table's head, as much of it as is there. */
const RULE = /^[\s|:-]*$/;

const MOST_DEEP = 9; // lists in lists, and quotes in quotes
const MOST_ROWS = 100; // then another table goes on
const MOST_COLUMNS = 40; // what has more is text
/** A line that ends so early ends on purpose: an address, opening hours. */
const SHORT_LINE = 56;

const QUOTES = /^(?: {0,3}> ?){0,9}/;

/** @param {string} row @returns {string[]} */
const cellsOf = (row) =>
  row
    .trim()
    .replace(/^\||(?<!\\)\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));

/**
 * Return a writer that appends Markdown to `root`, in pieces of any size.
 *
 * @param {HTMLElement} root
 * @param {Listeners} [listeners]
 */
export function createMarkdown(root, { say, code, hosts } = {}) {
  let line = ""; // of the line that is not yet known
  let isKnown = false; // the rest of this line goes straight to the leaf
  let column = 0; // where `line` begins, when a list's mark stood before it
  const bases = [root]; // the page and the quotes that are open
  /** @type {Level[]} */
  let levels = [];
  /** @type {HTMLElement | null} what text goes into */
  let leaf = null;
  let gap = ""; // what comes before the next line in it
  let waiting = ""; // of its text, with the two characters before
  let fence = ""; // around it, where it is code
  let margin = 0; // of that fence
  /** @type {HTMLElement | null} */
  let table = null;
  /** @type {string[]} the class of each column */
  let columns = [];
  let heldRow = ""; // may become a table's head
  let unseen = ""; // as much of it as is not on the page
  let isFirst = false; // what is written is the first line of a paragraph, and may become one
  let length = 0; // of the line that is written

  /** @param {string} tag @param {HTMLElement} [parent] */
  function add(tag, parent = levels.at(-1)?.item ?? bases.at(-1) ?? root) {
    const element = document.createElement(tag);
    parent.append(element);
    return element;
  }

  /** @param {HTMLElement} parent @param {string} text */
  function append(parent, text) {
    const last = parent.lastChild;
    if (last?.nodeType === 3) /** @type {Text} */ (last).appendData(text);
    else if (text) parent.append(text);
  }

  /**
   * Items lie in one another as deep as `pair` lets them.
   * @param {Item[]} items @param {HTMLElement} parent @param {unknown} [isInLink] no link stands within a link
   */
  function show(items, parent, isInLink) {
    for (const { text, tag, href, inner } of items) {
      const address = href !== undefined && !isInLink && maybeSafeAddress(href, hosts);
      const name = address ? "a" : tag;
      const element = name ? add(name, parent) : parent;
      if (address) Object.assign(element, { href: address, target: "_blank", rel: "noopener noreferrer nofollow" });
      if (inner) show(inner, element, isInLink || address);
      // A link that is not shown as one shows its address.
      const shown = inner ? (href !== undefined && !address && !isInLink ? ` (${href})` : "") : text;
      if (tag !== "br") append(element, shown);
      say?.(shown);
    }
  }

  /** @param {string} text @param {boolean} [isEnd] */
  function writeLeaf(text, isEnd = false) {
    if (!leaf) return;
    if (fence) return append(leaf, text);
    waiting += text;
    length += text.length;
    const [items, end] = readInline(waiting, isEnd);
    show(items, leaf);
    waiting = waiting.slice(end - NOTHING_BEFORE.length);
  }

  /** @param {HTMLElement} element @param {string} text @param {string} end */
  function writeWhole(element, text, end) {
    show(readInline(NOTHING_BEFORE + text, true)[0], element);
    say?.(end);
  }

  function closeBlocks() {
    endRow();
    if (leaf && fence) code?.(/** @type {HTMLElement} */ (leaf.parentNode), leaf.textContent ?? "");
    else if (leaf) {
      writeLeaf("", true);
      say?.("\n");
    }
    leaf = null;
    fence = "";
  }

  /** Leave the lists that a line so far to the left no longer belongs to; return the last of them. @param {number} indent */
  function leaveLists(indent) {
    let last;
    while (indent < (levels.at(-1)?.inside ?? 0)) last = levels.pop();
    return last;
  }

  /** @param {number} wanted */
  function setQuotes(wanted) {
    if (bases.length === wanted) return;
    closeBlocks();
    levels = [];
    bases.splice(wanted);
    while (bases.length < wanted) bases.push(add("blockquote"));
  }

  /** @param {HTMLElement} element */
  function openLeaf(element) {
    leaf = element;
    gap = "";
    waiting = NOTHING_BEFORE;
  }

  /** Go on with what is open, or begin a paragraph. @param {string} text */
  function writeLine(text) {
    isFirst = !leaf;
    if (!leaf) openLeaf(add("p"));
    writeLeaf(gap && !fence && length < SHORT_LINE ? "\v" : gap);
    gap = "\n";
    length = 0;
    writeOn(text);
  }

  /** Go on with a line; what follows a bar in the first one of a paragraph waits for the next line. @param {string} text */
  function writeOn(text) {
    if (isFirst && !fence) {
      heldRow += text;
      const bar = unseen ? 0 : text.indexOf("|");
      if (bar >= 0) {
        unseen += text.slice(bar);
        text = text.slice(0, bar);
      }
    }
    writeLeaf(text);
  }

  /** A row that turned out to head no table is a paragraph, and what follows is no row. */
  function endRow() {
    const text = unseen;
    if (text && !isFirst) writeLine("");
    heldRow = unseen = "";
    isFirst = false;
    table = null;
    if (text) writeLeaf(text);
  }

  /** @param {string} text @param {number} indent @param {string} marker @param {string | undefined} number */
  function takeItem(text, indent, marker, number) {
    closeBlocks();
    const last = leaveLists(indent);
    const isNext = last && last.marker === marker;
    const list = isNext ? /** @type {HTMLElement} */ (last.item.parentNode) : add(number ? "ol" : "ul");
    if (!isNext && number && Number(number) !== 1) /** @type {HTMLOListElement} */ (list).start = Number(number);
    const item = add("li", list);
    levels.push({ item, marker, inside: indent + 2 });
    openLeaf(item);
    column = indent + text.length;
  }

  function openTable() {
    const frame = add("div");
    frame.tabIndex = 0; // it scrolls sideways, so the keyboard must reach it
    return add("table", frame);
  }

  /** Take a line into a table, or as one; return whether it belongs there. @param {string} text */
  function takeRow(text) {
    const cells = cellsOf(text);
    if (table) {
      if (table.childNodes.length === MOST_ROWS) table = add("tbody", openTable());
      addRow(table, "td", cells);
      return true;
    }
    const head = heldRow ? cellsOf(heldRow) : [];
    if (!unseen || head[MOST_COLUMNS] || head.length !== cells.length || !cells.every((cell) => /^:?-+:?$/.test(cell))) return false;
    if (isFirst) {
      leaf?.remove();
      leaf = null;
    }
    heldRow = unseen = "";
    isFirst = false;
    closeBlocks();
    const whole = openTable();
    columns = cells.map((cell) => (cell.endsWith(":") ? (cell[0] === ":" ? "mid" : "end") : ""));
    addRow(add("thead", whole), "th", head);
    table = add("tbody", whole);
    return true;
  }

  /** @param {HTMLElement} parent @param {string} tag @param {string[]} cells */
  function addRow(parent, tag, cells) {
    const row = add("tr", parent);
    columns.forEach((name, place) => {
      const cell = add(tag, row);
      if (name) cell.className = name;
      if (tag === "th") /** @type {HTMLTableCellElement} */ (cell).scope = "col";
      writeWhole(cell, cells[place] ?? "", " ");
    });
    say?.("\n");
  }

  /** Find out what the line is. @param {boolean} isWhole */
  function read(isWhole) {
    while (readPart(isWhole));
  }

  /** Return whether more of the line is to be read: what follows a list's mark is a line of its own. @param {boolean} isWhole */
  function readPart(isWhole) {
    if (fence) return readCode(isWhole);
    const whole = line.replace(/^[\s>]+/, (blanks) => blanks.replaceAll("\t", "    "));
    const text = column ? line : whole.replace(QUOTES, "");
    const depth = column ? bases.length : whole.slice(0, whole.length - text.length).split(">").length;
    const rest = text.trimStart();
    if (!isWhole && (table || HALF.test(rest) || (unseen && RULE.test(rest)))) return;
    const [all = "", mark, level, rule, , item, number] = LINE.exec(rest) ?? [];
    const indent = column + text.length - rest.length;
    // A number opens a list within a paragraph only as 1, or "in\n2024. Then" would become a list.
    const isItem =
      item &&
      !(leaf && !levels.length && Number(number ?? 1) !== 1) &&
      levels.filter(({ inside }) => inside <= indent).length < MOST_DEEP;
    const isText = rest && (item ? !isItem : !all);
    if (!isText || !leaf || depth > bases.length) setQuotes(depth);
    if (isItem) {
      takeItem(all, indent, item.slice(-1), number);
      line = rest.slice(all.length);
      return line || isWhole;
    }
    line = "";
    if ((isText || all === "|") && rest.includes("|") && takeRow(rest)) return;
    if (isText) {
      endRow();
      if (!leaf) leaveLists(indent);
      writeLine(column ? rest.replace(/^\[( |x)\](?= )/i, (_, tick) => (tick === " " ? "☐" : "☑")) : rest);
      isKnown = true;
    } else if (all === "|") {
      endRow();
      if (!leaf) leaveLists(indent);
      heldRow = unseen = rest;
    } else if (rest || !column) {
      closeBlocks();
      if (rest) leaveLists(indent);
      if (level) {
        const title = rest.slice(level.length).trim();
        writeWhole(add(`h${Math.min(level.length + 2, 6)}`), title.replace(/(?<!\S)#+$/, "").trim(), "\n");
      }
      else if (rule) add("hr");
      else if (mark) {
        const pre = add("pre");
        pre.dir = "ltr";
        openLeaf(add("code", pre));
        fence = mark;
        margin = indent;
      }
    }
  }

  /** @param {boolean} isWhole */
  function readCode(isWhole) {
    const bare = (bases[1] ? line.replace(QUOTES, "") : line).replace(new RegExp(`^ {0,${margin}}`), "");
    const mayClose = /^ {0,3}[`~]*\s*$/.test(bare);
    if (mayClose && !isWhole) return;
    if (mayClose && bare.trim().startsWith(fence)) return closeBlocks();
    writeLine(bare);
    isKnown = true;
  }

  function endLine() {
    if (!isKnown) read(true);
    line = "";
    column = 0;
    isKnown = false;
  }

  return {
    /** Append the next characters. @param {string} text */
    push(text) {
      text
        .replaceAll("\r", "")
        .split("\n")
        .forEach((piece, place) => {
          if (place) endLine();
          if (isKnown) writeOn(piece);
          else if (piece) {
            line += piece;
            read(false);
          }
        });
    },
    /** Write all that still waits: the text ends here. */
    end() {
      if (line || column) endLine();
      closeBlocks();
    },
  };
}

/**
 * Writes Markdown into the page while it is still coming in.
 *
 * Rules that this file keeps:
 * 1. It only appends: the text on the screen is at each moment a beginning of the final text.
 * 2. A line waits until its first characters say what it is; headings and table rows wait for their end.
 * 3. The nodes depend on the text alone, never on the pieces that it came in.
 * 4. Nodes are made by name from the short list below and filled with text. Nothing is ever read as HTML.
 *
 * It knows what an answer needs: paragraphs, headings (lowered to h3 and below, since the page around us owns the
 * higher ones), lists in lists, tables, fenced code, quotes, rules.
 */

import { maybeSafeAddress, writeInline } from "./inline.js";

/** @typedef {{ item: HTMLElement, list: HTMLElement, kind: string | undefined, column: number }} Level of lists */
/** @typedef {{ element: HTMLElement, waiting: string, before: string }} Leaf what text goes into */
/** @typedef {{ mark: string, indent: number, pre: HTMLElement, element: HTMLElement, lines: number }} Fence */
/**
 * What others want to hear: `say` gets the text as it is shown, with a line feed where a block ends; `code` gets
 * each code block when it is closed. `hosts` are those to which links may lead, with their subdomains.
 * @typedef {{ say?: (text: string) => void, code?: (pre: HTMLElement, text: string) => void, hosts?: string[] | undefined }} Listeners
 */

/** In this order: a fence, a heading, a rule, an item of a list, a row. */
const LINE =
  /^(?:(`{3,}(?=[^`]*$)|~{3,})|(#{1,6})(?:\s+(.*?))??(?:\s+#+)?\s*$|(([-*_])\s*(?:\5\s*){2,}$)|(?:([-*+])|(\d{1,9})([.)]))(?:[ \t]{1,4}(?=\S)|(\s*)$)|\|)/;
/** What may still become one of them. */
const HALF = /^(?:[`~]{1,2}|[`~]{3,}.*|#{1,6}(?:\s.*)?|[+-]\s*|\d{1,9}(?:[.)]\s*)?|\|.*|(?:-[-\s]*|\*[*\s]*|_[_\s]*))$/s;
const DIVIDER = /^\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?\s*$/;

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
export function createMarkdown(root, { say = () => {}, code = () => {}, hosts } = {}) {
  let line = ""; // of the line that is not yet known
  let isKnown = false; // the rest of this line goes straight to the leaf
  let column = 0; // where `line` begins, when a list's mark stood before it
  let isAfterBlank = false;
  let quotes = 0;
  let base = root; // the page or the innermost quote
  /** @type {Level[]} */
  let levels = [];
  /** @type {Leaf | null} */
  let leaf = null;
  /** @type {Fence | null} */
  let fence = null;
  /** @type {HTMLElement | null} */
  let table = null;
  /** @type {string[]} the class of each column */
  let columns = [];
  /** @type {string | null} */
  let heldRow = null; // may become a table's head

  /** @param {string} tag @param {HTMLElement} [parent] @param {string} [href] */
  function add(tag, parent = levels.at(-1)?.item ?? base, href) {
    const address = href === undefined ? href : maybeSafeAddress(href, root.baseURI, hosts);
    const element = root.ownerDocument.createElement(tag === "a" && !address ? "span" : tag);
    if (address) Object.assign(element, { href: address, target: "_blank", rel: "noopener noreferrer nofollow" });
    parent.append(element);
    return element;
  }

  /** @param {HTMLElement} parent @param {string} text */
  function append(parent, text) {
    const last = parent.lastChild;
    if (last?.nodeType === 3) /** @type {Text} */ (last).appendData(text);
    else if (text) parent.append(text);
  }

  const ink = {
    add,
    /** @param {HTMLElement} parent @param {string} text */
    write(parent, text) {
      append(parent, text);
      say(text);
    },
  };

  /** @param {string} text @param {boolean} [isEnd] */
  function writeLeaf(text, isEnd = false) {
    if (!leaf) return;
    const known = leaf.waiting + text;
    const written = writeInline(known, isEnd, leaf.before, leaf.element, ink);
    leaf.before = (leaf.before + known.slice(0, written)).slice(-2);
    leaf.waiting = known.slice(written);
  }

  /** @param {HTMLElement} element @param {string} text @param {string} end */
  function writeWhole(element, text, end) {
    writeInline(text, true, "", element, ink);
    say(end);
  }

  function closeBlocks() {
    settleRow();
    if (leaf) {
      writeLeaf("", true);
      say("\n");
    }
    leaf = table = null;
  }

  /** Leave the lists that a line so far to the left no longer belongs to; return the last of them. @param {number} indent */
  function leaveLists(indent) {
    let last;
    while (indent < (levels.at(-1)?.column ?? -9) + 2) last = levels.pop();
    return last;
  }

  /** @param {number} wanted */
  function setQuotes(wanted) {
    if (quotes === wanted) return;
    closeBlocks();
    for (; quotes > wanted; quotes--) base = /** @type {HTMLElement} */ (base.parentNode);
    for (; quotes < wanted; quotes++) base = add("blockquote", base);
    levels = [];
  }

  /** @param {HTMLElement} element */
  function openLeaf(element) {
    leaf = { element, waiting: "", before: "" };
  }

  /** Go on with the paragraph, or begin one. @param {string} text */
  function writeText(text) {
    if (leaf) return writeLeaf(`\n${text}`);
    openLeaf(add("p"));
    writeLeaf(text);
  }

  /** A row that turned out to head no table is a paragraph. */
  function settleRow() {
    const text = heldRow;
    heldRow = null;
    if (text !== null) writeText(text);
  }

  /** @param {string} text @param {number} indent @param {string | undefined} kind @param {string | undefined} number */
  function takeItem(text, indent, kind, number) {
    closeBlocks();
    const last = leaveLists(indent);
    const isNext = last && last.kind === kind && indent >= last.column - 1;
    const list = isNext ? last.list : add(number ? "ol" : "ul");
    if (!isNext && number && Number(number) !== 1) /** @type {HTMLOListElement} */ (list).start = Number(number);
    const item = add("li", list);
    levels.push({ item, list, kind, column: indent });
    openLeaf(item);
    column = indent + text.length;
  }

  /** @param {string} text @param {number} indent */
  function takeRow(text, indent) {
    const cells = cellsOf(text);
    if (table) return addRow(table, "td", cells);
    const head = heldRow === null ? [] : cellsOf(heldRow);
    if (head.length === cells.length && DIVIDER.test(text)) {
      heldRow = null;
      closeBlocks();
      const frame = add("div");
      frame.className = "wide";
      frame.tabIndex = 0; // it scrolls sideways, so the keyboard must reach it
      const whole = add("table", frame);
      columns = cells.map((cell) => (cell.endsWith(":") ? (cell.startsWith(":") ? "mid" : "end") : ""));
      addRow(add("thead", whole), "th", head);
      table = add("tbody", whole);
      return;
    }
    settleRow();
    if (!leaf) leaveLists(indent);
    heldRow = text;
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
    say("\n");
  }

  /** Split off the marks of quotes. @param {string} text @returns {[depth: number, rest: string]} */
  function unquote(text) {
    const [marks] = /** @type {RegExpExecArray} */ (/^(?: {0,3}> ?)*/.exec(text));
    return [marks.split(">").length - 1, text.slice(marks.length)];
  }

  /** Find out what the line is; what follows a list's mark is a line of its own. @param {boolean} isWhole */
  function decide(isWhole) {
    const [depth, text] = column
      ? [quotes, line]
      : unquote(line.replace(/^[\s>]+/, (blanks) => blanks.replaceAll("\t", "    ")));
    const rest = text.trimStart();
    if (!isWhole && (!rest || HALF.test(rest))) return;
    const found = LINE.exec(rest);
    const [all = "", mark, level, title = "", rule, , bullet, number, dot, isBare] = found ?? [];
    const indent = column + text.length - rest.length;
    // A number opens a list within a paragraph only as 1, or "in\n2024. Then" would become a list.
    const isItem =
      (bullet || (number && isBare === undefined)) && !(leaf && !levels.length && Number(number ?? 1) !== 1);
    const isText = !!rest && (!found || (!isItem && !!(bullet || number)));
    if (!isText || !leaf || isAfterBlank || depth > quotes) setQuotes(depth);
    if (isItem) {
      takeItem(all, indent, bullet ?? dot, number);
      line = rest.slice(all.length);
      if (line || isWhole) decide(isWhole);
      return;
    }
    if (isText) {
      const isFirst = column && leaf; // the first words of a list's item stand in the item itself
      if (!isFirst) {
        settleRow();
        table = null;
        if (!leaf) leaveLists(indent);
        writeText(rest);
      } else writeLeaf(rest);
      isKnown = true;
    } else if (!rest) {
      if (!column) {
        closeBlocks();
        isAfterBlank = true;
      }
    } else if (!(mark || level || rule)) takeRow(rest, indent);
    else {
      closeBlocks();
      leaveLists(indent);
      if (level) writeWhole(add(`h${Math.min(level.length + 2, 6)}`), title, "\n");
      else if (rule) add("hr");
      else {
        const pre = add("pre");
        pre.dir = "ltr";
        fence = { mark: /** @type {string} */ (mark), pre, element: add("code", pre), indent, lines: 0 };
      }
    }
    line = "";
    if (rest) isAfterBlank = false;
  }

  /** @param {boolean} isWhole */
  function readCode(isWhole) {
    if (!fence) return;
    const { mark, indent } = fence;
    const bare = (quotes ? unquote(line)[1] : line).replace(new RegExp(`^ {0,${indent}}`), "");
    const mayClose = /^ {0,3}[`~]*\s*$/.test(bare);
    if (mayClose && !isWhole) return;
    if (mayClose && bare.trim().startsWith(mark)) return closeFence();
    append(fence.element, fence.lines++ ? `\n${bare}` : bare);
    isKnown = true;
  }

  function closeFence() {
    if (fence) code(fence.pre, fence.element.textContent ?? "");
    fence = null;
  }

  /** @param {boolean} isWhole */
  const read = (isWhole) => (fence ? readCode(isWhole) : decide(isWhole));

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
          if (!piece) return;
          if (!isKnown) {
            line += piece;
            read(false);
          } else if (fence) append(fence.element, piece);
          else writeLeaf(piece);
        });
    },
    /** Write all that still waits: the text ends here. */
    end() {
      if (line || column) endLine();
      closeBlocks();
      closeFence();
    },
  };
}

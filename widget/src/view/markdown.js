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
  /^(?:(`{3,}(?!.*`)|~{3,})|(#{1,6})(?:\s+(.*?))??(?:\s+#+)?\s*$|(([-*_])\s*(?:\5\s*){2,}$)|([-*+]|(\d{1,9})[.)](?=\s+\S))(?:[ \t]{1,4}(?=\S)|\s*$)|\|)/;
/** What may still become one of them. */
const HALF = /^(?:(?:`{3}|~{3}|#+\s|\|).*|[-+*_`~#\d.)\s]*)$/s;

const QUOTES = /^(?: {0,3}> ?)*/;

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

  /** @param {Item[]} items @param {HTMLElement} parent @param {unknown} [isInLink] no link stands within a link */
  function show(items, parent, isInLink) {
    for (const { text, tag, href, inner } of items) {
      const address = href !== undefined && !isInLink && maybeSafeAddress(href, hosts);
      const name = address ? "a" : tag;
      const element = name ? add(name, parent) : parent;
      if (address) Object.assign(element, { href: address, target: "_blank", rel: "noopener noreferrer nofollow" });
      if (inner) show(inner, element, isInLink || address);
      else {
        append(element, text);
        say(text);
      }
    }
  }

  /** @param {string} text @param {boolean} [isEnd] */
  function writeLeaf(text, isEnd = false) {
    if (!leaf) return;
    if (fence) return append(leaf, text);
    waiting += text;
    const [items, end] = readInline(waiting, isEnd);
    show(items, leaf);
    waiting = waiting.slice(end - NOTHING_BEFORE.length);
  }

  /** @param {HTMLElement} element @param {string} text @param {string} end */
  function writeWhole(element, text, end) {
    show(readInline(NOTHING_BEFORE + text, true)[0], element);
    say(end);
  }

  function closeBlocks() {
    endRow();
    if (leaf && fence) code(/** @type {HTMLElement} */ (leaf.parentNode), leaf.textContent ?? "");
    else if (leaf) {
      writeLeaf("", true);
      say("\n");
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
    if (!leaf) openLeaf(add("p"));
    writeLeaf(gap + text);
    gap = "\n";
  }

  /** A row that turned out to head no table is a paragraph, and what follows is no row. */
  function endRow() {
    const text = heldRow;
    heldRow = "";
    table = null;
    if (text) writeLine(text);
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

  /** @param {string} text @param {number} indent */
  function takeRow(text, indent) {
    const cells = cellsOf(text);
    if (table) return addRow(table, "td", cells);
    const head = heldRow ? cellsOf(heldRow) : [];
    if (head.length === cells.length && cells.every((cell) => /^:?-+:?$/.test(cell))) {
      heldRow = "";
      closeBlocks();
      const frame = add("div");
      frame.tabIndex = 0; // it scrolls sideways, so the keyboard must reach it
      const whole = add("table", frame);
      columns = cells.map((cell) => (cell.endsWith(":") ? (cell[0] === ":" ? "mid" : "end") : ""));
      addRow(add("thead", whole), "th", head);
      table = add("tbody", whole);
      return;
    }
    endRow();
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

  /** Find out what the line is; what follows a list's mark is a line of its own. @param {boolean} isWhole */
  function read(isWhole) {
    if (fence) return readCode(isWhole);
    const whole = line.replace(/^[\s>]+/, (blanks) => blanks.replaceAll("\t", "    "));
    const text = column ? line : whole.replace(QUOTES, "");
    const depth = column ? bases.length : whole.slice(0, whole.length - text.length).split(">").length;
    const rest = text.trimStart();
    if (!isWhole && HALF.test(rest)) return;
    const [all = "", mark, level, title = "", rule, , item, number] = LINE.exec(rest) ?? [];
    const indent = column + text.length - rest.length;
    // A number opens a list within a paragraph only as 1, or "in\n2024. Then" would become a list.
    const isItem = item && !(leaf && !levels.length && Number(number ?? 1) !== 1);
    const isText = rest && (item ? !isItem : !all);
    if (!isText || !leaf || depth > bases.length) setQuotes(depth);
    if (isItem) {
      takeItem(all, indent, item.slice(-1), number);
      line = rest.slice(all.length);
      if (line || isWhole) read(isWhole);
      return;
    }
    line = "";
    if (isText) {
      endRow();
      if (!leaf) leaveLists(indent);
      writeLine(rest);
      isKnown = true;
    } else if (rest.startsWith("|")) takeRow(rest, indent);
    else if (rest || !column) {
      closeBlocks();
      if (rest) leaveLists(indent);
      if (level) writeWhole(add(`h${Math.min(level.length + 2, 6)}`), title, "\n");
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
          if (isKnown) writeLeaf(piece);
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

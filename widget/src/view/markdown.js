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

/** @typedef {{ item: HTMLElement, list: HTMLElement, kind: string, column: number }} Level */
/** @typedef {{ element: HTMLElement, waiting: string, before: string | undefined }} Leaf */
/**
 * An open block of code: the run of marks that closes it, and its text so far.
 * @typedef {{ mark: string, indent: number, pre: HTMLElement, code: HTMLElement, text: string, isEmpty: boolean }} Fence
 */
/** @typedef {{ kind: string, indent: number, [more: string]: any }} Line */
/**
 * What others want to hear: `say` gets the text as it is shown, with a line feed where a block ends; `code` gets
 * each code block when it is closed.
 * @typedef {{ say?: (text: string) => void, code?: (pre: HTMLElement, text: string) => void }} Listeners
 */

const RULE_SO_FAR = /^(?:-[-\s]*|\*[*\s]*|_[_\s]*)$/;
const DIVIDER = /^\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?\s*$/;

/**
 * Say what a line is from what is there of it, or null while more must come.
 * @param {string} text @param {boolean} isWhole @returns {Line | null}
 */
function maybeLine(text, isWhole) {
  const indent = text.length - text.trimStart().length;
  const rest = text.slice(indent);
  if (!rest) return isWhole ? { kind: "blank", indent } : null;
  const needsMore =
    !isWhole && /^(?:[`~]{1,2}|[`~]{3,}.*|#{1,6}|#{1,6}\s.*|[+-]\s*|\d{1,9}(?:[.)]\s*)?|\|.*)$/s.test(rest);
  if (needsMore || (!isWhole && RULE_SO_FAR.test(rest))) return null;

  const fence = /^(`{3,}(?=[^`]*$)|~{3,})/.exec(rest);
  if (fence) return { kind: "fence", indent, mark: fence[0] };
  const heading = /^(#{1,6})(?:\s+(.*?))??(?:\s+#+)?\s*$/.exec(rest);
  if (heading) return { kind: "heading", indent, level: heading[1]?.length, text: heading[2] ?? "" };
  if (RULE_SO_FAR.test(rest) && rest.replace(/\s/g, "").length > 2) return { kind: "rule", indent };
  const item = /^(?:([-*+])|(\d{1,9})([.)]))(?:([ \t]{1,4})(?=\S)|(\s*)$)/.exec(rest);
  if (item && (item[4] || item[1])) {
    return {
      kind: "item",
      indent,
      list: item[1] ?? item[3],
      start: item[2] === undefined ? null : Number(item[2]),
      width: item[0].length,
    };
  }
  return { kind: rest[0] === "|" ? "row" : "text", indent };
}

/** @param {string} row @returns {string[]} */
function cellsOf(row) {
  const inner = row
    .trim()
    .replace(/^\|/, "")
    .replace(/(^|[^\\])\|$/, "$1");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** @param {string} divider @returns {string[]} the class of each column */
function alignmentsOf(divider) {
  return cellsOf(divider).map((cell) => (cell.endsWith(":") ? (cell.startsWith(":") ? "mid" : "end") : ""));
}

/**
 * Return a writer that appends Markdown to `root`, in pieces of any size.
 *
 * @param {HTMLElement} root
 * @param {Listeners} [listeners]
 */
export function createMarkdown(root, { say = () => {}, code = () => {} } = {}) {
  const page = root.ownerDocument;
  let line = ""; // of the line that is not yet known
  let isKnown = false; // the rest of this line goes straight to the leaf
  let column = 0; // where `line` begins, when a list's mark stood before it
  let isAfterBlank = false;
  let quotes = 0;
  let base = root; // the page or the innermost quote
  /** @type {Level[]} */
  let levels = []; // of lists
  /** @type {Leaf | null} */
  let leaf = null;
  /** @type {Fence | null} */
  let fence = null;
  /** @type {{ body: HTMLElement, alignments: string[] } | null} */
  let table = null;
  /** @type {string | null} */
  let heldRow = null; // may become a table's head

  /** @param {string} tag @param {HTMLElement} [parent] */
  function add(tag, parent = levels.at(-1)?.item ?? base) {
    const element = page.createElement(tag);
    parent.append(element);
    return element;
  }

  /** @param {HTMLElement} target @param {string} text */
  function write(target, text) {
    if (!text) return;
    const last = target.lastChild;
    if (last?.nodeType === 3) /** @type {Text} */ (last).appendData(text);
    else target.append(page.createTextNode(text));
    say(text);
  }

  /** @param {HTMLElement} target @returns {import("./inline.js").Pen & { done(): void }} */
  function penFor(target) {
    const path = [target];
    let text = "";
    const done = () => {
      write(/** @type {HTMLElement} */ (path.at(-1)), text);
      text = "";
    };
    return {
      done,
      text: (more) => void (text += more),
      open(tag, href) {
        done();
        const address = href === undefined ? undefined : maybeSafeAddress(href, page.baseURI);
        const element = add(tag === "a" && !address ? "span" : tag, path.at(-1));
        if (address) follow(/** @type {HTMLAnchorElement} */ (element), address);
        path.push(element);
      },
      close() {
        done();
        path.pop();
      },
    };
  }

  /** @param {HTMLAnchorElement} link @param {string} address */
  function follow(link, address) {
    link.href = address;
    link.target = "_blank";
    link.rel = "noopener noreferrer nofollow";
  }

  /** @param {HTMLElement} target @param {string} text */
  function writeWhole(target, text) {
    const pen = penFor(target);
    writeInline(text, true, undefined, pen);
    pen.done();
  }

  /** @param {string} text @param {boolean} [isEnd] */
  function writeLeaf(text, isEnd = false) {
    if (!leaf) return;
    const known = leaf.waiting + text;
    const pen = penFor(leaf.element);
    const written = writeInline(known, isEnd, leaf.before, pen);
    pen.done();
    if (written) leaf.before = known[written - 1];
    leaf.waiting = known.slice(written);
  }

  function closeLeaf() {
    if (!leaf) return;
    writeLeaf("", true);
    leaf = null;
    say("\n");
  }

  function closeBlocks() {
    settleRow();
    closeLeaf();
    table = null;
  }

  /** Leave the lists that a line so far to the left no longer belongs to. @param {number} indent */
  function leaveLists(indent) {
    while (levels.length && indent < /** @type {Level} */ (levels.at(-1)).column + 2) levels.pop();
  }

  /** @param {number} wanted */
  function setQuotes(wanted) {
    if (quotes === wanted) return;
    closeBlocks();
    for (; quotes > wanted; quotes--) base = /** @type {HTMLElement} */ (base.parentNode);
    for (; quotes < wanted; quotes++) base = add("blockquote", base);
    levels = [];
  }

  /** @param {string} text */
  function openParagraph(text) {
    leaf = { element: add("p"), waiting: "", before: undefined };
    writeLeaf(text);
  }

  /** A row that turned out to head no table is a paragraph. */
  function settleRow() {
    if (heldRow === null) return;
    const text = heldRow;
    heldRow = null;
    if (leaf) writeLeaf("\n" + text);
    else openParagraph(text);
  }

  /** @param {Line} found @param {string} text */
  function takeText(found, text) {
    settleRow();
    table = null;
    if (leaf) writeLeaf("\n" + text);
    else {
      leaveLists(found.indent);
      openParagraph(text);
    }
    isKnown = true;
  }

  /** @param {Line} found @param {string} text */
  function takeItem(found, text) {
    closeBlocks();
    const { list: kind, start, indent, width } = found;
    let last;
    while (levels.length && indent < /** @type {Level} */ (levels.at(-1)).column + 2) last = levels.pop();
    const isNext = last && last.kind === kind && indent >= last.column - 1;
    const list = isNext && last ? last.list : add(start === null ? "ul" : "ol");
    if (!isNext && start !== null && start !== 1) /** @type {HTMLOListElement} */ (list).start = start;
    const item = add("li", list);
    levels.push({ item, list, kind, column: indent });
    leaf = { element: item, waiting: "", before: undefined };
    column = indent + width;
    return text.slice(width);
  }

  /** @param {Line} found */
  function takeHeading(found) {
    closeBlocks();
    leaveLists(found.indent);
    writeWhole(add(`h${Math.min(found["level"] + 2, 6)}`), found["text"]);
    say("\n");
  }

  /** @param {Line} found */
  function takeFence(found) {
    closeBlocks();
    leaveLists(found.indent);
    const pre = add("pre");
    pre.dir = "ltr";
    fence = { mark: found["mark"], pre, code: add("code", pre), indent: found.indent, text: "", isEmpty: true };
  }

  function closeFence() {
    if (!fence) return;
    code(fence.pre, fence.text);
    fence = null;
  }

  /** @param {Line} found @param {string} text */
  function takeRow(found, text) {
    if (table) return addRow(table.body, "td", cellsOf(text));
    if (heldRow !== null && DIVIDER.test(text) && cellsOf(heldRow).length === cellsOf(text).length) {
      return openTable(heldRow, text);
    }
    settleRow();
    if (!leaf) leaveLists(found.indent);
    heldRow = text;
  }

  /** @param {string} head @param {string} divider */
  function openTable(head, divider) {
    heldRow = null;
    closeLeaf();
    const frame = add("div");
    frame.className = "wide";
    frame.tabIndex = 0; // it scrolls sideways, so the keyboard must reach it
    const whole = add("table", frame);
    const alignments = alignmentsOf(divider);
    table = { body: whole, alignments };
    addRow(add("thead", whole), "th", cellsOf(head));
    table.body = add("tbody", whole);
  }

  /** @param {HTMLElement} parent @param {string} tag @param {string[]} cells */
  function addRow(parent, tag, cells) {
    const row = add("tr", parent);
    table?.alignments.forEach((alignment, place) => {
      const cell = add(tag, row);
      if (alignment) cell.className = alignment;
      if (tag === "th") /** @type {HTMLTableCellElement} */ (cell).scope = "col";
      writeWhole(cell, cells[place] ?? "");
      say(" ");
    });
    say("\n");
  }

  function takeBlank() {
    closeBlocks();
    isAfterBlank = true;
  }

  /** Split off the marks of quotes. @param {string} text */
  function unquote(text) {
    const marks = /^(?: {0,3}> ?)*/.exec(text)?.[0] ?? "";
    return { depth: marks.split(">").length - 1, text: text.slice(marks.length) };
  }

  /** Find out what the line is; what follows a list's mark is a line of its own. @param {boolean} isWhole */
  function decide(isWhole) {
    const { depth, text } = column
      ? { depth: quotes, text: line }
      : unquote(line.replace(/^[\s>]+/, (blanks) => blanks.replaceAll("\t", "    ")));
    const found = maybeLine(text, isWhole);
    if (!found) return;
    const isLazy = found.kind === "text" && leaf && !isAfterBlank && depth < quotes;
    if (!isLazy) setQuotes(depth);
    take({ ...found, indent: found.indent + column }, text.slice(found.indent), isWhole);
  }

  /** @param {Line} found @param {string} text @param {boolean} isWhole */
  function take(found, text, isWhole) {
    // A number opens a list within a paragraph only as 1, or "in\n2024. Then" would become a list.
    const isProse = found.kind === "item" && leaf && !levels.length && (found["start"] ?? 1) !== 1;
    const isEmptyItem = column > 0 && found.kind === "blank";
    if (found.kind === "item" && !isProse) {
      line = takeItem(found, text);
      if (line || isWhole) decide(isWhole);
      return;
    }
    if (column && leaf && (found.kind === "text" || isProse)) {
      writeLeaf(text); // the first words of a list's item stand in the item itself
      isKnown = true;
    } else if (isProse || found.kind === "text") takeText(found, text);
    else if (found.kind === "blank" && !isEmptyItem) takeBlank();
    else if (found.kind === "heading") takeHeading(found);
    else if (found.kind === "fence") takeFence(found);
    else if (found.kind === "row") takeRow(found, text);
    else if (found.kind === "rule") {
      closeBlocks();
      leaveLists(found.indent);
      add("hr");
    }
    line = "";
    if (found.kind !== "blank") isAfterBlank = false;
  }

  /** @param {boolean} isWhole */
  function readCode(isWhole) {
    if (!fence) return;
    const bare = unquoteCode(line);
    const mayClose = /^ {0,3}[`~]*\s*$/.test(bare);
    if (isWhole && mayClose && bare.trim().startsWith(fence.mark)) return closeFence();
    if (mayClose && !isWhole) return;
    writeCode((fence.isEmpty ? "" : "\n") + bare);
    fence.isEmpty = false;
    isKnown = true;
  }

  /** @param {string} text */
  function unquoteCode(text) {
    const inner = quotes ? unquote(text).text : text;
    return inner.replace(new RegExp(`^ {0,${fence?.indent ?? 0}}`), "");
  }

  /** @param {string} text */
  function writeCode(text) {
    if (!fence || !text) return;
    const last = fence.code.lastChild;
    if (last) /** @type {Text} */ (last).appendData(text);
    else fence.code.append(page.createTextNode(text));
    fence.text += text;
  }

  /** @param {string} piece without a line feed */
  function takePiece(piece) {
    if (isKnown) {
      if (fence) writeCode(piece);
      else writeLeaf(piece);
      return;
    }
    line += piece;
    if (fence) readCode(false);
    else decide(false);
  }

  function endLine() {
    if (!isKnown) {
      if (fence) readCode(true);
      else decide(true);
    }
    line = "";
    column = 0;
    isKnown = false;
  }

  return {
    /** Append the next characters. @param {string} text */
    push(text) {
      const pieces = text.replaceAll("\r", "").split("\n");
      pieces.forEach((piece, place) => {
        if (place) endLine();
        if (piece) takePiece(piece);
      });
    },
    /** Write all that still waits: the text ends here. */
    end() {
      if (line || column) endLine();
      closeBlocks();
      closeFence();
    },
    /** The element that is being written in; the caret stands at its end. @returns {HTMLElement} */
    get here() {
      return fence?.code ?? leaf?.element ?? /** @type {HTMLElement} */ (root.lastElementChild ?? root);
    },
  };
}

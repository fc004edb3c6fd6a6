/**
 * Draws one turn: the question, the reply as it is written, and what stands under a finished reply.
 *
 * Text is only handed over here; it is written when the flush comes round, for as long as the flush allows. What
 * stands under a reply waits until the last word of it is on the screen: nothing jumps while somebody reads.
 */

import { copy, iconButton, make } from "./dom.js";
import { maybeSafeAddress } from "./inline.js";
import { createMarkdown } from "./markdown.js";
import { drawNotice, lineFor } from "./notice.js";

/** @typedef {import("../conversation.js").Turn} Turn */
/** @typedef {import("../words/index.js").Words} Words */
/**
 * @typedef {object} TurnHooks
 * @property {(turn: string) => void} retry
 * @property {() => void} goOn
 * @property {(turn: string, rating: "up" | "down", comment?: string | undefined) => void} rate
 * @property {(question: string) => void} editQuestion
 * @property {ReturnType<typeof import("./announcer.js").createAnnouncer>} announcer
 */

const PIECE = 512;

/** @param {Turn} first @param {Words} words @param {TurnHooks} hooks */
export function createTurnView(first, words, hooks) {
  const { announcer } = hooks;
  const isNew = first.status === "waiting"; // a turn from an earlier visit is shown, not spoken
  const question = make("p", { class: "question", dir: "auto" });
  const dots = make("p", { class: "quiet wait" }, make("i"), make("i"), make("i"), words.looking);
  const foot = make("div", { class: "foot" });
  const article = make("article", { class: "reply", "aria-label": words.answer });
  const up = thumb("up", words.helpful);
  const down = thumb("down", words.notHelpful);
  const whole = iconButton("copy", words.copyAnswer, () => void copyAnswer());
  const edit = iconButton("pen", words.edit, () => hooks.editQuestion(turn.question));
  const acts = make("div", { class: "acts" }, up, down, navigator.clipboard ? whole : null, edit);
  const comment = make("input", { type: "text", "aria-label": words.comment, placeholder: words.comment, maxlength: 2000 });
  const remark = make(
    "form",
    { class: "remark", hidden: true, onsubmit: sendComment },
    comment,
    make("button", { type: "submit", class: "chip" }, words.send),
  );

  let turn = first;
  let isLast = true;
  let edition = -1;
  /** @type {HTMLElement} */
  let body = make("div");
  let writer = createMarkdown(body);
  /** @type {string[]} */
  let waiting = [];
  let isWritten = false;
  let footOf = "";
  /** @type {Element | null} */
  let caret = null;

  /** @param {"up" | "down"} rating @param {string} label */
  function thumb(rating, label) {
    const rate = () => {
      hooks.rate(turn.id, rating);
      remark.hidden = false;
    };
    return iconButton("thumb", label, rate, {
      class: `icon ${rating}`,
      part: `thumb-${rating}`,
      "aria-pressed": "false",
    });
  }

  /** @param {Event} event */
  function sendComment(event) {
    event.preventDefault();
    const text = comment.value.trim();
    if (text && turn.rating) hooks.rate(turn.id, turn.rating, text);
    (turn.rating === "up" ? up : down).focus();
    remark.hidden = true;
    announcer.say(words.thanks);
  }

  async function copyAnswer() {
    if (await copy(whole, turn.text)) announcer.say(words.copied);
  }

  /** @param {HTMLElement} pre @param {string} text */
  function addCopy(pre, text) {
    if (isNew) announcer.hear(`${words.code(text.split("\n").length)}\n`);
    if (!navigator.clipboard) return;
    const button = iconButton("copy", words.copyCode, async () => {
      if (await copy(button, text)) announcer.say(words.copied);
    });
    pre.append(button);
  }

  function beginAnew() {
    edition = turn.edition;
    body = make("div", { class: "md", dir: "auto" });
    writer = createMarkdown(body, { say: (text) => isNew && announcer.hear(text), code: addCopy });
    waiting = turn.text ? [turn.text] : [];
    isWritten = false;
    caret = null;
    if (isNew) announcer.settle(false);
  }

  const isFinal = () => turn.status === "done" || turn.status === "stopped" || turn.status === "failed";

  /** @param {boolean} isWriting */
  function moveCaret(isWriting) {
    const place = isWriting ? writer.here : null;
    if (place === caret) return;
    caret?.classList.remove("caret");
    place?.classList.add("caret");
    caret = place;
  }

  /** Write until nothing is left or it is late; return whether something is left. @param {() => boolean} isLate */
  function write(isLate) {
    while (waiting.length && !isLate()) {
      const piece = /** @type {string} */ (waiting.shift());
      if (piece.length > PIECE) waiting.unshift(piece.slice(PIECE));
      writer.push(piece.slice(0, PIECE));
    }
    if (waiting.length) return true;
    if (isFinal() && !isWritten) {
      isWritten = true;
      writer.end();
      if (isNew) closeAnnouncement();
    }
    moveCaret(turn.status === "streaming");
    drawFoot();
    return false;
  }

  function closeAnnouncement() {
    announcer.settle(true);
    if (turn.status === "done") announcer.say(words.complete(turn.followups.length));
    const line = lineFor(turn, words);
    if (line) announcer.say(line.text);
  }

  /** @param {import("../conversation.js").Source} source */
  function drawSource({ title, url }) {
    const address = url && maybeSafeAddress(url, document.baseURI);
    const name = title || url;
    if (!address) return make("li", {}, make("span", { part: "source" }, name));
    const link = { part: "source", href: address, target: "_blank", rel: "noopener noreferrer", title: name };
    return make("li", {}, make("a", link, name));
  }

  function drawFoot() {
    const line = isWritten || !isFinal() ? lineFor(turn, words) : null;
    const sources = isWritten && turn.status !== "failed" ? turn.sources : [];
    const hasActs = isWritten && turn.status !== "failed" && turn.text !== "";
    const key = JSON.stringify([line, sources, hasActs, isLast]);
    if (key === footOf) return; // whoever has the focus in here keeps it
    footOf = key;
    edit.hidden = !isLast;
    const list = make("ol", { class: "sources", "aria-label": words.sources }, ...sources.map(drawSource));
    const does = { retry: () => hooks.retry(turn.id), goOn: hooks.goOn, isLast };
    foot.replaceChildren(
      ...[sources.length && list, line && drawNotice(line, words, does), hasActs && acts, hasActs && remark].filter((part) => !!part),
    );
    foot.hidden = !foot.firstChild;
  }

  /** @param {Turn} next @param {boolean} isNowLast */
  function show(next, isNowLast) {
    turn = next;
    isLast = isNowLast;
    question.textContent ||= turn.question; // written once: writing it again would undo a reader's selection
    up.setAttribute("aria-pressed", String(turn.rating === "up"));
    down.setAttribute("aria-pressed", String(turn.rating === "down"));
    if (edition !== turn.edition) beginAnew();
    const parts = turn.status === "waiting" && !turn.isReconnecting ? [dots] : turn.text ? [body, foot] : [foot];
    if (parts.some((part, place) => article.childNodes[place] !== part) || article.childNodes.length > parts.length) {
      article.replaceChildren(...parts);
    }
  }
  show(first, true);

  return {
    elements: [question, article],
    show,
    write,
    /** @param {string} text */
    push(text) {
      waiting.push(text);
    },
    /** Whether the whole turn is on the screen. */
    get isWhole() {
      return isWritten;
    },
  };
}

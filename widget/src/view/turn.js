/**
 * Draws one turn: the question, the reply as it is written, and what stands under a finished reply.
 *
 * Text is only handed over here; it is written when the flush comes round, for as long as the flush allows. What
 * stands under a reply waits until the last word of it is on the screen: nothing jumps while somebody reads.
 */

import { isInFlight } from "../conversation.js";
import { copyButton, iconButton, make, set } from "./dom.js";
import { maybeSafeAddress } from "./inline.js";
import { createMarkdown } from "./markdown.js";
import { drawNotice, maybeLine } from "./notice.js";

/** @typedef {import("../conversation.js").Turn} Turn */
/** @typedef {import("../words/index.js").Words} Words */
/**
 * @typedef {object} TurnHooks
 * @property {(turn: string) => void} retry
 * @property {() => void} goOn
 * @property {(turn: string, rating: "up" | "down", comment?: string) => void} rate
 * @property {(question: string) => void} editQuestion
 * @property {() => void} toPerson
 * @property {ReturnType<typeof import("./announcer.js").createAnnouncer>} announcer
 */

const PIECE = 512;

/** @param {Turn} first @param {Words} words @param {TurnHooks} hooks */
export function createTurnView(first, words, hooks) {
  const { announcer } = hooks;
  const isNew = first.status === "waiting"; // a turn from an earlier visit is shown, not spoken
  const question = make("p.question", { dir: "auto" }, first.question);
  const dots = make("p.quiet.wait", make("i"), make("i"), make("i"), words.looking);
  const foot = make("div.foot");
  const article = make("article.reply", { "aria-label": words.answer });
  const up = thumb("up", words.helpful);
  const down = thumb("down", words.notHelpful);
  const edit = iconButton("pen", words.edit, () => hooks.editQuestion(turn.question));
  const whole = copyButton(words.copyAnswer, () => turn.text, sayCopied);
  const acts = make("div.acts", up, down, whole, edit);
  const comment = make("input", { "aria-label": words.comment, placeholder: words.comment, maxlength: 2000 });
  const remark = make(
    "form.remark",
    { hidden: true, onsubmit: sendComment },
    comment,
    make("button.chip", { type: "submit" }, words.send),
  );

  let turn = first;
  let isLast = true;
  let edition = -1;
  /** @type {HTMLElement} */
  let body;
  /** @type {ReturnType<typeof createMarkdown>} */
  let writer;
  let waiting = "";
  let isWritten = false;
  let footOf = "";
  /** @type {Element | null | undefined} */
  let caret;

  function sayCopied() {
    announcer.say(words.copied);
  }

  /** @param {"up" | "down"} rating @param {string} label */
  function thumb(rating, label) {
    return iconButton("thumb", label, () => rate(rating), { class: `icon ${rating}`, part: `thumb-${rating}` });
  }

  /** @param {"up" | "down"} rating */
  function rate(rating) {
    hooks.rate(turn.id, rating);
    remark.hidden = false;
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

  /** @param {HTMLElement} pre @param {string} text */
  function addCopy(pre, text) {
    if (isNew) announcer.hear(`${words.count(words.code, text.split("\n").length)}\n`);
    const button = copyButton(words.copyCode, () => text, sayCopied);
    if (button) pre.append(button);
  }

  function beginAnew() {
    edition = turn.edition;
    body = make("div.md", { dir: "auto" });
    writer = createMarkdown(body, { say: (text) => isNew && announcer.hear(text), code: addCopy });
    waiting = turn.text;
    isWritten = false;
    caret = null;
    if (isNew) announcer.settle(false);
  }

  /** Write until nothing is left or it is late; return whether something is left. @param {() => boolean} isLate */
  function write(isLate) {
    while (waiting && !isLate()) {
      writer.push(waiting.slice(0, PIECE));
      waiting = waiting.slice(PIECE);
    }
    if (waiting) return true;
    if (!isInFlight(turn) && !isWritten) {
      isWritten = true;
      writer.end();
      if (isNew) closeAnnouncement();
    }
    const place = turn.status === "streaming" ? writer.here : null;
    if (place !== caret) {
      caret?.classList.remove("caret");
      place?.classList.add("caret");
      caret = place;
    }
    drawFoot();
    return false;
  }

  function closeAnnouncement() {
    const { status, followups } = turn;
    announcer.settle(true);
    if (status === "done") {
      const more = followups.length && words.count(words.suggested, followups.length);
      announcer.say(`${words.complete} ${more || ""}`);
    }
    announcer.say(maybeLine(turn, words)?.text ?? "");
  }

  /** @param {import("../conversation.js").Source} source */
  function drawSource({ title, url }) {
    const name = title || url;
    const href = url && maybeSafeAddress(url, document.baseURI);
    const link = href && { href, target: "_blank", rel: "noopener noreferrer", title: name };
    return make("li", make(href ? "a" : "span", { part: "source" }, link, name));
  }

  /** @param {string} [action] */
  function drawAction(action) {
    if (!action || !isLast) return false;
    const isGoingOn = action === "goOn";
    return make(
      action === "tryAgain" ? "button.chip.main" : "button.chip",
      { part: isGoingOn ? "chip" : "retry", onclick: () => (isGoingOn ? hooks.goOn() : hooks.retry(turn.id)) },
      /** @type {any} */ (words)[action],
    );
  }

  function drawFoot() {
    const { status, text, sources } = turn;
    const line = isWritten || isInFlight(turn) ? maybeLine(turn, words) : null;
    const hasEnded = isWritten && status !== "failed";
    const key = JSON.stringify([line, sources, hasEnded, isLast]);
    if (key === footOf) return; // whoever has the focus in here keeps it
    footOf = key;
    edit.hidden = !isLast;
    const needsPerson = isLast && /^(alert|doubt)$/.test(line?.icon ?? "");
    const person = needsPerson && make("button.chip", { onclick: hooks.toPerson }, words.askPerson);
    foot.replaceChildren();
    for (const part of [
      hasEnded && sources.length && make("ol.sources", { "aria-label": words.sources }, ...sources.map(drawSource)),
      line && drawNotice(line, drawAction(line.action), person),
      ...(hasEnded && text ? [acts, remark] : []),
    ])
      if (part) foot.append(part);
    foot.hidden = !foot.firstChild;
  }

  /** What a person made of the reply stands in its place, and the reply behind it. */
  function drawCorrection() {
    const { name, text } = /** @type {import("../conversation.js").Correction} */ (turn.correction);
    const right = make("div.md", { dir: "auto" });
    const corrected = createMarkdown(right);
    corrected.push(text);
    corrected.end();
    return make(
      "div.corrected",
      make("p.quiet", make("b", words.corrected), name && ` ${name}`),
      right,
      make("details", make("summary", words.earlier), body),
    );
  }

  /** @type {Element | undefined} */
  let corrected;

  /** @param {Turn} next @param {boolean} isNowLast */
  function show(next, isNowLast) {
    turn = next;
    isLast = isNowLast;
    const { status, isReconnecting, text, rating, correction } = turn;
    set(up, { "aria-pressed": String(rating === "up") });
    set(down, { "aria-pressed": String(rating === "down") });
    if (edition !== turn.edition) beginAnew();
    if (correction) corrected ??= drawCorrection();
    const isWaiting = status === "waiting" && !isReconnecting;
    const parts = corrected ? [corrected, foot] : isWaiting ? [dots] : text ? [body, foot] : [foot];
    const { childNodes } = article;
    if (childNodes.length !== parts.length || parts.some((part, place) => childNodes[place] !== part))
      article.replaceChildren(...parts);
  }
  show(first, true);

  return {
    elements: [question, article],
    show,
    write,
    /** @param {string} text */
    push: (text) => void (waiting += text),
    /** Whether the whole turn is on the screen. */
    isWhole: () => isWritten,
  };
}

/**
 * Draws one turn: the question, the reply as it is written, and what stands under a finished reply.
 *
 * Text is only handed over here; it is written when the flush comes round, for as long as the flush allows. What
 * stands under a reply waits until the last word of it is on the screen: nothing jumps while somebody reads.
 */

import { isInFlight } from "../conversation.js";
import { chip, copyButton, draw, focus, iconButton, make } from "./dom.js";
import { maybeSafeAddress } from "./inline.js";
import { createMarkdown } from "./markdown.js";
import { drawNotice, maybeLine } from "./notice.js";

/** @typedef {import("../conversation.js").Turn} Turn */
/** @typedef {import("./widget.js").Scene} Scene */

const PIECE = 512;

/** @param {import("../conversation.js").Source} source @returns {any[]} */
function drawSource({ title, url }) {
  const name = title || url;
  const href = url && maybeSafeAddress(url, document.baseURI);
  const link = href && { href, target: "_blank", rel: "noopener noreferrer", title: name };
  return ["li", [href ? "a" : "span", { part: "source" }, link, name]];
}

/** @param {Turn} first @param {Scene} scene */
export function createTurnView(first, scene) {
  const { announcer, words } = scene;
  const isNew = first.status === "waiting"; // a turn from an earlier visit is shown, not spoken
  const article = make("article.reply", { "aria-label": words.answer });
  const comment = make("input.field", { "aria-label": words.comment, placeholder: words.comment, maxlength: 2000 });
  const sayCopied = () => announcer.say(words.copied);
  const copy = copyButton(words.copyAnswer, () => turn.text, sayCopied);

  let turn = first;
  let isLast = true;
  let edition = -1;
  /** @type {HTMLElement} */
  let body;
  /** @type {ReturnType<typeof createMarkdown>} */
  let writer;
  let waiting = "";
  let isWritten = false;
  let isRemarking = false;
  /** @type {Element | null | undefined} */
  let caret;

  /** @param {"up" | "down"} rating @param {string} label */
  const thumb = (rating, label) =>
    iconButton("thumb", label, () => rate(rating), {
      class: `icon ${rating}`,
      part: `thumb-${rating}`,
      "aria-pressed": String(turn.rating === rating),
    });

  /** @param {"up" | "down"} rating */
  function rate(rating) {
    isRemarking = true;
    scene.rate(turn.id, rating);
  }

  /** @param {Event} event */
  function sendComment(event) {
    event.preventDefault();
    const text = comment.value.trim();
    if (text && turn.rating) scene.rate(turn.id, turn.rating, text);
    focus(/** @type {HTMLElement} */ (article.querySelector(`.${turn.rating}`)));
    isRemarking = false;
    redraw();
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
    const hosts = scene.site.link_hosts;
    writer = createMarkdown(body, { say: (text) => isNew && announcer.hear(text), code: addCopy, hosts });
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
      redraw();
    }
    const place = turn.status === "streaming" ? writer.here : null;
    if (place !== caret) {
      caret?.classList.remove("caret");
      place?.classList.add("caret");
      caret = place;
    }
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

  /** @param {string | undefined} action */
  function drawAction(action) {
    if (!action || !isLast) return "";
    const isGoingOn = action === "goOn";
    return chip(/** @type {any} */ (words)[action], () => (isGoingOn ? scene.goOn() : scene.retry(turn.id)), {
      class: action === "tryAgain" ? "chip main" : "chip",
      part: isGoingOn ? "chip" : "retry",
    });
  }

  function drawFoot() {
    const { status, text, sources } = turn;
    const hasEnded = isWritten && status !== "failed";
    const line = isWritten || isInFlight(turn) ? maybeLine(turn, words) : null;
    const needsPerson = isLast && /^(alert|doubt)$/.test(line?.icon ?? "");
    return [
      "div.foot",
      hasEnded && sources.length && ["ol.list.sources", { "aria-label": words.sources }, ...sources.map(drawSource)],
      line && drawNotice(line, drawAction(line.action), needsPerson && chip(words.askPerson, scene.toPerson)),
      hasEnded &&
        text && [
          "div.row.acts",
          thumb("up", words.helpful),
          thumb("down", words.notHelpful),
          copy,
          isLast && iconButton("pen", words.edit, () => scene.editQuestion(turn.question)),
        ],
      isRemarking && ["form.row.remark", { onsubmit: sendComment }, comment, ["button.chip", { type: "submit" }, words.send]],
    ];
  }

  /** @type {HTMLElement | undefined} */
  let right;

  /** What a person made of the reply stands in its place, and the reply behind it. */
  function drawCorrection() {
    const { name, text } = /** @type {import("../conversation.js").Correction} */ (turn.correction);
    if (!right) {
      right = make("div.md", { dir: "auto" });
      const corrected = createMarkdown(right);
      corrected.push(text);
      corrected.end();
    }
    return [
      "div.corrected",
      ["p.quiet", ["b", words.corrected], name && ` ${name}`],
      right,
      ["details", ["summary", words.earlier], body],
    ];
  }

  function redraw() {
    const { status, isReconnecting, text, correction } = turn;
    const isWaiting = status === "waiting" && !isReconnecting;
    if (isWaiting && !correction) draw(article, ["p.quiet.row.wait", ["i"], ["i"], ["i"], words.looking]);
    else draw(article, correction ? drawCorrection() : text && body, drawFoot());
  }

  return {
    elements: [make("p.question", { dir: "auto" }, first.question), article],
    /** @param {Turn} next @param {boolean} isNowLast */
    show(next, isNowLast) {
      turn = next;
      isLast = isNowLast;
      if (edition !== turn.edition) beginAnew();
      redraw();
    },
    write,
    /** @param {string} text */
    push: (text) => void (waiting += text),
    /** Whether the whole turn is on the screen. */
    isWhole: () => isWritten,
  };
}

/**
 * Draws one turn: the question, the reply as it is written, and what stands under a finished reply.
 *
 * Text is written when the flush comes round, for as long as the flush allows. What stands under a reply waits until
 * the last word of it is on the screen: nothing jumps while somebody reads.
 */

import { isInFlight } from "../conversation.js";
import { say, sayOn, sayRest } from "./announcer.js";
import { fill, toField } from "./composer.js";
import { chip, draw, focus, icon, iconButton, make } from "./dom.js";
import { maybeSafeAddress } from "./inline.js";
import { createMarkdown } from "./markdown.js";
import { drawNotice, maybeLine } from "./notice.js";
import { can, site, words } from "./scene.js";
import { askForPerson, redraw } from "./widget.js";

/** @typedef {import("../conversation.js").Turn} Turn */

const PIECE = 512;

/** @param {import("../conversation.js").Source} source @returns {any[]} */
function drawSource({ title, url }) {
  const name = title || url;
  const href = url && maybeSafeAddress(url, document.baseURI);
  const link = href && { href, target: "_blank", rel: "noopener noreferrer", title: name };
  return ["li", [href ? "a" : "span", { part: "source" }, link, name]];
}

/**
 * Return a button that puts text on the clipboard, shows a tick for two seconds and says so; nothing where the page
 * may not.
 * @param {string} label @param {() => string} text
 */
function copyButton(label, text) {
  const button = make(...iconButton("copy", label, () => navigator.clipboard.writeText(text()).then(tick, () => {})));
  function tick() {
    draw(button, icon("check"));
    setTimeout(() => draw(button, icon("copy")), 2000);
    say(words.copied);
  }
  return navigator.clipboard && button;
}

/** @param {Turn} turn */
export function createTurnView(turn) {
  const isNew = turn.status === "waiting"; // a turn from an earlier visit is shown, not spoken
  const article = make("article.reply", { "aria-label": words.answer });
  const comment = make("input.field", { "aria-label": words.comment, placeholder: words.comment, maxlength: 2000 });
  const copy = copyButton(words.copyAnswer, () => turn.text);

  let isLast = true;
  let edition = -1;
  /** @type {HTMLElement} */
  let body;
  /** @type {ReturnType<typeof createMarkdown>} */
  let writer;
  let written = 0;
  let isWritten = false;
  let isRemarking = false;
  /** @type {HTMLElement | undefined} */
  let right;

  /** @param {"up" | "down"} rating @param {string} label */
  const thumb = (rating, label) =>
    iconButton("thumb", label, () => rate(rating), {
      part: `thumb-${rating}`,
      "aria-pressed": `${turn.rating === rating}`,
    });

  /** @param {"up" | "down"} rating */
  function rate(rating) {
    isRemarking = true;
    can.rate(turn.id, rating);
  }

  /** @param {Event} event */
  function sendComment(event) {
    event.preventDefault();
    const text = comment.value.trim();
    if (text && turn.rating) can.rate(turn.id, turn.rating, text);
    focus(/** @type {HTMLElement} */ (article.querySelector(`[part$=${turn.rating}]`)));
    isRemarking = false;
    redraw();
    say(words.thanks);
  }

  /** @param {HTMLElement} pre @param {string} text */
  function addCopy(pre, text) {
    if (isNew) sayOn(`${words.count(words.code, text.split("\n").length)}\n`);
    const button = copyButton(words.copyCode, () => text);
    if (button) pre.append(button);
  }

  function beginAnew() {
    edition = turn.edition;
    body = make("div.md", { dir: "auto" });
    writer = createMarkdown(body, { say: (text) => isNew && sayOn(text), code: addCopy, hosts: site.link_hosts });
    written = 0;
    isWritten = false;
    if (isNew) sayRest(false);
  }

  function closeAnnouncement() {
    const { status, followups } = turn;
    sayRest(true);
    if (status === "done")
      say(`${words.complete} ${followups.length ? words.count(words.suggested, followups.length) : ""}`);
    say(maybeLine(turn)?.[1] ?? "");
  }

  /** @param {string | undefined} action */
  function drawAction(action) {
    if (!action || !isLast) return "";
    const isGoingOn = action === "goOn";
    return [
      action === "tryAgain" ? "button.chip.main" : "button.chip",
      { onclick: () => (isGoingOn ? can.goOn() : can.retry(turn.id)), part: isGoingOn ? "chip" : "retry" },
      /** @type {any} */ (words)[action],
    ];
  }

  function drawFoot() {
    const { status, text, sources } = turn;
    const hasEnded = isWritten && status !== "failed";
    const line = isWritten || isInFlight(turn) ? maybeLine(turn) : null;
    const [shape = "", , , action] = line ?? [];
    const needsPerson = isLast && /alert|doubt/.test(shape);
    return [
      "div.foot",
      hasEnded && sources.length && ["ol.list.sources", { "aria-label": words.sources }, ...sources.map(drawSource)],
      line && drawNotice(line, drawAction(action), needsPerson && chip(words.askPerson, () => askForPerson(true))),
      hasEnded &&
        text && [
          "div.row.acts",
          thumb("up", words.helpful),
          thumb("down", words.notHelpful),
          copy,
          isLast && iconButton("pen", words.edit, () => (fill(turn.question), toField())),
        ],
      isRemarking && ["form.row", { onsubmit: sendComment }, comment, ["button.chip", words.send]],
    ];
  }

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

  function drawReply() {
    const { status, isReconnecting, text, correction } = turn;
    if (status === "waiting" && !isReconnecting && !correction) return [["p.quiet.row", ["i"], ["i"], ["i"], words.looking]];
    body.toggleAttribute("writing", status === "streaming");
    return [correction ? drawCorrection() : text && body, drawFoot()];
  }

  return {
    draw: () => [
      ["p.question", turn.question],
      [article, ...drawReply()],
    ],
    /** Write until nothing is left or it is late; return whether something is left.
     * @param {Turn} next @param {boolean} isNowLast @param {() => boolean} isLate */
    write(next, isNowLast, isLate) {
      const { text } = (turn = next);
      isLast = isNowLast;
      if (edition !== turn.edition) beginAnew();
      while (written < text.length && !isLate()) {
        const piece = text.slice(written, written + PIECE);
        writer.push(piece);
        written += piece.length;
      }
      if (written < text.length) return true;
      if (!isInFlight(turn) && !isWritten) {
        isWritten = true;
        writer.end();
        if (isNew) closeAnnouncement();
      }
      return false;
    },
    /** Whether the whole turn is on the screen. */
    isWhole: () => isWritten,
  };
}

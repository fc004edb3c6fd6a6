/**
 * Draws one turn: the question, the reply as it is written, and what stands under a finished reply.
 *
 * Text is written when the flush comes round, for as long as the flush allows. What stands under a reply waits until
 * the last word of it is on the screen: nothing jumps while somebody reads.
 */

import { ask, rate, star } from "../chat.js";
import { asLine, isInFlight } from "../conversation.js";
import { memory } from "../session.js";
import { askForPerson, isLate, isOpen, isReachable, redraw, site, words } from "../stage.js";
import { say, sayOn, sayRest } from "../voice.js";
import { edit } from "./composer.js";
import { chip, draw, focus, icon, iconButton, make } from "./dom.js";
import { maybeSafeAddress } from "./inline.js";
import { createMarkdown } from "./markdown.js";
import { drawNotice, maybeLine } from "./notice.js";
import { initialsOf, PIECE, whenOf, writeWhole } from "./said.js";

/** @typedef {import("../conversation.js").Turn} Turn */

const LONGEST_TITLE = 300;

/** @param {import("../conversation.js").Source} source @returns {any[]} */
function drawSource({ title, url }) {
  const name = asLine(title || url, LONGEST_TITLE);
  const href = url && maybeSafeAddress(url);
  const link = href && { href, target: "_blank", rel: "noopener noreferrer", title: name };
  return ["li", [href ? "a" : "span", { part: "source" }, link, name]];
}

/**
 * Return what an element shows as text, with the marks of its lists, and as HTML.
 * @param {HTMLElement} shown @returns {[text: string, html: string]}
 */
function formsOf(shown) {
  const whole = /** @type {HTMLElement} */ (shown.cloneNode(true));
  for (const button of whole.querySelectorAll("button")) button.remove();
  const html = whole.outerHTML;
  for (const item of whole.querySelectorAll("li")) {
    const { children, start } = /** @type {HTMLOListElement} */ (item.parentNode);
    item.prepend(start ? `${start + [...children].indexOf(item)}. ` : "- ");
  }
  shown.after(whole); // only what stands on the page has lines; nobody sees it
  const text = whole.innerText;
  whole.remove();
  return [text, html];
}

/**
 * Return a button that puts what an element shows on the clipboard, shows a tick for two seconds and says so; nothing
 * where the page may not.
 * @param {string} label @param {HTMLElement} shown
 */
function copyButton(label, shown) {
  /** @param {Event} event */
  const copy = (event) => {
    const button = /** @type {Element} */ (event.composedPath()[0]).closest("button");
    const [text, html] = formsOf(shown);
    navigator.clipboard.write([new ClipboardItem({ "text/plain": text, "text/html": html })]).then(
      () => {
        draw(/** @type {Element} */ (button), icon("check"));
        setTimeout(draw, 2000, button, icon("copy"));
        say(words.copied);
      },
      () => {},
    );
  };
  return navigator.clipboard && iconButton("copy", label, copy);
}

/** @param {string} kind @param {readonly string[]} questions @param {(text: string) => any[]} drawOne @param {any[]} more */
export const drawQuestions = (kind, questions, drawOne, ...more) =>
  [...questions, ...more][0] && [kind, { "aria-label": words.suggestions }, ...questions.map(drawOne), ...more];

/** The way to a person, where one can be asked. */
const personChip = () => memory.conversation && isReachable() && chip(words.askPerson, () => askForPerson(true));

/** What it can help with, and who helps where it cannot. @param {Turn} turn */
function drawWaysOn(turn) {
  const person = turn.isNotFound && personChip();
  return drawQuestions(
    "ul.list.row.wrap",
    turn.followups,
    (text) => ["li", chip(text, () => ask(text), { part: "chip" })],
    ...(person ? [["li", person]] : []),
  );
}

/** Five radio buttons: the arrows choose among them. The last one counts, for the whole conversation. */
const drawStars = () =>
  site.stars && [
    "div.quiet",
    { role: "radiogroup", "aria-label": words.stars },
    words.stars,
    [
      "div.row",
      ...[1, 2, 3, 4, 5].map((stars) => [
        "input",
        { type: "radio", name: "s", "aria-label": `${stars}`, checked: memory.stars === stars, onchange: () => star(stars) },
      ]),
    ],
  ];

/** @param {Turn} turn */
export function createTurnView(turn) {
  const { id } = turn;
  /** @type {import("../conversation.js").Correction | undefined} */
  let correction;
  const isNew = turn.status === "waiting"; // a turn from an earlier visit is shown, not spoken
  /** @type {HTMLElement} */
  let right;
  let edition = -1;
  /** @type {HTMLElement} */
  let body;
  /** @type {ReturnType<typeof createMarkdown>} */
  let writer;
  let written = 0;
  let isWritten = false;
  let isRemarking = false;

  /** @param {"up" | "down"} rating @param {string} label */
  const thumb = (rating, label) =>
    iconButton("thumb", label, () => ((isRemarking = true), rate(id, rating)), {
      part: `thumb-${rating}`,
      "aria-pressed": `${turn.rating === rating}`,
    });

  /** @param {any} event */
  function sendComment(event) {
    event.preventDefault();
    const [{ value }] = event.target;
    if (value.trim()) rate(id, /** @type {"up"} */ (turn.rating), value.trim());
    focus(event.target.previousSibling.querySelector("[aria-pressed=true]"));
    isRemarking = false;
    redraw();
    say(words.thanks);
  }

  /** @param {HTMLElement} pre @param {string} text */
  function addCopy(pre, text) {
    if (isNew) sayOn(`${words.count(words.code, text.split("\n").length)}\n`);
    const button = copyButton(words.copyCode, pre);
    if (button) pre.append(make(...button));
  }

  function beginAnew() {
    edition = turn.edition;
    body = make("div.md", { dir: "auto" });
    writer = createMarkdown(body, { say: (text) => isNew && sayOn(text), code: addCopy, hosts: site.link_hosts });
    written = 0;
    isWritten = false;
    if (isNew) sayRest(false);
  }

  function end() {
    const { status, followups } = turn;
    isWritten = true;
    writer.end();
    if (!isNew) return;
    sayRest(true);
    if (status === "done") say(words.complete + (followups[0] ? ` ${words.count(words.suggested, followups.length)}` : ""));
    say(maybeLine(turn)?.[1] ?? "");
  }

  /** @param {boolean} isLast */
  function drawFoot(isLast) {
    const { status, text, sources } = turn;
    const hasEnded = isWritten && status !== "failed";
    const line = (isWritten || isInFlight(turn)) && maybeLine(turn);
    return [
      "div.foot",
      hasEnded && sources.length && !turn.isNotFound && [sources[1] ? "ol.quiet" : "ul.quiet.list", { "aria-label": words.sources }, ...sources.map(drawSource)],
      line &&
        drawNotice(
          line,
          isLast && line[3],
          isLast && /alert|doubt|swap|clock/.test(line[0]) && !turn.isReconnecting && personChip(),
        ),
      hasEnded &&
        text &&
        !turn.isNotFound && [
          "div.row.acts",
          thumb("up", words.helpful),
          thumb("down", words.notHelpful),
          copyButton(words.copyAnswer, body),
        ],
      isRemarking && [
        "form.row",
        { onsubmit: sendComment },
        ["input.field", { "aria-label": words.comment, placeholder: words.comment, maxlength: 2000 }],
        ["button.chip", words.send],
      ],
    ];
  }

  /** What a person made of the reply stands in its place, and the reply behind it. */
  const drawText = () => {
    if (correction !== turn.correction && turn.correction) right = writeWhole(turn.correction.text);
    correction = turn.correction;
    return correction
      ? [
          "div.corrected",
          [
            "div.row",
            correction.name && ["span.mark", initialsOf(correction.name)],
            ["p.quiet", ["b", words.corrected], ["br"], [correction.name, whenOf(correction.at)].filter(Boolean).join(", ")],
          ],
          right,
          ["details", ["summary", words.earlier], body],
        ]
      : turn.text && body;
  };

  /** @param {boolean} isLast */
  function drawReply(isLast) {
    const { status, isReconnecting } = turn;
    if (status === "waiting" && !isReconnecting) return [["p.quiet.row", ["i"], ["i"], ["i"], words.lookingInTheHelpPages]];
    return [drawText(), drawFoot(isLast)];
  }

  return {
    id,
    /** @param {boolean} isLast @param {string | false} addressGiven where a person answers who was asked when this was the last turn */
    draw: (isLast, addressGiven) => [
      "div.turn",
      [
        "div.row.asked",
        isLast && !isInFlight(turn) && turn.status !== "for_person" && iconButton("pen", words.edit, () => edit(turn.question)),
        ["p.question", turn.question],
      ],
      turn.status !== "for_person" && ["article.reply", { "aria-label": words.answer, writing: turn.status === "streaming" }, ...drawReply(isLast)],
      addressGiven && ["div", drawNotice(["check", `${words.personSent} ${addressGiven}`, true])],
      isLast &&
        isWritten &&
        turn.status === "done" &&
        drawWaysOn(turn),
      isLast && isWritten && drawStars(),
    ],
    /** Write until nothing is left or it is late; return whether something is left.
     * @param {Turn} next */
    write(next) {
      const { text } = (turn = next);
      if (edition !== turn.edition) beginAnew();
      if (!isNew && !isOpen) return false; // all of it at once would be much to lay out when the panel opens
      while (written < text.length && !isLate()) {
        const piece = text.slice(written, written + PIECE);
        writer.push(piece);
        written += piece.length;
      }
      if (written < text.length) return true;
      if (!isInFlight(turn) && !isWritten) end();
      return false;
    },
  };
}

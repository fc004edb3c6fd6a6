/** Draws what people of the site's team did after a turn: that they joined or left, and what they wrote. */

import { words } from "../stage.js";
import { named } from "../people.js";
import { make } from "./dom.js";
import { createMarkdown } from "./markdown.js";

/** @typedef {import("../conversation.js").Said} Said */

/** @type {Record<string, HTMLElement>} each is written once */
const written = {};

/** @param {string} name */
export const initialsOf = (name) => (name[3] ? name.match(/(?<!\S)\S/gu)?.slice(0, 2).join("") : name);

/** So many characters are written before one looks whether the page has waited long enough. */
export const PIECE = 256;

/** Return an element that gets a whole text, in pieces that do not stop the page. @param {string} text */
export function writeWhole(text) {
  const element = make("div.md", { dir: "auto" });
  const writer = createMarkdown(element);
  const writeFrom = (/** @type {number} */ at) => {
    const end = at + PIECE;
    writer.push(text.slice(at, end));
    if (end < text.length) setTimeout(writeFrom, 0, end);
    else writer.end();
  };
  writeFrom(0);
  return element;
}

/** @param {string} [at] */
export const whenOf = (at) => at && new Date(at).toLocaleString(words.locale, { dateStyle: "medium", timeStyle: "short" });

/** @param {Said} event @returns {any} */
export function drawSaid({ id, kind, name, text }) {
  if (kind === "message")
    return [
      "article.reply",
      { "aria-label": named(words.fromTeam, name) },
      ["div.row", ["span.mark", initialsOf(name)], ["p.quiet", ["b", name], ", ", words.team]],
      (written[id] ??= writeWhole(text)),
    ];
  if (kind === "correction") return;
  return ["p.quiet.row.rule", named(/** @type {any} */ (words)[kind], name)];
}

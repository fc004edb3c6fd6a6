/** Gives the visitor the conversation as a file, made in the browser: nothing is asked of any server. */

import { make } from "./dom.js";

/** @typedef {import("../conversation.js").Turn} Turn */

/** Return the conversation as Markdown. @param {string} title @param {readonly Turn[]} turns */
export const asMarkdown = (title, turns) =>
  [
    `# ${title}`,
    ...turns.flatMap(({ question, text, sources, correction }) => [
      `## ${question.replaceAll("\n", " ")}`,
      correction?.text || text,
      sources.map((source, place) => `${place + 1}. ${source.title} ${source.url}`.trim()).join("\n"),
    ]),
  ]
    .filter(Boolean)
    .join("\n\n") + "\n";

/** @param {Element} place where a link may stand for a moment @param {string} title @param {readonly Turn[]} turns */
export function saveAsFile(place, title, turns) {
  const href = URL.createObjectURL(new Blob([asMarkdown(title, turns)], { type: "text/markdown" }));
  const link = make("a", { href, download: `${title.replace(/[^\p{L}\p{N}]+/gu, "-")}.md` });
  place.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // the browser may still be reading it
}

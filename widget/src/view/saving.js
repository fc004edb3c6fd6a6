/** Gives the visitor the conversation as a file, made in the browser: nothing is asked of any server. */

import { make } from "./dom.js";
import { shown } from "./scene.js";
import { siteName } from "./widget.js";

/** Return the conversation as Markdown. */
const asMarkdown = () =>
  [
    `# ${siteName()}`,
    ...shown.turns.flatMap(({ question, text, sources, correction }) => [
      `## ${question.replaceAll("\n", " ")}`,
      correction?.text || text,
      sources.map(({ title, url }, place) => `${place + 1}. ${title} ${url}`).join("\n"),
    ]),
  ]
    .filter(Boolean)
    .join("\n\n") + "\n";

export function saveAsFile() {
  const href = URL.createObjectURL(new Blob([asMarkdown()], { type: "text/markdown" }));
  // A link that stands nowhere can be pressed as well.
  make("a", { href, download: `${siteName().replace(/[^\p{L}\p{N}]+/gu, "-")}.md` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // the browser may still be reading it
}

/** Gives the visitor the conversation as a file, made in the browser: nothing is asked of any server. */

import { shown, siteName } from "../stage.js";
import { make } from "./dom.js";

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

/** As a blob, since an address that holds the text itself ends at 2 MB. */
export function saveAsFile() {
  const href = URL.createObjectURL(new Blob([asMarkdown()]));
  // A link that stands nowhere can be pressed as well.
  make("a", { href, download: `${siteName().replaceAll(" ", "-")}.md` }).click();
  setTimeout(URL.revokeObjectURL, 60_000, href); // the browser may still be reading it
}

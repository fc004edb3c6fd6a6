/**
 * Sends whole collections of hard cases through the widget's parsers: whole, by character, and cut at every place.
 *
 *   node tests/tools/evals/streams.mjs --folder DIR [--words]
 *
 * DIR has any of json_parsing.jsonl, sse_parsing.jsonl, naughty_strings.jsonl and markdown_spec.jsonl. Prints what is
 * not right, and how many were; ends with 1 where any was not. With --words it also lists where Markdown shows other
 * words than its specification, which is for people to judge.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import {
  checkDocuments,
  checkEvents,
  checkMarkdown,
  checkStrings,
  wordsOtherThanSpecified,
} from "../../widget/corpora.mjs";

const CHECKS = {
  "json_parsing.jsonl": { "judged as JSON.parse does": checkDocuments },
  "sse_parsing.jsonl": { "heard as a browser does": checkEvents },
  "naughty_strings.jsonl": { "unchanged on its way": checkStrings, "drawn the same however cut": checkMarkdown },
  "markdown_spec.jsonl": { "drawn the same however cut": checkMarkdown },
};

const { values } = parseArgs({ options: { folder: { type: "string" }, words: { type: "boolean" } } });
if (!values.folder) {
  console.error("Which folder? --folder DIR");
  process.exit(2);
}

const rowsOf = (file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line)
    .map((line) => JSON.parse(line));

for (const [name, checks] of Object.entries(CHECKS)) {
  const file = join(values.folder, name);
  if (!existsSync(file)) continue;
  const rows = rowsOf(file);
  for (const [what, check] of Object.entries(checks)) {
    const faults = check(rows);
    for (const fault of faults) console.log(`  ${fault}`);
    console.log(`${name}: ${rows.length - faults.length} of ${rows.length} ${what}`);
    if (faults.length) process.exitCode = 1;
  }
  if (rows[0]?.expected_html === undefined) continue;
  const others = wordsOtherThanSpecified(rows);
  if (values.words) for (const other of others) console.log(`  ${other}`);
  console.log(`${name}: ${rows.length - others.length} of ${rows.length} show the specification's words`);
}

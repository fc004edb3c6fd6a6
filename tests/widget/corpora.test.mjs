/** Published hard cases come through whole, however the stream is cut. `tests/tools/evals/streams.mjs` runs more of them. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { checkDocuments, checkEvents, checkMarkdown, checkStrings } from "./corpora.mjs";

const rowsOf = (name) =>
  readFileSync(new URL(`cases/${name}.jsonl`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line)
    .map((line) => JSON.parse(line));

const NAUGHTY = rowsOf("naughty_strings");

test("whatever somebody writes arrives as it was written", () => {
  assert.ok(NAUGHTY.length >= 100);
  assert.deepEqual(checkStrings(NAUGHTY), []);
});

test("whatever somebody writes is drawn the same however it came in, and is never changed once it is shown", () => {
  assert.deepEqual(checkMarkdown(NAUGHTY), []);
});

test("what another reader of event streams is tested with is heard as a browser hears it", () => {
  const rows = rowsOf("event_stream_parser");
  assert.ok(rows.length >= 20);
  assert.deepEqual(checkEvents(rows), []);
});

test("a case that comes out wrong is said", () => {
  assert.equal(checkDocuments([{ name: "x", text: "[1]", label: "reject" }]).length, 1);
  const wrong = { id: "x", chunks: ["data: a\n\n"], expected_events: [{ data: "b" }], expected: {} };
  assert.equal(checkEvents([wrong]).length, 1);
});

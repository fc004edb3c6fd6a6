/**
 * Races the widget's reader of replies against published incremental parsers, and prints what each needs for a character.
 *
 *   node tests/tools/bench/parsers/race.mjs     prints one JSON document: {parser: {length: nanoseconds a character}}
 *
 * Rules that this file keeps:
 * 1. Every parser gets the same reply in the same pieces of 1 to 7 characters, as a model writes it, and after each
 *    piece its message is looked at, as a page would.
 * 2. Only parsers that agree with `JSON.parse` may run: one that does not give the document back ends the race.
 * 3. Parsers take turns, and of several turns the cheapest counts: a neighbour on the machine can only add to it.
 * 4. Ours runs as it is shipped: bundled and made small by the same tools as the widget.
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

import { JSONParser } from "@streamparser/json";
import { parse as parseRiver } from "jsonriver";

import { createChance, cutAtRandom } from "../../../widget/seeded.mjs";

const { build } = await import(new URL("../../../../widget/node_modules/esbuild/lib/main.js", import.meta.url));
const OURS = fileURLToPath(new URL("../../../../widget/src/wire/message.js", import.meta.url));
const LENGTHS = [4, 16, 64, 256, 1024].map((kilobytes) => kilobytes * 1024);
const CHARACTERS_A_TURN = 256 * 1024; // short replies are read often, so that the clock has something to count
const TURNS = 12;
const PARAGRAPH =
  "## Returns\n\nYes, within **60 days**, see [the rules](https://shop.example/r). It must be `clean` and \"dry\".\n\n" +
  "- refund to the card\n- repair takes two weeks, größere Teile 🎒 drei\n\n";

async function bundled() {
  const { outputFiles } = await build({ entryPoints: [OURS], bundle: true, minify: true, format: "esm", write: false });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

const { createMessageReader } = await bundled();

/** Each takes the pieces, looks at the message after each, and returns the whole document. */
const PARSERS = {
  ours(pieces) {
    const reader = createMessageReader();
    let seen = "";
    for (const piece of pieces) seen += reader.feed(piece);
    return [reader.end(), seen];
  },
  async jsonriver(pieces) {
    let seen = "";
    let value;
    for await (value of parseRiver(inPieces(pieces))) seen = value.message ?? seen;
    return [value, seen];
  },
  streamparser(pieces) {
    const parser = new JSONParser({ emitPartialTokens: true, emitPartialValues: true });
    let seen = "";
    let value;
    parser.onValue = (found) => {
      if (found.key === "message") seen = found.value;
      if (found.stack.length === 0) value = found.value;
    };
    for (const piece of pieces) parser.write(piece);
    return [value, seen];
  },
};

function inPieces(pieces) {
  let at = 0;
  return { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: at >= pieces.length, value: pieces[at++] }) }) };
}

function replyOf(length) {
  const message = PARAGRAPH.repeat(Math.ceil(length / PARAGRAPH.length)).slice(0, length);
  return { message: message.toWellFormed(), confidence: 0.93, followups: ["How?", "When?", "Who pays?"] };
}

async function nanosecondsACharacter(parse, pieces, length) {
  const rounds = Math.max(1, Math.round(CHARACTERS_A_TURN / length));
  const began = process.cpuUsage();
  for (let round = 0; round < rounds; round++) await parse(pieces);
  const { user, system } = process.cpuUsage(began);
  return ((user + system) * 1000) / rounds / length;
}

const cheapest = Object.fromEntries(Object.keys(PARSERS).map((name) => [name, {}]));
for (const length of LENGTHS) {
  const reply = replyOf(length);
  const pieces = cutAtRandom(JSON.stringify(reply), createChance(length));
  for (const [name, parse] of Object.entries(PARSERS)) {
    const [value, seen] = await parse(pieces); // also warms it up
    assert.deepEqual({ ...value }, reply, name);
    assert.equal(seen, reply.message, name);
  }
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [name, parse] of Object.entries(PARSERS)) {
      const cost = await nanosecondsACharacter(parse, pieces, length);
      cheapest[name][length] = Math.min(cheapest[name][length] ?? Infinity, cost);
    }
  }
}
console.log(JSON.stringify(cheapest));

/** The reply parser agrees with `JSON.parse` on everything, however the text is cut, and never takes text back. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";

import { createReplyParser } from "../../../widget/src/wire/reply.js";
import { createChance, cutAtRandom, everyWay } from "../seeded.mjs";

const SUITE = readFileSync(new URL("../cases/json_test_suite.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

const REPLY = JSON.stringify({
  message: 'Say "hi" to 🎒 \\ ünï\n\u2028',
  confidence: 0.25,
  followups: ["One?", "Two 👩‍👧?"],
});

function parse(pieces) {
  const parser = createReplyParser();
  for (const piece of pieces) parser.feed(piece);
  try {
    parser.end();
    return { value: parser.value };
  } catch (error) {
    return { refused: error.name };
  }
}

function parseAsTheBrowserDoes(text) {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { refused: error.name };
  }
}

test("every document of the suite is taken or refused as JSON.parse does, cut at every place", () => {
  assert.ok(SUITE.length > 200);
  for (const { name, base64 } of SUITE) {
    const text = Buffer.from(base64, "base64").toString("utf8");
    const expected = parseAsTheBrowserDoes(text);
    const ways = text.length < 2000 ? everyWay(text) : [[text], text.split("")];
    for (const pieces of ways) assert.deepEqual(parse(pieces), expected, name);
  }
});

test("a document that the suite wants refused is refused", () => {
  for (const { name, base64, label } of SUITE) {
    if (label !== "reject") continue;
    assert.equal(parse([Buffer.from(base64, "base64").toString("utf8")]).refused, "SyntaxError", name);
  }
});

test("nesting of any depth is no danger", () => {
  const depth = 100_000;
  assert.ok(Array.isArray(parse(["[".repeat(depth) + "]".repeat(depth)]).value));
});

test("one wrong character anywhere is judged as JSON.parse judges it", () => {
  const chance = createChance(7);
  const letters = '{}[]":,\\ue0123.-+tfn \u0001x\ud83d';
  for (let round = 0; round < 20_000; round++) {
    const at = Math.floor(chance() * REPLY.length);
    const letter = letters[Math.floor(chance() * letters.length)];
    const text = REPLY.slice(0, at) + letter + REPLY.slice(at + (round % 2));
    assert.ok(isDeepStrictEqual(parse(cutAtRandom(text, chance)), parseAsTheBrowserDoes(text)), text);
  }
});

test("the message only grows, is whole characters, and is what was handed out", () => {
  const chance = createChance(11);
  const alphabet = ["a", "é", "日", "🎒", "👩‍👩‍👧", '"', "\\", "\n", "\u0000", "/", "\u2028", " "];
  for (let round = 0; round < 2000; round++) {
    const message = Array.from(
      { length: 1 + chance() * 20 },
      () => alphabet[Math.floor(chance() * alphabet.length)],
    ).join("");
    const plain = JSON.stringify({ message, confidence: 0.5, followups: [message] });
    const escaped = plain.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    for (const text of [plain, escaped]) {
      const parser = createReplyParser();
      let handedOut = "";
      for (const piece of cutAtRandom(text, chance, 3)) {
        handedOut += parser.feed(piece);
        assert.equal(parser.message, handedOut);
        assert.ok(message.startsWith(handedOut));
        assert.ok(handedOut.isWellFormed());
      }
      parser.end();
      assert.equal(handedOut, message);
    }
  }
});

test("a confidence is known only when its number has ended", () => {
  const parser = createReplyParser();
  parser.feed('{"message":"x","confidence":0.9');
  assert.equal(parser.confidence, null);
  parser.feed("3,");
  assert.equal(parser.confidence, 0.93);
});

test("a suggestion is offered only when all of it is there", () => {
  const parser = createReplyParser();
  parser.feed('{"message":"x","confidence":1,"followups":["How do I dry');
  assert.deepEqual(parser.followups, []);
  parser.feed(' a tent?","Boo');
  assert.deepEqual(parser.followups, ["How do I dry a tent?"]);
});

test("an answer that is cut short keeps its words, and nobody takes it for whole", () => {
  const parser = createReplyParser();
  parser.feed('{"message":"Boots have a two-year');
  assert.throws(() => parser.end(), SyntaxError);
  assert.equal(parser.message, "Boots have a two-year");
  assert.equal(parser.value, undefined);
});

test("only the reply's own message is shown, not one that lies deeper", () => {
  const parser = createReplyParser();
  assert.equal(parser.feed('{"meta":{"message":"no"},"list":[{"message":"no"}],"message":"yes"}'), "yes");
});

test("a message that comes twice is never shown changed; at the end the last one counts", () => {
  const parser = createReplyParser();
  assert.equal(parser.feed('{"message":"one","message":"two","confidence":1}'), "one");
  assert.equal(parser.message, "one");
  parser.end();
  assert.equal(parser.message, "two");
});

test("a key named __proto__ is a key like any other", () => {
  const parser = createReplyParser();
  parser.feed('{"__proto__":{"message":"no"},"message":"yes"}');
  parser.end();
  assert.ok(Object.hasOwn(parser.value, "__proto__"));
  assert.equal(Object.getPrototypeOf(parser.value), Object.prototype);
});

test("any JSON document is taken", () => {
  for (const text of ["[1,2]", '"x"', "-0.5e3", "null", " true ", "{}"]) {
    assert.deepEqual(parse(text.split("")), { value: JSON.parse(text) });
  }
});

test("a reply sixteen times as long takes about sixteen times as long", () => {
  const longReply = (length) =>
    JSON.stringify({ message: "Word by word. ".repeat(length / 14), confidence: 1, followups: [] });
  const measure = (text) => {
    const begin = process.cpuUsage().user;
    const parser = createReplyParser();
    for (let at = 0; at < text.length; at += 4) {
      parser.feed(text.slice(at, at + 4));
      void parser.message; // as a caller reads it after each piece
    }
    parser.end();
    return process.cpuUsage().user - begin;
  };
  const [short, long] = [longReply(64 * 1024), longReply(1024 * 1024)];
  measure(short); // warm
  // Each pair is measured at one time, and the best of five counts: others use this machine, too.
  const ratios = [1, 2, 3, 4, 5].map(() => measure(long) / Math.max(measure(short), 2000));
  // Looking into the text gathered so far would cost 256 times as much, not 16.
  assert.ok(Math.min(...ratios) < 80, `${ratios} times`);
});

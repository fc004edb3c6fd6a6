/** The message of a reply is read while it is written, however the text is cut, and nothing shown is taken back. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createMessageReader } from "../../../widget/src/wire/message.js";
import { createChance, cutAtRandom, everyWay } from "../seeded.mjs";

const documentOf = (message) => JSON.stringify({ message, confidence: 0.5, followups: [message] });
const escaped = (text) =>
  text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

function read(pieces) {
  const reader = createMessageReader();
  return [pieces.map((piece) => reader.feed(piece)).join(""), reader];
}

const MESSAGE = 'Say "hi" to 🎒 \\ ünï\n\u2028 {"message":"no"}';
for (const text of [documentOf(MESSAGE), escaped(documentOf(MESSAGE)), ` {\n "message" :\t"${"x".repeat(9)}" } `]) {
  test(`the message is read whole, cut at every place: ${text.slice(0, 30)}`, () => {
    const { message } = JSON.parse(text);
    for (const pieces of everyWay(text)) assert.equal(read(pieces)[0], message);
  });
}

test("the message only grows, and is whole characters at each moment", () => {
  const chance = createChance(11);
  const alphabet = ["a", "é", "日", "🎒", "👩‍👩‍👧", '"', "\\", "\n", "\u0000", "/", "\u2028", " ", "\\u00e9", "u"];
  for (let round = 0; round < 2000; round++) {
    const message = Array.from({ length: chance() * 20 }, () => alphabet[Math.floor(chance() * alphabet.length)]).join("");
    for (const text of [documentOf(message), escaped(documentOf(message))]) {
      const reader = createMessageReader();
      let handedOut = "";
      for (const piece of cutAtRandom(text, chance, 3)) {
        handedOut += reader.feed(piece);
        assert.ok(message.startsWith(handedOut));
        assert.ok(handedOut.isWellFormed());
      }
      assert.equal(handedOut, message);
      assert.deepEqual(reader.end(), JSON.parse(text));
    }
  }
});

test("the half of a character that stands alone waits for what follows it, and is handed out", () => {
  for (const text of ['{"message":"a\\ud83d b"}', '{"message":"a\ud83d"}', '{"message":"\\ud83d\\ud83c\\udf92"}'])
    for (const pieces of [[text], text.split("")]) assert.equal(read(pieces)[0], JSON.parse(text).message);
});

test("an answer that is cut short keeps its words, and nobody takes it for whole", () => {
  const [words, reader] = read(['{"message":"Boots have ', "a two-year"]);
  assert.equal(words, "Boots have a two-year");
  assert.throws(() => reader.end(), SyntaxError);
});

test("a document that is written in another way shows at its end", () => {
  for (const text of ['{"confidence":1,"message":"late"}', '{"meta":{"message":"no"},"message":"late"}']) {
    const [words, reader] = read(text.split(""));
    assert.equal(words, "");
    assert.equal(reader.end().message, "late");
  }
});

test("a document that is wrong throws, and nothing of it is made up", () => {
  for (const wrong of ['{"message":"a\\x"}', '{"message":"\\uZZZZ"}'])
    assert.throws(() => read([wrong]), SyntaxError);
});

test("a message sixteen times as long takes about sixteen times as long", () => {
  const measure = (text) => {
    const begin = process.cpuUsage().user;
    const reader = createMessageReader();
    for (let at = 0; at < text.length; at += 4) reader.feed(text.slice(at, at + 4));
    reader.end();
    return process.cpuUsage().user - begin;
  };
  const [short, long] = [64, 1024].map((kilobytes) => documentOf("Word \\ by \u00fc. ".repeat((kilobytes * 1024) / 14)));
  measure(short); // warm
  // Each pair is measured at one time, and the best of five counts: others use this machine, too.
  const ratios = [1, 2, 3, 4, 5].map(() => measure(long) / Math.max(measure(short), 2000));
  // Looking into the text gathered so far would cost 256 times as much, not 16.
  assert.ok(Math.min(...ratios) < 80, `${ratios} times`);
});

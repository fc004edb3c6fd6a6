/** No expression of the widget takes longer for each character of a longer text, whoever wrote it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createMarkdown } from "../../widget/src/view/markdown.js";
import { expressionsOf, piecesOf, textsAgainst } from "./expressions.mjs";
import { createRoot } from "./tiny_dom.mjs";

const FIRST = 500; // characters; what is bounded by a number of its own has reached it by then
const LAST = 16_000;
const ENOUGH_MS = 20; // to tell work from noise: longer texts are not tried
const TOO_SHORT_MS = 2; // less cannot be told from noise
const MOST = 2.7; // times as long for twice the text
const TRIES = 12;
const SOON_MS = 20;
/** What is only ever given texts of at most so many characters beyond the place where it looks (`REACH` of inline.js). */
const SHORT = { "view/inline.js": ["y", "^(?:`|]"] };

const acorn = await import("../../widget/node_modules/acorn/dist/acorn.mjs").catch(() => undefined);

const textOf = ([beginning, repeated, end], length) =>
  beginning + repeated.repeat(length / repeated.length + 1).slice(0, length) + end;

function millisecondsFor(read, text) {
  const began = process.cpuUsage();
  read(text);
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

/** Return how many times as long a doubling of the text takes: of several tries the least, since noise only ever adds. */
function growthOf(read, pieces) {
  let length = FIRST;
  let took = millisecondsFor(read, textOf(pieces, length));
  while (length < LAST && took < ENOUGH_MS) {
    length *= 2;
    took = millisecondsFor(read, textOf(pieces, length));
  }
  if (took < TOO_SHORT_MS) return 0;
  const [half, whole] = [textOf(pieces, length / 2), textOf(pieces, length)];
  let least = Infinity;
  for (let tries = 0; tries < TRIES && least > MOST; tries++) {
    const little = Math.min(...[1, 2, 3].map(() => millisecondsFor(read, half)));
    const much = Math.min(...[1, 2].map(() => millisecondsFor(read, whole)));
    least = Math.min(least, much / Math.max(little, 0.01));
  }
  return least;
}

/** As `replaceAll` looks for it: at each place of the text. */
const finderOf = ({ pattern, flags }) => {
  const expression = new RegExp(pattern, `${flags.replace(/[gy]/g, "")}g`);
  return (text) => text.replace(expression, "");
};

test("a slow expression is found", () => {
  const slow = { pattern: "(a|b)*\\s+$", flags: "" };
  assert.ok(piecesOf(slow.pattern, "").includes(" "));
  assert.ok(textsAgainst(slow).some((pieces) => growthOf(finderOf(slow), pieces) > MOST));
});

test("every expression is linear on texts that are made against it", { skip: !acorn && "npm ci --prefix widget" }, () => {
  const expressions = expressionsOf(acorn);
  assert.ok(expressions.length > 40);
  const slow = [];
  for (const each of expressions) {
    if (SHORT[each.where]?.some((mark) => each.flags.includes(mark) || each.pattern.startsWith(mark))) continue;
    const read = finderOf(each);
    const pieces = textsAgainst(each).find((texts) => growthOf(read, texts) > MOST);
    if (pieces) slow.push(`${each.where}: /${each.pattern}/${each.flags} on ${JSON.stringify(pieces)}`);
  }
  assert.deepEqual(slow, []);
});

test("an answer that is made against them is written in linear time", { skip: !acorn && "npm ci --prefix widget" }, () => {
  const write = (text) => {
    const writer = createMarkdown(createRoot());
    writer.push(text);
    writer.end();
  };
  const markdown = expressionsOf(acorn).filter(({ where }) => /inline|markdown/.test(where));
  const texts = new Map(markdown.flatMap(textsAgainst).map((pieces) => [pieces.join("\0"), pieces])).values();
  for (const pieces of texts) assert.ok(growthOfFour(write, pieces) < 11, JSON.stringify(pieces));
});

/** Return how many times as long four times the text takes, 16 where it grows with the square; 0 where that is soon done. */
function growthOfFour(read, pieces) {
  const [short, long] = [textOf(pieces, 4000), textOf(pieces, 16_000)];
  if (millisecondsFor(read, long) < SOON_MS) return 0;
  let least = Infinity;
  for (let tries = 0; tries < TRIES && least > 8; tries++) {
    const little = Math.min(millisecondsFor(read, short), millisecondsFor(read, short));
    least = Math.min(least, millisecondsFor(read, long) / little);
  }
  return least;
}

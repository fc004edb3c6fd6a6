/**
 * Finds the expressions of the widget's sources, and makes texts against each out of its own pieces.
 *
 * A backtracking engine takes the square of a text where what repeats can be read from many places and then fails. So
 * the pieces of an expression (its words, what repeats in it, one character of each class) are repeated, alone, in pairs
 * and behind one another, and end in what nothing expects.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("../../widget/src/", import.meta.url));
const MOST_PIECES = 12;
const LONGEST_PIECE = 24;
const ENDS = ["", "\u0416", "\n!"];
const PRINTABLE = "a7 -A0._/:@,;!\"'<>()[]{}=+#*&%|\\`~^$?xX9\n\u00fc\u4e00\ud800";

/** Return each expression once, with the files that hold it. @param {typeof import("acorn")} acorn */
export function expressionsOf(acorn) {
  const found = new Map();
  for (const file of readdirSync(SOURCE, { recursive: true }).filter((name) => name.endsWith(".js"))) {
    const onToken = ({ value }) => {
      if (value?.pattern === undefined) return;
      const { pattern, flags } = value;
      const key = `/${pattern}/${flags}`;
      found.set(key, { where: file, pattern, flags });
    };
    acorn.parse(readFileSync(join(SOURCE, file), "utf8"), { ecmaVersion: "latest", sourceType: "module", onToken });
  }
  return [...found.values()];
}

/** Return [beginning, what is repeated, end] of texts against an expression. */
export function textsAgainst({ pattern, flags }) {
  const pieces = piecesOf(pattern, flags);
  const texts = pieces.flatMap((piece) => ENDS.map((end) => ["", piece, end]));
  for (const first of pieces)
    for (const second of pieces)
      if (first !== second) texts.push(["", first + second, "\u0416"], [first, second, "\u0416"]);
  return texts;
}

/** Return the pieces of an expression, each once, those from its parts before the expression as a whole. */
export function piecesOf(pattern, flags) {
  const parts = [];
  const [whole] = readBranches(pattern, 0, flags.replace(/[gy]/g, ""), parts);
  return [...new Set([...parts, whole].map((piece) => piece.slice(0, LONGEST_PIECE)))].filter(Boolean).slice(0, MOST_PIECES);
}

/** Return a sample of the alternatives from `at` on, and where they end. What repeats, and each alternative, is a part. */
function readBranches(pattern, at, flags, parts) {
  let sample;
  let branch = "";
  let run = "";
  const cut = () => {
    if (run.length > 1) parts.push(run);
    run = "";
  };
  while (at < pattern.length && pattern[at] !== ")") {
    if (pattern[at] === "|") {
      cut();
      parts.push(branch);
      sample ??= branch;
      branch = "";
      at++;
      continue;
    }
    let [atom, end, isLiteral] = readAtom(pattern, at, flags, parts);
    const [repeat] = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(pattern.slice(end)) ?? [];
    if (repeat) {
      parts.push(atom);
      end += repeat.length;
    }
    if (isLiteral && !repeat) run += atom;
    else cut();
    branch += atom;
    at = end;
  }
  cut();
  if (sample !== undefined) parts.push(branch);
  return [sample ?? branch, at];
}

/** Return a text that one atom takes, where it ends, and whether it takes nothing else. */
function readAtom(pattern, at, flags, parts) {
  if (pattern[at] === "(") {
    const [opening] = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(pattern.slice(at));
    const [sample, end] = readBranches(pattern, at + opening.length, flags, parts);
    return [/\?<?!/.test(opening) || /\?<?=/.test(opening) ? "" : sample, end + 1, false];
  }
  if ("^$".includes(pattern[at])) return ["", at + 1, false];
  const [atom] =
    /^(?:\[(?:\\.|[^\]\\])*\]|\\u\{[\da-f]+\}|\\u[\da-f]{4}|\\p\{[^}]+\}|\\.|.)/isu.exec(pattern.slice(at)) ?? [];
  if (/^\\[1-9bB]/.test(atom)) return ["", at + atom.length, false];
  const one = new RegExp(`^${atom}$`, flags);
  const isLiteral = !/^[[.]|^\\[a-z]/i.test(atom);
  return [[...PRINTABLE].find((char) => one.test(char)) ?? (isLiteral ? atom.replace("\\", "") : ""), at + atom.length, isLiteral];
}

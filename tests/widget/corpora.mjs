/**
 * What published collections of hard cases must do on their way through the widget: each check takes rows and returns
 * sentences about those that do not.
 *
 * Every case goes in whole, one character at a time, and cut in two at each place; very long ones at random places
 * instead of all.
 */

import { isDeepStrictEqual } from "node:util";

import { createMarkdown } from "../../widget/src/view/markdown.js";
import { createFrameReader } from "../../widget/src/wire/frames.js";
import { createReplyParser } from "../../widget/src/wire/reply.js";
import { createChance, cutAtRandom, everyWay } from "./seeded.mjs";
import { asHtml, createRoot } from "./tiny_dom.mjs";

const LONG = 1200;

/** @param {string} text */
function* manyWays(text) {
  if (text.length <= LONG) return yield* everyWay(text);
  yield [text];
  yield text.split("");
  const chance = createChance(text.length);
  for (let round = 0; round < 20; round++) yield cutAtRandom(text, chance, 50);
}

/** Return the first sentence that a check has to say about a way of cutting, or nothing. */
function firstFault(text, check) {
  for (const pieces of manyWays(text)) {
    const fault = check(pieces);
    if (fault) return `${fault}, cut as ${pieces.length} pieces`;
  }
  return "";
}

const faultsOf = (rows, check) =>
  rows.map((row) => [row.id ?? row.name ?? row.about, check(row)]).flatMap(([id, fault]) => (fault ? `${id}: ${fault}` : []));

// Strings that must come through as they are

/** @param {{ id: string, text: string }[]} rows */
export const checkStrings = (rows) => faultsOf(rows, ({ text }) => strayed(text) || strayedOnTheWire(text));

function strayed(text) {
  const reply = { message: text, confidence: 0.5, followups: [text] };
  return firstFault(JSON.stringify(reply), (pieces) => {
    const parser = createReplyParser();
    const given = pieces.map((piece) => parser.feed(piece)).join("");
    if (given !== text) return `its text came out as ${JSON.stringify(given)}`;
    return isDeepStrictEqual(ended(parser).value, reply) ? "" : "its document is not the same";
  });
}

/** From the server's bytes to the message, the bytes cut in two at each place: also within a character. */
function strayedOnTheWire(text) {
  const document = JSON.stringify({ message: text, confidence: 0.5, followups: [] });
  const frame = `id: 1\nevent: delta\ndata: ${JSON.stringify({ json: document })}\n\n`;
  const bytes = new TextEncoder().encode(frame);
  const step = Math.ceil(bytes.length / LONG);
  for (let at = 0; at < bytes.length; at += step) {
    const parser = createReplyParser();
    const { feed } = createFrameReader(({ data }) => parser.feed(JSON.parse(data).json));
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for (const piece of [bytes.slice(0, at), bytes.slice(at)]) feed(decoder.decode(piece, { stream: true }));
    if (ended(parser).message !== text.toWellFormed()) return `changed on the wire, cut at byte ${at}`;
  }
  return "";
}

// JSON, as JSON.parse judges it

/** @param {{ base64?: string, text?: string }[]} rows */
export const checkDocuments = (rows) =>
  faultsOf(rows, ({ base64, text, label }) => {
    const document = base64 === undefined ? text : Buffer.from(base64, "base64").toString("utf8");
    const expected = judge(() => JSON.parse(document));
    if (label === "reject" && !("refused" in expected)) return "JSON.parse takes what the suite refuses";
    return firstFault(document, (pieces) => {
      const given = judge(() => {
        const parser = createReplyParser();
        for (const piece of pieces) parser.feed(piece);
        return ended(parser).value;
      });
      return isDeepStrictEqual(given, expected) ? "" : `not judged as JSON.parse judges it`;
    });
  });

/** Close the document and return its parser. */
function ended(parser) {
  parser.end();
  return parser;
}

function judge(parse) {
  try {
    return { value: parse() };
  } catch (error) {
    return { refused: error.name };
  }
}

// Event streams, as a browser hears them

/** @param {{ chunks: string[], expected_events: object[], expected: object }[]} rows */
export const checkEvents = (rows) =>
  faultsOf(rows, ({ chunks, expected_events: expected, expected: more = {} }) =>
    firstFault(chunks.join(""), (pieces) => {
      const heard = [];
      let retryMs = null;
      const { feed } = createFrameReader(
        (event) => heard.push(event),
        (milliseconds) => (retryMs = milliseconds),
      );
      for (const piece of pieces) feed(piece);
      if (heard.length !== expected.length) return `${heard.length} events, not ${expected.length}`;
      for (const [place, { data, event = "message", id }] of expected.entries()) {
        if (data !== undefined && heard[place].data !== data) return `event ${place + 1} says ${heard[place].data}`;
        if (heard[place].event !== event) return `event ${place + 1} is named ${heard[place].event}`;
        if (id !== undefined && heard[place].id !== id) return `event ${place + 1} has the id ${heard[place].id}`;
      }
      if (more.retry_ms !== undefined && retryMs !== more.retry_ms) return `retry is ${retryMs}`;
      return "";
    }),
  );

// Markdown, which looks the same however it came in

/** @param {{ text: string }[]} rows */
export const checkMarkdown = (rows) =>
  faultsOf(rows, ({ text }) => {
    const whole = write([text]);
    return firstFault(text, (pieces) => {
      const { html, end, shown } = write(pieces);
      if (html !== whole.html) return `drawn as ${html}, not as ${whole.html}`;
      return shown.every((early) => end.startsWith(early)) ? "" : "text that was shown was changed";
    });
  });

function write(pieces) {
  const root = createRoot();
  const writer = createMarkdown(root);
  const shown = pieces.map((piece) => {
    writer.push(piece);
    return root.textContent;
  });
  writer.end();
  return { html: asHtml(root), end: root.textContent, shown };
}

/**
 * Return those that show other words than the specification has them show. Marks that support answers do not need are
 * shown as they are, so this is for people to read and no fault.
 * @param {{ text: string, expected_html: string }[]} rows
 */
export const wordsOtherThanSpecified = (rows) =>
  faultsOf(rows, ({ text, expected_html: expected }) => {
    const [ours, theirs] = [wordsOf(write([text]).html), wordsOf(expected)];
    return ours === theirs ? "" : `${JSON.stringify(text)} shows ${JSON.stringify(ours)}, not ${JSON.stringify(theirs)}`;
  });

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };
const wordsOf = (html) =>
  html
    .replace(/<[^>]*>/g, " ")
    .replace(/&(?:lt|gt|quot|amp);/g, (entity) => ENTITIES[entity])
    .replace(/\s+/g, " ")
    .trim();

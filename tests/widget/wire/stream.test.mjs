/** One turn is followed over whatever the network does with its bytes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setServer } from "../../../widget/src/wire/api.js";
import { followTurn } from "../../../widget/src/wire/stream.js";
import { readFileSync } from "node:fs";

setServer({ api: "https://chat.example.com/", site: "pk_1" }, () => undefined);
const { stream } = JSON.parse(readFileSync(new URL("../../wire/golden/plain.json", import.meta.url), "utf8"));

/** A response whose bytes are there at once, and are handed over in these pieces, one for each reading. */
function responseIn(pieces) {
  const waiting = pieces.map((piece) => new TextEncoder().encode(piece));
  const body = new ReadableStream(
    {
      pull(controller) {
        const next = waiting.shift();
        if (next) controller.enqueue(next);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

/** Follow a turn whose answer begins to arrive after so long; return whether it was taken for one that was held back. */
function isSuspected(pieces, waitMs) {
  // The network is played, so that each reading gets the piece that it is to get.
  globalThis.fetch = () => new Promise((answer) => setTimeout(() => answer(responseIn(pieces)), waitMs));
  return new Promise((resolve, fail) => {
    let wasHeldBack = false;
    followTurn({ turn: "t" }, false, ({ type }) => {
      if (type === "buffered") wasHeldBack = true;
      if (type === "done") resolve(wasHeldBack);
      if (/^(reconnecting|refused|error)$/.test(type)) fail(new Error(type));
    });
  });
}

const inTwo = [stream.slice(0, 200), stream.slice(200)];
const inFive = [0, 1, 2, 3, 4].map((part) => stream.slice((part * stream.length) / 5, ((part + 1) * stream.length) / 5));

test("an answer that was waited for and then came whole was held back, in one piece or two", async () => {
  assert.equal(await isSuspected([stream], 1050), true);
  assert.equal(await isSuspected(inTwo, 1050), true);
});

test("an answer that flows was not held back, however late it began", async () => {
  assert.equal(await isSuspected(inFive, 1050), false);
});

test("an answer that came at once was not held back", async () => {
  assert.equal(await isSuspected(inTwo, 0), false);
});

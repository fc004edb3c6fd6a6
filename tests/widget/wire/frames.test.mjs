/** The frame reader hears what a browser's own EventSource would hear, however the stream is cut. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { createFrameReader } from "../../../widget/src/wire/frames.js";
import { createChance, cutAtRandom, everyWay } from "../seeded.mjs";

const PLATFORM = readFileSync(new URL("../cases/event_stream_wpt.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

function read(pieces) {
  const events = [];
  let retryMs = null;
  const { feed } = createFrameReader(
    (event) => events.push(event),
    (milliseconds) => (retryMs = milliseconds),
  );
  for (const piece of pieces) feed(piece);
  return { events, retryMs };
}

test("every stream of the platform's own tests gives its events, cut at every place", () => {
  assert.ok(PLATFORM.length >= 8);
  for (const { about, chunks, expected_events: expected, expected: more } of PLATFORM) {
    for (const pieces of everyWay(chunks.join(""))) {
      const { events, retryMs } = read(pieces);
      assert.deepEqual(
        events.map(({ data }) => data),
        expected.map(({ data }) => data),
        about,
      );
      expected.forEach(({ event = "message", id }, place) => {
        assert.equal(events[place].event, event, about);
        if (id !== undefined) assert.equal(events[place].id, id, about);
      });
      if (more.retry_ms !== undefined) assert.equal(retryMs, more.retry_ms, about);
    }
  }
});

/** What is sent, and what is heard as [id, event, data]. */
const CASES = {
  "the three line ends mean the same": [
    "data:a\r\rdata:b\n\ndata:c\r\n\r\n",
    [
      ["", "message", "a"],
      ["", "message", "b"],
      ["", "message", "c"],
    ],
  ],
  "a byte order mark is dropped at the start alone": ["\ufeffdata: a\n\n\ufeffdata: b\n\n", [["", "message", "a"]]],
  "an id stays until another comes": [
    "id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
    [
      ["7", "message", "a"],
      ["7", "message", "b"],
      ["", "message", "c"],
    ],
  ],
  "a name counts for one event": [
    "event: x\ndata: a\n\ndata: b\n\n",
    [
      ["", "x", "a"],
      ["", "message", "b"],
    ],
  ],
  "a name without data is forgotten": ["event: x\n\ndata: a\n\n", [["", "message", "a"]]],
  "lines of data are joined": ["data: a\ndata:\ndata:  b\n\n", [["", "message", "a\n\n b"]]],
  "an id with a zero byte is not taken": ["id: 1\n\nid: 2\0\ndata: a\n\n", [["1", "message", "a"]]],
  "a heartbeat is no event": [":\n\n: beat\n\ndata: a\n\n:", [["", "message", "a"]]],
  "what never gets its blank line is dropped": ["data: a\n\ndata: b\n", [["", "message", "a"]]],
  "a line end after a carriage return counts once": [
    "data: a\r\n\r\ndata: b\r\n\r\n\n",
    [
      ["", "message", "a"],
      ["", "message", "b"],
    ],
  ],
};

for (const [name, [stream, expected]] of Object.entries(CASES)) {
  test(name, () => {
    for (const pieces of everyWay(stream)) {
      assert.deepEqual(
        read(pieces).events.map(({ id, event, data }) => [id, event, data]),
        expected,
      );
    }
  });
}

test("a stream of nothing but line ends and colons is heard the same however it is cut", () => {
  const chance = createChance(3);
  const letters = ["\r", "\n", "\r\n", ":", "data", "id", " ", "event", "x", "\ufeff", "\0", ""];
  for (let round = 0; round < 5000; round++) {
    const stream = Array.from({ length: 30 }, () => letters[Math.floor(chance() * letters.length)]).join("");
    assert.deepEqual(read(cutAtRandom(stream, chance, 3)), read([stream]));
  }
});

test("a listener may read another stream meanwhile", () => {
  const inner = [];
  const { feed } = createFrameReader(() =>
    createFrameReader((event) => inner.push(event.data)).feed("data: x\n\ndata: y\n\n"),
  );
  feed("data: a\n\ndata: b\n\n");
  assert.deepEqual(inner, ["x", "y", "x", "y"]);
});

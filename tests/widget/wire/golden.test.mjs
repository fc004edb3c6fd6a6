/** The golden streams, which the server's tests read too, say here what they say there. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { hear, newTurn } from "../../../widget/src/conversation.js";
import { createFrameReader } from "../../../widget/src/wire/frames.js";
import { createMessageReader } from "../../../widget/src/wire/message.js";
import { createChance, cutAtRandom } from "../seeded.mjs";

const FOLDER = new URL("../../wire/golden/", import.meta.url);
const GOLDEN = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json"))
  .map((file) => ({ name: file.slice(0, -5), ...JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) }));

function eventsOf(pieces) {
  const events = [];
  const { feed } = createFrameReader(({ id, event, data }) => events.push({ id, event, data: JSON.parse(data) }));
  for (const piece of pieces) feed(piece);
  return events;
}

/** Walk a stream as the widget does and return the turn. */
function turnOf(events) {
  let turn = newTurn("t", "?");
  let reader = createMessageReader();
  let hasText = false;
  for (const { event, data } of events) {
    if (event === "delta") {
      turn = hear(turn, { type: "text", text: reader.feed(data.json) });
      hasText = true;
      continue;
    }
    if (event === "replace" || data.kind === "restarted") {
      reader = createMessageReader();
      hasText = false;
    }
    const known = event === "done" && hasText ? reader.end() : {};
    turn = hear(turn, { ...known, ...data, type: event });
  }
  return turn;
}

assert.ok(GOLDEN.length >= 10);

for (const { name, about, events, stream, reply, end } of GOLDEN) {
  test(`${name}: ${about}`, () => {
    assert.deepEqual(eventsOf([stream]), events);
    assert.deepEqual(eventsOf(cutAtRandom(stream, createChance(5), 9)), events);
    const turn = turnOf(events);
    assert.equal(events.at(-1).event, end);
    if (reply) {
      assert.equal(turn.text, reply.message);
      assert.deepEqual(turn.followups, reply.followups);
    } else assert.ok(turn.text.length > 0);
    assert.equal(turn.status, end === "error" ? "failed" : name === "stopped" ? "stopped" : "done");
  });
}

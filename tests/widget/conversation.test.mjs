/** What a turn becomes, as tables: no page, no network, no clock. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { hear, newTurn, personIn, turnFrom, turnInFlight } from "../../widget/src/conversation.js";

const ASKED = newTurn("t", "Where is my order?");
const start = { type: "start" };
const text = (words) => ({ type: "text", text: words });
const done = (more = {}) => ({
  type: "done",
  stop_reason: "end_turn",
  confidence: 0.9,
  followups: [],
  ...more,
});
const notice = (kind) => ({ type: "notice", kind, text: "" });
const replace = {
  type: "replace",
  reply: { message: "New.", confidence: 0.8, followups: ["Why?"] },
  reason: "r",
};
const error = { type: "error", code: "timeout", message: "Too long.", retryable: true };

const turnAfter = (...events) => events.reduce(hear, ASKED);

const STATES = [
  ["a question that was sent waits", [], { status: "waiting", text: "" }],
  ["the first words begin the answer", [start, text("Yes")], { status: "streaming", text: "Yes" }],
  ["words are joined", [text("Yes"), text(", we do.")], { text: "Yes, we do." }],
  [
    "an answer ends with its suggestions",
    [text("Yes"), done({ followups: ["How?"] })],
    { status: "done", followups: ["How?"] },
  ],
  [
    "a question that a person is to answer has no answer and no doubt",
    [start, done({ stop_reason: "for_person", confidence: 1, followups: [] })],
    { status: "for_person", text: "", notice: undefined },
  ],
  [
    "an answer that the visitor stopped is stopped",
    [text("Ye"), done({ stop_reason: "stopped" })],
    { status: "stopped", text: "Ye" },
  ],
  ["an answer that failed keeps its words", [text("Ye"), error], { status: "failed", text: "Ye" }],
  ["nothing is heard after the end", [text("Yes"), done(), text(" no"), error], { status: "done", text: "Yes" }],
  ["an answer taken back is shown anew and says so", [text("Old"), replace], { text: "New.", edition: 1 }],
  [
    "suggestions of the answer taken back are gone",
    [text("Old"), replace, done({ followups: undefined })],
    { followups: ["Why?"] },
  ],
  ["a restarted answer begins from nothing", [text("Ol"), notice("restarted")], { text: "", edition: 1 }],
  [
    "a broken connection is said while it lasts",
    [text("Y"), { type: "reconnecting" }],
    { isReconnecting: true },
  ],
  [
    "words tell that the connection is back",
    [{ type: "reconnecting" }, text("Y")],
    { isReconnecting: false },
  ],
  ["a thumb counts after the end", [text("Y"), done(), { type: "rated", rating: "up" }], { rating: "up" }],
  [
    "a word of a newer server changes nothing",
    [text("Y"), { type: "sparkle" }],
    { status: "streaming", text: "Y" },
  ],
];

for (const [name, events, expected] of STATES) {
  test(name, () => {
    const turn = turnAfter(...events);
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(turn[key], value, key);
  });
}

const NOTICES = [
  ["doubt is said in words", [text("Y"), done({ confidence: 0.3 })], "doubt"],
  ["a confident answer says nothing", [text("Y"), done()], undefined],
  [
    "a cut answer says that it was cut before it says that it is not sure",
    [notice("truncated"), done({ confidence: 0.1 })],
    "truncated",
  ],
  ["a disclaimer says more than doubt", [notice("disclaimer"), done({ confidence: 0.1 })], "disclaimer"],
  [
    "taking back is the most serious",
    [text("a"), replace, notice("disclaimer"), done({ confidence: 0.1 })],
    "replaced",
  ],
  [
    "a stored reply that comes in one piece takes nothing back",
    [text("a"), { ...replace, kind: "stored" }, done()],
    undefined,
  ],
  ["a reply taken back says so, whatever language its reason is in", [text("a"), { ...replace, kind: "withdrawn" }, done()], "replaced"],
];

for (const [name, events, kind] of NOTICES) {
  test(name, () => assert.equal(turnAfter(...events).notice?.kind, kind));
}

test("one question at a time is in flight, also while it waits for its turn", () => {
  const flying = (...events) => turnInFlight({ turns: [turnAfter(...events)] });
  assert.equal(flying({ type: "held", seconds: 9 })?.seconds, 9);
  assert.equal(flying({ type: "held", seconds: 0 })?.status, "waiting");
  assert.equal(flying(done()), undefined);
});

test("a state is never changed, only followed by another", () => {
  const before = turnAfter(text("Y"));
  const kept = JSON.stringify(before);
  for (const event of [text("es"), replace, error, done(), notice("restarted")]) hear(before, event);
  assert.equal(JSON.stringify(before), kept);
});

const STORED = [
  [
    "an answer of an earlier visit stands as it stood",
    { status: "done", reply: { message: "Yes.", confidence: 0.9, followups: ["How?"] } },
    { status: "done", text: "Yes.", followups: ["How?"], notice: undefined },
  ],
  [
    "its doubt is still said",
    { status: "done", reply: { message: "Maybe.", confidence: 0.2, followups: [] } },
    { notice: { kind: "doubt", text: "" } },
  ],
  [
    "its notices are still there",
    { status: "done", reply: { message: "1.", confidence: 0, followups: [] }, notices: ["truncated"] },
    { notice: { kind: "truncated", text: "" } },
  ],
  [
    "an answer that was stopped is still stopped",
    { status: "stopped", reply: { message: "Ye", confidence: 0, followups: [] } },
    { status: "stopped", text: "Ye", notice: undefined },
  ],
  ["an answer that failed can be tried again", { status: "failed", reply: null }, { status: "failed", text: "" }],
  [
    "what a person made of it is there, with a name or without",
    { status: "done", reply: { message: "a", confidence: 1, followups: [] }, correction: "Better." },
    { correction: { text: "Better." } },
  ],
  [
    "a doubt that staff taught is still read after a reload",
    { status: "done", reply: { message: "a", confidence: 0.9, followups: [] }, confidence: 0.3 },
    { confidence: 0.3, notice: { kind: "doubt", text: "" } },
  ],
  [
    "what staff found to be right is not doubted after a reload",
    { status: "done", reply: { message: "a", confidence: 0.3, followups: [] }, confidence: 0.8 },
    { confidence: 0.8, notice: undefined },
  ],
  [
    "an answer that found nothing has nothing to rate or to doubt",
    { status: "done", reply: { message: "a", confidence: 0.1, followups: [] }, found: false },
    { isNotFound: true, notice: undefined },
  ],
  ["an answer that is still being written is waited for", { status: "streaming", reply: null }, { status: "waiting", isBegun: true }],
];
for (const [name, stored, expected] of STORED) {
  test(name, () => {
    const turn = turnFrom({ turn: "t", question: "?", sources: [], ...stored });
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(turn[key], value, key);
  });
}

test("who is in the conversation is who joined last and has not left", () => {
  const said = (...kinds) => kinds.map((kind, place) => ({ kind, name: `person ${place}` }));
  assert.equal(personIn({ turns: [], said: [] }), "");
  assert.equal(personIn({ turns: [], said: said("joined", "message", "correction") }), "person 0");
  assert.equal(personIn({ turns: [], said: said("joined", "left", "message") }), "");
  assert.equal(personIn({ turns: [], said: said("joined", "left", "joined") }), "person 2");
});

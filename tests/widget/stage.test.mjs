/** When things are drawn: at once after what happened, for a short while, and until nothing is left. */

import assert from "node:assert/strict";
import { test } from "node:test";

import * as stage from "../../widget/src/stage.js";

const SITE = { starters: [], theme: {}, name: "" };
const WORDS = /** @type {any} */ ({ help: "Help" });
const soon = () => new Promise((resolve) => setTimeout(resolve));

/** Let a view that notes what it is told to do take over; `left` says how often some text is still left. */
function note(left = 0) {
  const done = [];
  let isSetUp = false;
  stage.setView({
    write: () => (done.push("write"), isSetUp && left-- > 0),
    draw: (place) => done.push(place ? `draw ${place}` : "draw"),
    follow: () => done.push("follow"),
  });
  done.length = 0;
  isSetUp = true;
  return done;
}

test("before a view is there nothing is drawn and nothing fails", async () => {
  stage.setSite(WORDS, SITE);
  stage.show({ turns: [] });
  await soon();
});

test("what happens at once is drawn in one go, right after it", async () => {
  const done = note();
  stage.show({ turns: [] });
  stage.show({ turns: [] }, true);
  assert.deepEqual(done, []);
  await soon();
  assert.deepEqual(done, ["write", "draw", "follow"]);
});

test("text alone is written without drawing all else anew", async () => {
  const done = note();
  stage.show({ turns: [] }, true);
  await soon();
  assert.deepEqual(done, ["write", "follow"]);
});

test("what could not be written in time goes on in the next task", async () => {
  const done = note(2);
  stage.show({ turns: [] }, true);
  for (let task = 0; task < 6; task++) await soon();
  assert.deepEqual(done, ["write", "follow", "write", "follow", "write", "follow"]);
});

test("an answer waits only for a visitor who has not seen it", () => {
  note();
  stage.setOpen(true);
  stage.noteAnswer();
  assert.equal(Boolean(stage.isWaiting), false);
  stage.setOpen(false);
  stage.noteAnswer();
  assert.equal(stage.isWaiting, true);
  stage.setOpen(true, "panel");
  assert.equal(stage.isWaiting, false);
});

test("opening takes the offer of help away and says where the focus goes", () => {
  const done = note();
  stage.setNudge("Shall I help?");
  stage.setOpen(true, "panel");
  assert.equal(stage.nudge, "");
  assert.equal(done.at(-2), "draw panel");
});

test("a site without a name is called by our word for help", () => {
  stage.setSite(WORDS, SITE);
  assert.equal(stage.siteName(), "Help");
  stage.setSite(WORDS, { ...SITE, name: "Larkmoor" });
  assert.equal(stage.siteName(), "Larkmoor");
});

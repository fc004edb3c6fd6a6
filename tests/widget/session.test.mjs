/** What a browser remembers of a visitor, and whom it may believe. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  keepInTab,
  leaveConversation,
  memory,
  openSession,
  remember,
  reread,
  tab,
  written,
} from "../../widget/src/session.js";

/** Put a storage where the browser has it. */
const putUp = (storage) => Object.defineProperty(globalThis, "localStorage", { configurable: true, ...storage });
const storageOf = (kept) => ({
  value: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) },
});

test("what a page remembers another page of the same site finds, and nothing of another site", () => {
  putUp(storageOf(new Map()));
  openSession("pk_1");
  remember({ visitor: "v", conversation: "c", turn: "t" });
  openSession("pk_2");
  assert.deepEqual(memory, {});
  openSession("pk_1");
  assert.deepEqual(memory, { visitor: "v", conversation: "c", turn: "t" });
  leaveConversation();
  openSession("pk_1");
  assert.deepEqual(memory, { visitor: "v" });
});

test("what another tab has written counts once it is taken over, and not before", () => {
  const kept = new Map();
  putUp(storageOf(kept));
  openSession("pk_1");
  remember({ visitor: "v", conversation: "c" });
  kept.set("deskbell:pk_1", '{"visitor":"w","conversation":"d"}');
  assert.deepEqual([memory.visitor, memory.conversation], ["v", "c"]);
  assert.deepEqual(written(), { visitor: "w", conversation: "d" });
  reread();
  assert.deepEqual(memory, { visitor: "w", conversation: "d" });
});

test("a memory that somebody else wrote breaks nothing", () => {
  for (const text of ["", "no json", "[]", "7", "null", '{"__proto__":{"visitor":"x"}}']) {
    putUp(storageOf(new Map([["deskbell:pk_1", text]])));
    openSession("pk_0");
    openSession("pk_1");
    remember({ conversation: "c" });
    assert.deepEqual([memory.visitor, memory.conversation], [undefined, "c"], text);
  }
});

test("a browser that blocks storage remembers at least until the page is left", () => {
  putUp({
    get() {
      throw new Error("SecurityError");
    },
  });
  openSession("pk_1");
  remember({ visitor: "v", conversation: "c" });
  assert.deepEqual([memory.visitor, memory.conversation], ["v", "c"]);
  keepInTab({ draft: "half a question" });
  assert.equal(tab.draft, "half a question");
});

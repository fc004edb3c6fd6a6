/** The tag says what the widget does; nonsense is left out. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { readConfig, userOf } from "../../widget/src/config.js";
import {
  draft,
  keepDraft,
  leaveConversation,
  memory,
  openSession,
  remember,
  reread,
} from "../../widget/src/session.js";

const SOURCE = "https://chat.example.com/widget/abc/widget.js";
const PAGE = "https://shop.example/tents?x=1";
const read = (attributes, language = "") => readConfig({ site: "pk_1", ...attributes }, SOURCE, PAGE, language);

test("the one-line tag is enough: the answers come from where the script came from", () => {
  assert.equal(read({}).api, "https://chat.example.com/");
  assert.equal(read({}).site, "pk_1");
});

test("a tag without a site's key says what is missing", () => {
  assert.throws(() => readConfig({}, SOURCE, PAGE, ""), /data-site/);
});

const ATTRIBUTES = [
  [{ api: "https://api.example.com" }, "api", "https://api.example.com/"],
  [{ api: "https://api.example.com//" }, "api", "https://api.example.com/"],
  [{ api: "/chat/" }, "api", "https://shop.example/chat/"],
  [{ theme: "dark" }, "theme", "dark"],
  [{ locale: "de-ch" }, "locale", "de-CH"],
  [{ locale: "no such thing" }, "locale", undefined],
  [{}, "locale", undefined],
];
for (const [attributes, name, value] of ATTRIBUTES) {
  test(`a tag with ${JSON.stringify(attributes)} means ${name} ${JSON.stringify(value)}`, () => {
    assert.equal(read(attributes)[name], value);
  });
}

test("the tag's locale goes before the page's language", () => {
  assert.equal(read({ locale: "de" }, "fr").locale, "de");
  assert.equal(read({}, "fr-CA").locale, "fr-CA");
  assert.equal(read({}, "en_US").locale, undefined);
});

const claims = (content) => `h.${Buffer.from(JSON.stringify(content)).toString("base64url")}.s`;
const TOKENS = [
  [claims({ sub: "u-17", aud: "pk_1" }), "u-17"],
  [claims({ sub: "???>>>" }), "???>>>"],
  ["", undefined],
  ["jwt-1", undefined],
];
for (const [token, user] of TOKENS) {
  test(`the token ${JSON.stringify(token)} names ${JSON.stringify(user)}`, () => assert.equal(userOf(token), user));
}

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

test("what another tab has written is taken over, and nothing is said where it is the same", () => {
  const kept = new Map();
  putUp(storageOf(kept));
  openSession("pk_1");
  remember({ visitor: "v", conversation: "c" });
  assert.equal(reread(), false);
  kept.set("deskbell:pk_1", '{"visitor":"v"}');
  assert.equal(reread(), true);
  assert.deepEqual(memory, { visitor: "v" });
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
  assert.equal(draft(), "");
  keepDraft("half a question");
});

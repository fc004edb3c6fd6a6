/** The tag says what the widget does; nonsense is left out. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { readConfig, userOf } from "../../widget/src/config.js";
import { createSession } from "../../widget/src/session.js";

const SOURCE = "https://chat.example.com/widget/abc/widget.js";
const PAGE = "https://shop.example/tents?x=1";
const read = (attributes) => readConfig({ site: "pk_1", ...attributes }, SOURCE, PAGE);

test("the one-line tag is enough: the answers come from where the script came from", () => {
  assert.equal(read({}).api, "https://chat.example.com");
  assert.equal(read({}).site, "pk_1");
});

test("a tag without a site's key says what is missing", () => {
  assert.throws(() => readConfig({}, SOURCE, PAGE), /data-site/);
});

const ATTRIBUTES = [
  [{ api: "https://api.example.com/" }, "api", "https://api.example.com"],
  [{ api: "/chat/" }, "api", "https://shop.example/chat"],
  [{ theme: "dark" }, "theme", "dark"],
  [{ theme: "pink" }, "theme", ""],
  [{ position: "left" }, "position", "left"],
  [{ position: "up" }, "position", ""],
  [{ locale: "de-ch" }, "locale", "de-CH"],
  [{ locale: "no such thing" }, "locale", ""],
  [{ open: "" }, "isOpen", true],
  [{ open: "false" }, "isOpen", false],
  [{}, "isOpen", false],
];
for (const [attributes, name, value] of ATTRIBUTES) {
  test(`a tag with ${JSON.stringify(attributes)} means ${name} ${JSON.stringify(value)}`, () => {
    assert.equal(read(attributes)[name], value);
  });
}

const claims = (content) => `h.${Buffer.from(JSON.stringify(content)).toString("base64url")}.s`;
const TOKENS = [
  [claims({ sub: "u-17", aud: "pk_1" }), "u-17"],
  [claims({ sub: "???>>>" }), "???>>>"],
  ["", null],
  ["jwt-1", null],
];
for (const [token, user] of TOKENS) {
  test(`the token ${JSON.stringify(token)} names ${JSON.stringify(user)}`, () => assert.equal(userOf(token), user));
}

test("a browser that blocks storage remembers at least until the page is left", () => {
  const session = createSession("pk_1", () => {
    throw new Error("SecurityError");
  });
  session.remember({ visitor: "v", conversation: "c" });
  assert.deepEqual([session.visitor, session.conversation, session.turn], ["v", "c", null]);
});

test("what a page remembers another page of the same site finds, and nothing of another site", () => {
  const kept = new Map();
  const storage = () => ({ getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) });
  createSession("pk_1", storage).remember({ visitor: "v", conversation: "c", turn: "t" });
  assert.equal(createSession("pk_1", storage).turn, "t");
  assert.equal(createSession("pk_2", storage).visitor, null);
  createSession("pk_1", storage).leaveConversation();
  assert.deepEqual([createSession("pk_1", storage).visitor, createSession("pk_1", storage).conversation], ["v", null]);
});

test("a memory that somebody else wrote is not believed", () => {
  for (const text of ["", "no json", "[]", '{"visitor":{"x":1},"conversation":7}', "null"]) {
    const session = createSession("pk_1", () => ({ getItem: () => text, setItem() {} }));
    assert.deepEqual([session.visitor, session.conversation], [null, null]);
  }
});

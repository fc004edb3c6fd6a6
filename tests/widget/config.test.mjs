/** The tag says what the widget does; nonsense is left out. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { findMistake, readConfig, userOf } from "../../widget/src/config.js";

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

const MISTAKES = [
  [{ site: "pk_1", theme: "dark", open: "", accent: "#123", userToken: "", locale: "de-CH", target: "#a", api: "/" }, undefined],
  [{ colour: "red" }, /data-colour="red"/],
  [{ theme: "purple" }, /data-theme="purple"/],
  [{ position: "top" }, /data-position="top"/],
  [{ open: "yes" }, /data-open="yes"/],
  [{ locale: "en_US" }, /data-locale="en_US"/],
  [{ nscript: "afterInteractive", turboTrack: "reload", cfasync: "false", astroRerun: "" }, undefined],
];
for (const [attributes, expected] of MISTAKES) {
  test(`a tag with ${JSON.stringify(attributes)} ${expected ? "is told of its mistake" : "has no mistake"}`, () => {
    if (expected) assert.match(findMistake(attributes), expected);
    else assert.equal(findMistake(attributes), undefined);
  });
}

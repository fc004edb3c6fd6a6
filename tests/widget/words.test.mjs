/** Every language says everything. */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";

import { LANGUAGES, speechFor } from "../../widget/src/words/index.js";

/** @param {object} words @returns {string[]} each place and the kind of what stands there */
function places(words, path = "") {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "object" ? places(value, `${path}${key}.`) : [`${path}${key}: ${typeof value}`],
  );
}

test("every language has every sentence", () => {
  for (const [language, words] of Object.entries(LANGUAGES)) {
    assert.deepEqual(places(words).sort(), places(LANGUAGES.en).sort(), language);
  }
});

test("every file of words can be chosen", () => {
  const files = readdirSync(new URL("../../widget/src/words/", import.meta.url)).filter((file) => file !== "index.js");
  assert.deepEqual(files.map((file) => file.slice(0, -3)).sort(), Object.keys(LANGUAGES).sort());
});

test("no sentence is empty, shouts or apologises by formula", () => {
  const say = (words) =>
    Object.values(words).flatMap((each) =>
      typeof each === "object" ? say(each) : typeof each === "function" ? [each(1), each(2)] : [each],
    );
  for (const words of Object.values(LANGUAGES)) {
    for (const sentence of say(words)) {
      assert.ok(sentence.trim().length > 1);
      assert.doesNotMatch(sentence, /!|oops|please note/i);
    }
  }
});

test("one second is a second, two are seconds", () => {
  assert.match(LANGUAGES.en.wait(1), /1 second\./);
  assert.match(LANGUAGES.en.wait(20), /20 seconds\./);
});

const LOCALES = [
  [["de-CH"], "de", "ltr"],
  [["", "de"], "de", "ltr"],
  [["en-AU", "de"], "en", "ltr"],
  [["ar"], "en", "rtl"],
  [["he-IL"], "en", "rtl"],
  [["xx"], "en", "ltr"],
  [[""], "en", "ltr"],
];
for (const [wanted, language, direction] of LOCALES) {
  test(`a page in ${JSON.stringify(wanted)} is spoken to in ${language}, ${direction}`, () => {
    const speech = speechFor(...wanted);
    assert.equal(speech.words, LANGUAGES[language]);
    assert.equal(speech.direction, direction);
  });
}

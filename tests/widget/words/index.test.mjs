/** Every language says everything. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { wordsFor } from "../../../widget/src/words/index.js";

const SOURCE = new URL("../../../widget/src/words/", import.meta.url);
const BUILT = JSON.parse(readFileSync(new URL("../../../widget/dist/words.json", import.meta.url), "utf8"));
const LANGUAGES = {};
for (const file of readdirSync(SOURCE)) {
  if (file !== "index.js") LANGUAGES[file.slice(0, -3)] = (await import(new URL(file, SOURCE))).default;
}
/** What a language calls one, two, some, many is its own; that it says something for each is not. */
const PLURALS = ["pleaseWait", "charactersLeft", "charactersTooMany", "suggested", "code"];

/** @param {object} words @returns {string[]} every place where something is said */
function places(words, path = "") {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "object" && !PLURALS.includes(key) ? places(value, `${path}${key}.`) : [`${path}${key}`],
  );
}

/** @param {object} words @returns {string[]} */
const sentences = (words) =>
  Object.values(words).flatMap((each) => (typeof each === "object" ? sentences(each) : [each]));

test("every language has every sentence", () => {
  for (const [language, words] of Object.entries(LANGUAGES)) {
    assert.equal(words.language, language);
    const { direction, ...said } = words;
    assert.deepEqual(places(said), places(LANGUAGES.en), language);
    assert.equal(direction, ["ar", "he"].includes(language) ? "rtl" : undefined);
  }
});

test("the server has every language, to the letter", () => {
  assert.deepEqual(BUILT, LANGUAGES);
});

test("every language has a sentence for each of its plural forms, and the number stands in it", () => {
  for (const [language, words] of Object.entries(LANGUAGES)) {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const place of PLURALS) {
      assert.deepEqual(Object.keys(words[place]).sort(), [...forms].sort(), `${language}: ${place}`);
      for (const [form, sentence] of Object.entries(words[place])) {
        // A language may have a word of its own for nothing, one and two.
        if (!["zero", "one", "two"].includes(form)) assert.ok(sentence.includes("{n}"), `${language}: ${sentence}`);
      }
    }
  }
});

test("no sentence is empty, shouts or apologises by formula", () => {
  for (const [language, words] of Object.entries(LANGUAGES)) {
    for (const sentence of sentences(words)) {
      assert.ok(sentence.trim().length > 1, language);
      assert.doesNotMatch(sentence, /[!\uff01]|oops|please note/i);
      assert.equal(sentence, sentence.trim());
    }
  }
});

test("no language but English says an English sentence", () => {
  for (const [language, words] of Object.entries(LANGUAGES)) {
    if (language === "en") continue;
    const english = new Set(sentences(LANGUAGES.en).filter((sentence) => sentence.includes(" ")));
    assert.deepEqual(sentences(words).filter((sentence) => english.has(sentence)), [], language);
  }
});

test("one second is a second, two are seconds", () => {
  const words = wordsFor("en-AU", LANGUAGES.en);
  assert.match(words.count(words.pleaseWait, 1), /1 second\./);
  assert.match(words.count(words.pleaseWait, 20), /20 seconds\./);
  assert.equal(words.count(words.suggested, 3), "3 suggested questions.");
});

test("until the words are there each sentence is said by its name, and none is missing", () => {
  const words = wordsFor("de");
  assert.equal(words.askUs, "Ask us");
  assert.equal(words.copyAnswer, "Copy answer");
  assert.equal(words.count(words.pleaseWait, 5), "Please wait 5");
  assert.equal(words.notices.doubt, undefined);
});

const LOCALES = [
  ["de-CH", "de", "de-CH", "ltr"],
  ["en-AU", undefined, "en-AU", "ltr"],
  ["ar-EG", "ar", "ar-EG", "rtl"],
  ["ar", undefined, "en", "ltr"], // its words did not come: English, and as English runs
  ["he-IL", "he", "he-IL", "rtl"],
  [undefined, "fr", "fr", "ltr"],
  ["xx", undefined, "en", "ltr"],
  ["", undefined, "en", "ltr"],
];
for (const [locale, language, spoken, direction] of LOCALES) {
  test(`a page in "${locale}" is spoken to in ${spoken}, ${direction}`, () => {
    const words = wordsFor(locale, language && LANGUAGES[language]);
    assert.equal(words.locale, spoken);
    assert.equal(words.send, LANGUAGES[language ?? "en"].send);
    assert.equal(words.direction, direction);
  });
}

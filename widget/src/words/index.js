/** Finds the words for a locale. A language without words of its own is answered in English, in its own direction. */

import { de } from "./de.js";
import { en } from "./en.js";

/**
 * @typedef {object} Words
 * @property {string} launcher
 * @property {string} waitingAnswer
 * @property {string} name
 * @property {string} disclosure
 * @property {string} greeting
 * @property {string} intro
 * @property {string} suggestions
 * @property {string} more
 * @property {string} close
 * @property {string} conversation
 * @property {string} answer
 * @property {string} field
 * @property {string} send
 * @property {string} stop
 * @property {string} canBeWrong
 * @property {string} looking
 * @property {string} below
 * @property {string} sources
 * @property {string} helpful
 * @property {string} notHelpful
 * @property {string} copyAnswer
 * @property {string} copyCode
 * @property {string} copied
 * @property {string} again
 * @property {string} askAgain
 * @property {string} goOn
 * @property {string} goOnQuestion
 * @property {string} stopped
 * @property {string} reconnecting
 * @property {(seconds: number) => string} wait
 * @property {Record<string, string>} notices by the kind of the notice
 * @property {Record<string, string>} problems by the code of the problem
 * @property {string} startNew
 * @property {string} erase
 * @property {string} eraseAsk
 * @property {string} eraseYes
 * @property {string} eraseNo
 * @property {string} erased
 * @property {string} notErased
 * @property {string} replying
 * @property {(suggestions: number) => string} complete
 * @property {(lines: number) => string} code
 */
/** @typedef {{ words: Words, locale: string, direction: "ltr" | "rtl" }} Speech */

/** @type {Readonly<Record<string, Words>>} */
export const LANGUAGES = { en, de };
const RIGHT_TO_LEFT = /^(?:ar|arc|ckb|dv|fa|he|ks|ku-arab|ps|sd|ug|ur|yi)\b/i;

/** Return the words for the first locale that is given. @param {string[]} wanted @returns {Speech} */
export function speechFor(...wanted) {
  const locale = wanted.find(Boolean) ?? "en";
  const language = locale.split("-", 1)[0]?.toLowerCase() ?? "";
  const words = LANGUAGES[language];
  return {
    words: words ?? en,
    locale: words ? locale : "en",
    direction: RIGHT_TO_LEFT.test(locale) ? "rtl" : "ltr",
  };
}

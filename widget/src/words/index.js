/**
 * Makes speech of words. The file that a page loads carries English; the server adds the words of other languages to
 * a site's settings, from the files beside this one. A language that has none is spoken to in English, in its own
 * direction.
 */

import en from "./en.js";

/** A sentence for each plural form that the language has; `{n}` is the number. @typedef {Record<string, string>} Plural */

/**
 * What a language's file holds: sentences only, so that it can travel as JSON.
 * @typedef {object} Sentences
 * @property {string} language
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
 * @property {Plural} wait seconds until a held question goes out
 * @property {Record<string, string>} notices by the kind of the notice
 * @property {Record<string, string>} problems by the code of the problem
 * @property {string} startNew
 * @property {string} erase
 * @property {string} eraseAsk
 * @property {string} eraseYes
 * @property {string} eraseNo
 * @property {string} erased
 * @property {string} notErased
 * @property {string} person
 * @property {string} personIntro
 * @property {string} email
 * @property {string} emailWrong
 * @property {string} note
 * @property {string} personSend
 * @property {string} back
 * @property {string} personPrivacy
 * @property {string} personSent
 * @property {string} personFailed
 * @property {string} edit
 * @property {string} comment
 * @property {string} thanks
 * @property {string} save
 * @property {Plural} left characters until the question is too long
 * @property {Plural} tooMany
 * @property {string} dismiss
 * @property {string} replying
 * @property {string} complete
 * @property {Plural} suggested
 * @property {Plural} code a block of so many lines
 */
/**
 * @typedef {Omit<Sentences, "wait" | "left" | "tooMany" | "complete" | "code"> & {
 *   wait(seconds: number): string, left(characters: number): string, tooMany(characters: number): string,
 *   complete(suggestions: number): string, code(lines: number): string
 * }} Words
 */
/** @typedef {{ words: Words, locale: string, direction: "ltr" | "rtl" }} Speech */

const RIGHT_TO_LEFT = /^(?:ar|arc|ckb|dv|fa|he|ks|ku-arab|ps|sd|ug|ur|yi)\b/i;

/**
 * Return how to speak to a page in this locale.
 * @param {string} locale @param {Sentences} [sentences] as the server sent them @returns {Speech}
 */
export function speechFor(locale, sentences = en) {
  const { language, wait, left, tooMany, complete, suggested, code } = sentences;
  const spoken = locale.split("-", 1)[0]?.toLowerCase() === language ? locale : language;
  const forms = new Intl.PluralRules(spoken);
  const numbers = new Intl.NumberFormat(spoken);
  /** @param {Plural} plural @param {number} count */
  const count = (plural, count) =>
    (plural[forms.select(count)] ?? /** @type {string} */ (plural["other"])).replace("{n}", numbers.format(count));
  const words = {
    ...sentences,
    wait: (/** @type {number} */ seconds) => count(wait, seconds),
    left: (/** @type {number} */ characters) => count(left, characters),
    tooMany: (/** @type {number} */ characters) => count(tooMany, characters),
    complete: (/** @type {number} */ suggestions) =>
      suggestions ? `${complete} ${count(suggested, suggestions)}` : complete,
    code: (/** @type {number} */ lines) => count(code, lines),
  };
  return { words, locale: spoken, direction: RIGHT_TO_LEFT.test(locale) ? "rtl" : "ltr" };
}

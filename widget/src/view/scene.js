/**
 * What all drawings share: the words, the site, the conversation, and what a visitor can do.
 *
 * There is one widget on a page, so there is one of each: the view's files hold what they draw themselves, and hand
 * nothing around.
 */

import { EMPTY } from "../conversation.js";

/** @typedef {import("../words/index.js").Words} Words */
/** @typedef {import("../words/index.js").Speech} Speech */
/** @typedef {{ accent?: string, mode?: string, position?: string, avatar?: string }} Theme */
/** @typedef {{ name?: string, disclosure?: string, greeting?: string, starters: string[], theme: Theme, link_hosts?: string[] | undefined }} Site */
/**
 * @typedef {object} Hooks
 * @property {() => void} open
 * @property {() => void} close
 * @property {() => void} warm the panel is about to be opened
 * @property {(text: string) => void} ask
 * @property {() => void} stop
 * @property {(turn: string) => void} retry
 * @property {(turn: string, rating: "up" | "down", comment?: string) => void} rate
 * @property {(email: string, note: string) => Promise<boolean>} handOver
 * @property {() => void} goOn
 * @property {() => void} edit
 * @property {() => void} startNew
 * @property {() => void} erase
 * @property {() => string} draft
 * @property {(text: string) => void} keepDraft
 */

/** @type {Hooks} What a visitor can do; who starts the widget fills it. */
export const can = /** @type {any} */ ({});
/** @type {Speech} */
export let speech;
/** @type {Words} */
export let words;
/** @type {Site} */
export let site;
export let shown = EMPTY;

/** Speak and look as the site wants it. @param {Speech} itsSpeech @param {Site} its */
export function furnish(itsSpeech, its) {
  speech = itsSpeech;
  words = speech.words;
  site = its;
}

/** @param {import("../conversation.js").Conversation} conversation */
export function setShown(conversation) {
  shown = conversation;
}

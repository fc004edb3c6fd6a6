/**
 * What all drawings share: the words and the site. There is one widget on a page, so there is one of each: the view's
 * files hold what they draw themselves, and hand nothing around.
 */

/** @typedef {import("../words/index.js").Words} Words */
/** @typedef {{ accent?: string, mode?: string, position?: string, avatar?: string }} Theme */
/** @typedef {{ name?: string, disclosure?: string, greeting?: string, starters: string[], theme: Theme, link_hosts?: string[] | undefined,
 *   nudge?: string, page_context?: boolean }} Site */
/** @type {Words} */
export let words;
/** @type {Site} */
export let site;

/** Speak and look as the site wants it. @param {Words} itsWords @param {Site} its */
export function furnish(itsWords, its) {
  words = itsWords;
  site = its;
}

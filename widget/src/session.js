/**
 * What this browser remembers of a site's visitor: a token, who was signed in, a conversation, a turn in flight, whether they were nudged.
 * No words are kept, but for what was typed and not sent: for its own tab alone, until that tab is closed.
 *
 * A browser may refuse storage, by throwing at the first touch; then the page remembers until it is left. What stands
 * in a storage is only believed as far as the server believes it.
 *
 * Each tab goes by its own memory: what another tab has written counts only once this one takes it over. A token and
 * the conversation that it opens so never come from two tabs.
 */

import { maybe } from "./maybe.js";

/** @typedef {{ [name in "visitor" | "user" | "conversation" | "turn" | "erased"]?: string | undefined } &
 *   { nudged?: boolean, heard?: number | undefined, asking?: number | undefined, stars?: number | undefined }} Memory `heard` is the last of what the team said; `asking` is when a newcomer's first question went out; `stars` are what the conversation was given */
/** What a tab keeps over its pages: the words not sent, and whether the panel was left open. @typedef {{ draft?: string, isOpen?: boolean }} Tab */

/** @type {Memory} to be read by anyone, and changed by `remember` */
export let memory = {};
/** @type {Tab} to be read by anyone, and changed by `keepInTab` */
export let tab = {};
let key = "";

/** @param {Memory} changes */
export function remember(changes) {
  memory = { ...memory, ...changes };
  maybe(() => localStorage.setItem(key, JSON.stringify(memory)));
}

/** @param {Tab} changes */
export function keepInTab(changes) {
  tab = { ...tab, ...changes };
  maybe(() => sessionStorage.setItem(key, JSON.stringify(tab)));
}

/** Return what another tab, or an earlier page, has written last. @returns {Memory} */
export const written = () => maybe(() => JSON.parse(localStorage.getItem(key) ?? "{}")) ?? memory;

/** Take that over. */
export function reread() {
  memory = written();
}

/** @param {string} site */
export function openSession(site) {
  key = `deskbell:${site}`;
  reread();
  tab = maybe(() => JSON.parse(sessionStorage.getItem(key) ?? "{}")) ?? tab;
}

/** Forget the conversation; the visitor stays who they are. */
export const leaveConversation = () => remember({ conversation: undefined, turn: undefined, heard: undefined, stars: undefined });

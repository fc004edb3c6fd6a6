/**
 * What this browser remembers of a site's visitor: a token, who was signed in, a conversation, a turn in flight, whether they were nudged.
 * No words are kept, but for what was typed and not sent: for its own tab alone, until that tab is closed.
 *
 * A browser may refuse storage, by throwing at the first touch; then the page remembers until it is left. What stands
 * in a storage is only believed as far as the server believes it.
 */

import { maybe } from "./maybe.js";

/** @typedef {{ [name in "visitor" | "user" | "conversation" | "turn"]?: string | undefined } & { nudged?: boolean }} Memory */

/** @type {Memory} to be read by anyone, and changed by `remember` */
export let memory = {};
let key = "";

/** @param {Memory} changes */
export function remember(changes) {
  memory = { ...memory, ...changes };
  maybe(() => localStorage.setItem(key, JSON.stringify(memory)));
}

/** Take over what another tab, or an earlier page, has written; return whether that changed anything. */
export function reread() {
  const before = JSON.stringify(memory);
  memory = maybe(() => JSON.parse(localStorage.getItem(key) ?? "{}")) ?? memory;
  return JSON.stringify(memory) !== before;
}

/** @param {string} site */
export function openSession(site) {
  key = `deskbell:${site}`;
  reread();
}

/** Forget the conversation; the visitor stays who they are. */
export const leaveConversation = () => remember({ conversation: undefined, turn: undefined });

export const draft = () => maybe(() => sessionStorage.getItem(key)) ?? "";

/** @param {string} text */
export const keepDraft = (text) => void maybe(() => sessionStorage.setItem(key, text));

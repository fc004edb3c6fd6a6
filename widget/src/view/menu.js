/** Draws the menu behind the three dots. It holds only what works. Erasing asks once, since it is final. */

import { erase, startNew } from "../chat.js";
import { isOpen, redraw, shown, words } from "../stage.js";
import { iconButton, make } from "./dom.js";
import { saveAsFile } from "./saving.js";

/** @type {HTMLElement} */
let list;
/** @type {any[]} what is offered; nothing while the menu is closed */
let items = [];

/** Offer this. The focus goes to the first of it, or back to the dots. @param {...any} next */
function offer(...next) {
  items = next;
  redraw();
  /** @type {HTMLElement} */ (list.parentElement?.querySelector("ul button, [aria-expanded=false]")).focus();
}

/** Return whether there was anything to close. */
export function closeMenu() {
  const wasOpen = items[0];
  if (wasOpen) offer();
  return wasOpen;
}

/** Pressing it closes the menu. @param {string} text @param {() => unknown} act @param {string} [kind] */
const item = (text, act, kind = "button") => ["li", [kind, { onclick: () => (offer(), act()) }, text]];

const askToErase = () =>
  offer(["li.says", words.eraseThisConversation], item(words.keep, closeMenu), item(words.erase, erase, "button.bad"));

const open = () =>
  offer(
    item(words.newConversation, startNew),
    shown.turns[0] && item(words.save, saveAsFile),
    shown.turns[0] && item(words.eraseConversation, askToErase, "button.bad"),
  );

export const drawDots = () => iconButton("more", words.more, () => closeMenu() || open(), { "aria-expanded": `${!!items[0]}` });

/** Whoever closed the panel finds the menu closed. */
export function drawMenu() {
  if (!isOpen) items = [];
  return [(list ??= make("ul.list.menu")), { hidden: !items[0] }, ...items];
}

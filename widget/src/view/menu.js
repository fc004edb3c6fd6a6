/** Draws the menu behind the three dots. It holds only what works. Erasing asks once, since it is final. */

import { iconButton, make } from "./dom.js";
import { saveAsFile } from "./saving.js";
import { can, shown, words } from "./scene.js";
import { redraw } from "./widget.js";

const list = make("ul.list.menu", { id: "menu" });
/** @type {"" | "shown" | "asking"} */
let mode = "";

/** @param {typeof mode} next */
function turn(next) {
  mode = next;
  redraw();
  list.querySelector("button")?.focus();
}

const toDots = () => /** @type {HTMLElement} */ (list.parentElement?.querySelector("[aria-controls]")).focus();

/** Return whether there was anything to close. */
export function closeMenu() {
  if (!mode) return false;
  const hadFocus = list.matches(":focus-within");
  turn("");
  if (hadFocus) toDots();
  return true;
}

/** @param {string} text @param {() => void} onclick @param {string} [kind] */
const item = (text, onclick, kind = "button") => ["li", [kind, { onclick }, text]];

/** @param {() => void} act */
const done = (act) => () => {
  closeMenu();
  act();
};

export const drawDots = () =>
  iconButton("more", words.more, () => closeMenu() || turn("shown"), { "aria-expanded": `${!!mode}`, "aria-controls": "menu" });

export const drawMenu = () => [
  list,
  { hidden: !mode },
  ...(mode === "asking"
    ? [
        ["li.says", words.eraseAsk],
        item(words.eraseNo, closeMenu),
        item(words.eraseYes, done(can.erase), "button.bad"),
      ]
    : [
        item(words.startNew, done(can.startNew)),
        shown.turns[0] && item(words.save, done(saveAsFile)),
        item(words.erase, () => turn("asking"), "button.bad"),
      ]),
];

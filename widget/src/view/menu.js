/** Draws the menu behind the three dots. It holds only what works. Erasing asks once, since it is final. */

import { iconButton, make } from "./dom.js";

/** @typedef {import("./widget.js").Scene} Scene */

/** @param {Scene} scene @param {() => void} redraw @param {() => void} save */
export function createMenu(scene, redraw, save) {
  const list = make("ul.list.menu", { id: "menu" });
  const button = make("button");
  /** @type {"" | "shown" | "asking"} */
  let mode = "";

  /** @param {typeof mode} next */
  function turn(next) {
    mode = next;
    redraw();
    list.querySelector("button")?.focus();
  }

  /** Return whether there was anything to close. */
  function close() {
    if (!mode) return false;
    const hadFocus = list.matches(":focus-within");
    turn("");
    if (hadFocus) button.focus();
    return true;
  }

  /** @param {string} text @param {() => void} act @param {string} [name] */
  const item = (text, act, name) => ["li", ["button", { onclick: act, class: name }, text]];

  /** @param {() => void} act */
  const done = (act) => () => {
    close();
    act();
  };

  return {
    close,
    /** @param {boolean} hasTurns @returns {[button: any[], list: any[]]} */
    draw(hasTurns) {
      const { words } = scene;
      const [, ...inner] = iconButton("more", words.more, () => (mode ? close() : turn("shown")), {
        class: "icon",
        "aria-expanded": String(!!mode),
        "aria-controls": "menu",
      });
      const items = [
        item(words.startNew, done(scene.startNew)),
        hasTurns && item(words.save, done(save)),
        item(words.erase, () => turn("asking"), "bad"),
      ];
      const answers = [
        ["li.says", words.eraseAsk],
        item(words.eraseNo, close),
        item(words.eraseYes, done(scene.erase), "bad"),
      ];
      return [[button, ...inner], [list, { hidden: !mode }, ...(mode === "asking" ? answers : items)]];
    },
  };
}

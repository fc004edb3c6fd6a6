/** Draws the menu behind the three dots. It holds only what works. Erasing asks once, since it is final. */

import { iconButton, make } from "./dom.js";

/** @typedef {import("../words/index.js").Words} Words */

/** @param {Words} words @param {{ startNew(): void, erase(): void, save(): void, hasTurns(): boolean }} hooks */
export function createMenu(words, hooks) {
  const list = make("ul", { class: "menu", id: "menu", hidden: true });
  const button = iconButton("more", words.more, () => (list.hidden ? open() : close()), {
    "aria-expanded": "false",
    "aria-controls": "menu",
  });

  /** @param {string} text @param {() => void} onclick @param {string} [kind] */
  const item = (text, onclick, kind = "") =>
    make("li", {}, make("button", { type: "button", class: kind, onclick }, text));

  function open() {
    const save = hooks.hasTurns() ? [item(words.save, done(hooks.save))] : [];
    list.replaceChildren(item(words.startNew, done(hooks.startNew)), ...save, item(words.erase, ask, "bad"));
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    list.querySelector("button")?.focus();
  }

  function ask() {
    const yes = item(words.eraseYes, done(hooks.erase), "bad");
    list.replaceChildren(make("li", { class: "says" }, words.eraseAsk), item(words.eraseNo, close), yes);
    list.querySelector("button")?.focus();
  }

  /** @param {() => void} act */
  const done = (act) => () => {
    close();
    act();
  };

  function close() {
    if (list.hidden) return false;
    const hadFocus = list.matches(":focus-within");
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (hadFocus) button.focus();
    return true;
  }

  return { button, list, close };
}

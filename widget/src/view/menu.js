/** Draws the menu behind the three dots. It holds only what works. Erasing asks once, since it is final. */

import { iconButton, make, set } from "./dom.js";

/** @typedef {import("../words/index.js").Words} Words */

/** @param {Words} words @param {{ startNew(): void, erase(): void, save(): void, hasTurns(): boolean }} hooks */
export function createMenu(words, hooks) {
  const list = make("ul.menu", { id: "menu", hidden: true });
  const button = iconButton("more", words.more, () => close() || open(), {
    "aria-expanded": "false",
    "aria-controls": "menu",
  });

  /** @param {string} text @param {() => void} act @param {string} [name] */
  const item = (text, act, name) => make("li", make("button", { onclick: act, class: name }, text));

  /** @param {...(Node | false)} items */
  function show(...items) {
    list.replaceChildren();
    list.append(.../** @type {Node[]} */ (items.filter(Boolean)));
    list.hidden = false;
    set(button, { "aria-expanded": "true" });
    list.querySelector("button")?.focus();
  }

  function open() {
    show(
      item(words.startNew, done(hooks.startNew)),
      hooks.hasTurns() && item(words.save, done(hooks.save)),
      item(words.erase, ask, "bad"),
    );
  }

  function ask() {
    show(make("li.says", words.eraseAsk), item(words.eraseNo, close), item(words.eraseYes, done(hooks.erase), "bad"));
  }

  /** @param {() => void} act */
  const done = (act) => () => {
    close();
    act();
  };

  /** Return whether there was anything to close. */
  function close() {
    if (list.hidden) return false;
    const hadFocus = list.matches(":focus-within");
    list.hidden = true;
    set(button, { "aria-expanded": "false" });
    if (hadFocus) button.focus();
    return true;
  }

  return { button, list, close };
}

/** Draws the panel around the conversation: a name, what it is, the menu, the log, the question box. */

import { icon, iconButton, make } from "./dom.js";
import { createComposer } from "./composer.js";
import { createLog } from "./log.js";
import { createMenu } from "./menu.js";
import { drawNotice } from "./notice.js";

/** @typedef {import("../conversation.js").Conversation} Conversation */
/** @typedef {import("../words/index.js").Words} Words */
/** @typedef {import("./log.js").Greeting & { disclosure: string }} Site */
/**
 * @typedef {import("./log.js").LogHooks & {
 *   stop(): void, edit(): void, startNew(): void, erase(): void, close(): void
 * }} PanelHooks
 */

const TO_FOCUS = "button:not([disabled]):not([hidden]), a[href], textarea, [tabindex='0'], summary";

/** @param {Words} words @param {Site} site @param {PanelHooks} hooks @param {boolean} isEmbedded */
export function createPanel(words, site, hooks, isEmbedded) {
  const menu = createMenu(words, hooks);
  const composer = createComposer(words, hooks);
  const log = createLog(words, { ...hooks, ask: askAndStay, retry: retryAndStay, goOn: goOnAndStay }, site);
  const title = make("h2", { id: "title", tabindex: -1, dir: "auto" }, site.name || words.name);
  const element = make(
    "section",
    {
      class: isEmbedded ? "panel embedded" : "panel",
      part: "panel",
      role: isEmbedded ? "region" : "dialog",
      "aria-labelledby": "title",
      hidden: !isEmbedded,
      onkeydown: pressKey,
    },
    make(
      "div",
      { class: "head" },
      make("span", { class: "mark" }, icon("bell")),
      make("div", {}, title, make("p", { dir: "auto" }, site.disclosure || words.disclosure)),
      menu.button,
      isEmbedded ? null : iconButton("close", words.close, () => hooks.close()),
    ),
    menu.list,
    log.element,
    make("div", { class: "over" }, log.toEnd),
    composer.element,
  );
  element.addEventListener("pointerdown", (event) => {
    if (!event.composedPath().some((each) => each === menu.list || each === menu.button)) menu.close();
  });

  // What was pressed goes away with the press, so the focus needs a place: the box, or on a touch screen the log,
  // since the box would call the keyboard.
  function stay() {
    if (matchMedia("(pointer: coarse)").matches) log.element.focus({ preventScroll: true });
    else composer.focus();
  }
  /** @param {string} text */
  function askAndStay(text) {
    hooks.ask(text);
    stay();
  }
  /** @param {string} turn */
  function retryAndStay(turn) {
    hooks.retry(turn);
    stay();
  }
  function goOnAndStay() {
    hooks.goOn();
    stay();
  }

  const isWholeScreen = () => !isEmbedded && matchMedia("(max-width: 480px)").matches;

  /** Escape closes what is open last; it never stops an answer. @param {KeyboardEvent} event */
  function pressKey(event) {
    if (event.key === "Tab" && isWholeScreen()) return keepFocus(event);
    if (event.key !== "Escape" || event.isComposing) return;
    if (!menu.close()) {
      if (isEmbedded) return;
      hooks.close();
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** On a phone nothing else can be seen, so nothing else may be reached. @param {KeyboardEvent} event */
  function keepFocus(event) {
    const stops = [...element.querySelectorAll(TO_FOCUS)].filter((each) => each.getClientRects().length);
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (!edge?.matches(":focus")) return;
    event.preventDefault();
    /** @type {HTMLElement} */ (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  }

  /** @type {Conversation["refusal"]} */
  let refusal = null;

  return {
    element,
    write: log.write,
    /** @param {Conversation} conversation @param {boolean} isBusy */
    show(conversation, isBusy) {
      log.show(conversation);
      composer.setBusy(isBusy);
      if (refusal === conversation.refusal) return;
      refusal = conversation.refusal;
      const line = refusal?.text ? { icon: "alert", text: refusal.text, isBold: true, isAlert: true } : null;
      const does = { retry() {}, goOn() {}, isLast: false };
      composer.setRefusal(line && drawNotice(line, words, does), refusal?.question ?? "");
    },
    /** @param {boolean} takesFocus */
    open(takesFocus) {
      element.hidden = false;
      log.appear();
      element.setAttribute("aria-modal", String(isWholeScreen()));
      if (!takesFocus) return;
      if (matchMedia("(pointer: coarse)").matches) title.focus({ preventScroll: true });
      else composer.focus();
    },
    close() {
      menu.close();
      element.hidden = true;
    },
    destroy: log.destroy,
  };
}

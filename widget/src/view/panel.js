/** Draws the panel around the conversation: a name, what it is, the menu, the log, the question box. */

import { icon, iconButton, make } from "./dom.js";
import { createComposer } from "./composer.js";
import { createLog } from "./log.js";
import { createMenu } from "./menu.js";
import { drawNotice } from "./notice.js";
import { createPersonForm } from "./person.js";
import { saveAsFile } from "./saving.js";

/** @typedef {import("../conversation.js").Conversation} Conversation */
/** @typedef {import("../words/index.js").Words} Words */
/** @typedef {import("./log.js").Greeting & { disclosure: string }} Site */
/**
 * @typedef {Omit<import("./log.js").LogHooks, "editQuestion"> & {
 *   stop(): void, edit(): void, startNew(): void, erase(): void, close(): void, draft(): string,
 *   keepDraft(text: string): void, handOver(email: string, note: string): Promise<boolean>
 * }} PanelHooks
 */

const noDeeds = { retry() {}, goOn() {}, isLast: false };
const TO_FOCUS = "button:not([disabled]):not([hidden]), a[href], input, textarea, [tabindex='0'], summary";

/** @param {Words} words @param {Site} site @param {PanelHooks} hooks @param {boolean} isEmbedded */
export function createPanel(words, site, hooks, isEmbedded) {
  /** @type {Conversation} */
  let shown = { turns: [], refusal: null };
  const hasTurns = () => shown.turns.length > 0;
  const save = () => saveAsFile(element, title.textContent, shown.turns);
  const menu = createMenu(words, { ...hooks, save, hasTurns });
  const composer = createComposer(words, { ...hooks, person: () => showPerson(true) });
  const does = { ...hooks, ask: askAndStay, retry: retryAndStay, goOn: goOnAndStay, editQuestion };
  const log = createLog(words, does, site);
  const person = createPersonForm(words, {
    handOver: hooks.handOver,
    done: () => showPerson(false),
    sent() {
      log.note(drawNotice({ icon: "check", text: words.personSent, isBold: true }, words, noDeeds));
      hooks.announcer.say(words.personSent);
    },
  });
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
    person.element,
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

  /** @param {string} question */
  function editQuestion(question) {
    composer.fill(question);
    composer.focus();
  }

  /** The form stands where the conversation stands. @param {boolean} isShown */
  function showPerson(isShown) {
    person.element.hidden = !isShown;
    log.element.hidden = composer.element.hidden = isShown;
    if (isShown) person.focus();
    else stay();
  }

  const isWholeScreen = () => !isEmbedded && matchMedia("(max-width: 480px)").matches;

  /** Escape closes what is open last; it never stops an answer. @param {KeyboardEvent} event */
  function pressKey(event) {
    if (event.key === "Tab" && isWholeScreen()) return keepFocus(event);
    if (event.key !== "Escape" || event.isComposing) return;
    if (menu.close()) {
      // that was all
    } else if (!person.element.hidden) showPerson(false);
    else if (isEmbedded) return;
    else hooks.close();
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
      shown = conversation;
      log.show(conversation);
      composer.offerPerson(hasTurns());
      composer.setBusy(isBusy);
      if (refusal === conversation.refusal) return;
      refusal = conversation.refusal;
      const line = refusal?.text ? { icon: "alert", text: refusal.text, isBold: true, isAlert: true } : null;
      composer.setRefusal(line && drawNotice(line, words, noDeeds), refusal?.question ?? "");
    },
    /** @param {boolean} takesFocus */
    open(takesFocus) {
      element.hidden = false;
      log.appear();
      if (!isEmbedded) element.setAttribute("aria-modal", String(isWholeScreen()));
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

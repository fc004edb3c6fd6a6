/** Draws the panel around the conversation: a name, what it is, the menu, the log, the question box. */

import { icon, iconButton, isTouched, make, set } from "./dom.js";
import { createComposer } from "./composer.js";
import { createLog } from "./log.js";
import { createMenu } from "./menu.js";
import { drawNotice } from "./notice.js";
import { createPersonForm } from "./person.js";
import { saveAsFile } from "./saving.js";

/** @typedef {import("../conversation.js").Conversation} Conversation */
/** @typedef {import("../words/index.js").Words} Words */
/** @typedef {{ accent?: string, mode?: string, position?: string, avatar?: string }} Theme */
/** @typedef {import("./log.js").Greeting & { name?: string, disclosure?: string, theme: Theme }} Site */
/**
 * @typedef {Omit<import("./log.js").LogHooks, "editQuestion" | "toPerson"> & {
 *   stop(): void, edit(): void, startNew(): void, erase(): void, close(): void, draft(): string,
 *   keepDraft(text: string): void, handOver(email: string, note: string): Promise<boolean>
 * }} PanelHooks
 */

const TO_FOCUS = "button:not([disabled]):not([hidden]), a[href], input, textarea, [tabindex='0'], summary";

/** @param {Words} words @param {Site} site @param {PanelHooks} hooks @param {boolean} isEmbedded */
export function createPanel(words, site, hooks, isEmbedded) {
  /** @type {Conversation} */
  let shown = { turns: [], refusal: null };
  /** @type {Conversation["refusal"]} */
  let refusal = null;
  const hasTurns = () => !!shown.turns.length;
  const title = make("h2", { id: "title", tabindex: -1, dir: "auto" }, site.name || words.name);
  const menu = createMenu(words, {
    ...hooks,
    hasTurns,
    save: () => saveAsFile(element, site.name || words.name, shown.turns),
  });
  const toPerson = () => showPerson(true);
  const composer = createComposer(words, { ...hooks, toPerson });
  const log = createLog(
    words,
    {
      ...hooks,
      toPerson,
      ask: staying(hooks.ask),
      retry: staying(hooks.retry),
      goOn: staying(hooks.goOn),
      editQuestion(question) {
        composer.fill(question);
        composer.focus();
      },
    },
    site,
  );
  const person = createPersonForm(words, {
    handOver: hooks.handOver,
    done: () => showPerson(false),
    sent() {
      log.note(drawNotice({ icon: "check", text: words.personSent, isBold: true }));
      hooks.announcer.say(words.personSent);
    },
  });
  const { avatar = "" } = site.theme;
  const element = make(
    isEmbedded ? "section.panel.embedded" : "section.panel",
    {
      part: "panel",
      role: isEmbedded ? "region" : "dialog",
      "aria-labelledby": "title",
      hidden: !isEmbedded,
      onkeydown: pressKey,
      onpointerdown: pressOutside,
    },
    make(
      "div.head",
      // Two letters, or a drawing of the owner's own: the path of an SVG, which is all of it that cannot do harm.
      make("span.mark", /^M[\d\s.,-]/.test(avatar) ? icon(avatar) : avatar.slice(0, 3) || icon("bell")),
      make("div", title, make("p", { dir: "auto" }, site.disclosure || words.disclosure)),
      menu.button,
      !isEmbedded && iconButton("close", words.close, () => hooks.close()),
    ),
    menu.list,
    log.element,
    person.element,
    make("div.over", log.toEnd),
    composer.element,
  );

  /** @param {Event} event */
  function pressOutside(event) {
    const path = event.composedPath();
    if (!path.includes(menu.list) && !path.includes(menu.button)) menu.close();
  }

  // What was pressed goes away with the press, so the focus needs a place: the box, or on a touch screen the log,
  // since the box would call the keyboard.
  function stay() {
    if (isTouched()) log.element.focus({ preventScroll: true });
    else composer.focus();
  }

  /** @template {string[]} A @param {(...given: A) => unknown} act @returns {(...given: A) => void} */
  function staying(act) {
    return (...given) => {
      act(...given);
      stay();
    };
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
    if (!menu.close()) {
      if (!person.element.hidden) showPerson(false);
      else if (isEmbedded) return;
      else hooks.close();
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** On a phone nothing else can be seen, so nothing else may be reached. @param {KeyboardEvent} event */
  function keepFocus(event) {
    const stops = [.../** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll(TO_FOCUS))].filter((each) => each.getClientRects().length);
    if (!event.shiftKey) stops.reverse();
    if (!stops[0]?.matches(":focus")) return;
    event.preventDefault();
    stops.at(-1)?.focus();
  }

  return {
    element,
    write: log.write,
    /** @param {Conversation} conversation @param {boolean} isBusy */
    show(conversation, isBusy) {
      shown = conversation;
      log.show(conversation);
      composer.show(isBusy, hasTurns());
      if (refusal === conversation.refusal) return;
      refusal = conversation.refusal;
      const { text = "", question = "" } = refusal ?? {};
      composer.setRefusal(text ? drawNotice({ icon: "alert", text, isBold: true }) : null, question);
    },
    /** @param {boolean} takesFocus */
    open(takesFocus) {
      element.hidden = false;
      log.appear();
      if (!isEmbedded) set(element, { "aria-modal": String(isWholeScreen()) });
      if (!takesFocus) return;
      if (isTouched()) title.focus({ preventScroll: true });
      else composer.focus();
    },
    close() {
      menu.close();
      element.hidden = true;
    },
    destroy: log.destroy,
  };
}

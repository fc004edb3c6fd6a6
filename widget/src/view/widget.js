/**
 * The element on the page: a shadow root that neither takes in nor gives out style, the launcher, and the panel once
 * it is wanted.
 */

import { createAnnouncer } from "./announcer.js";
import { icon, iconButton, make } from "./dom.js";
import { createPanel } from "./panel.js";
import css from "./styles.css";

/** @typedef {import("../conversation.js").Conversation} Conversation */
/** @typedef {import("../words/index.js").Speech} Speech */
/** @typedef {import("./panel.js").Site & { theme: { accent: string, mode: string, position: string } }} Site */
/** @typedef {Omit<import("./panel.js").PanelHooks, "announcer"> & { open(): void, warm(): void }} Hooks */

/** @param {Speech} speech @param {Hooks} hooks @param {boolean} isEmbedded */
export function createWidget(speech, hooks, isEmbedded) {
  const element = document.createElement("deskbell-widget");
  const shadow = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];

  let words = speech.words;
  /** @type {ReturnType<typeof createPanel> | null} */
  let panel = null;
  /** @type {[Conversation, boolean]} */
  let shown = [{ turns: [], refusal: null }, false];
  const isOpen = () => !!panel && !panel.element.hidden;
  const announcer = createAnnouncer(() => document.hidden || !isOpen());

  const label = make("span");
  const dot = make("span", { class: "new", hidden: true });
  const launcher = make(
    "button",
    {
      type: "button",
      class: "launcher",
      part: "launcher",
      "aria-expanded": "false",
      "aria-haspopup": "dialog",
      onclick: hooks.open,
      onpointerenter: hooks.warm,
      onfocus: hooks.warm,
    },
    icon("bell"),
    label,
    dot,
  );
  const nudge = make("div", { class: "nudge", hidden: true });
  const root = make(
    "div",
    { class: isEmbedded ? "deskbell" : "deskbell floating" },
    isEmbedded ? null : nudge,
    isEmbedded ? null : launcher,
  );
  shadow.append(root);
  setSpeech(speech);

  /** @param {Speech} next */
  function setSpeech(next) {
    words = next.words;
    root.lang = next.locale;
    root.dir = next.direction;
    label.textContent = words.launcher;
  }

  /** @param {boolean} isWaiting an answer waits that has not been seen */
  function setWaiting(isWaiting) {
    dot.hidden = !isWaiting;
    if (isWaiting) launcher.setAttribute("aria-label", words.waitingAnswer);
    else launcher.removeAttribute("aria-label");
  }

  const hush = () => void (nudge.hidden = true);

  return {
    element,
    announcer,
    launcher,
    /** Say one thing beside the launcher, which is where it is looked for; the focus stays. @param {string} text */
    nudge(text) {
      if (isOpen()) return;
      nudge.replaceChildren(
        make("button", { type: "button", dir: "auto", onclick: hooks.open }, text),
        iconButton("close", words.dismiss, hush),
      );
      nudge.hidden = false;
    },
    isOpen,
    setSpeech,
    setWaiting,
    /** @param {{ accent: string, mode: string, position: string }} theme */
    setTheme({ accent, mode, position }) {
      if (accent && CSS.supports("color", accent)) root.style.setProperty("--owner-accent", accent);
      root.dataset["theme"] = mode || "auto";
      root.classList.toggle("left", position === "left");
    },
    /** Build the panel, once. @param {Site} site */
    furnish(site) {
      if (panel) return;
      panel = createPanel(words, site, { ...hooks, announcer }, isEmbedded);
      root.append(panel.element);
      panel.show(...shown);
    },
    /** @param {Conversation} conversation @param {boolean} isBusy */
    show(conversation, isBusy) {
      shown = [conversation, isBusy];
      panel?.show(conversation, isBusy);
    },
    /** Write the next text; false where there is no panel yet to write to. @param {string} turn @param {string} text */
    write(turn, text) {
      panel?.write(turn, text);
      return !!panel;
    },
    /** @param {boolean} takesFocus */
    open(takesFocus) {
      panel?.open(takesFocus);
      setWaiting(false);
      launcher.hidden = true;
      hush();
      launcher.setAttribute("aria-expanded", "true");
    },
    close() {
      const hadFocus = shadow.activeElement !== null;
      panel?.close();
      launcher.hidden = false;
      launcher.setAttribute("aria-expanded", "false");
      if (hadFocus) launcher.focus();
    },
    destroy() {
      panel?.destroy();
      announcer.destroy();
      element.remove();
    },
  };
}

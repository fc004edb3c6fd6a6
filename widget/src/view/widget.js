/**
 * The element on the page: a shadow root that neither takes in nor gives out style, the launcher, and the panel once
 * it is wanted.
 */

import { createAnnouncer } from "./announcer.js";
import { icon, iconButton, make, set } from "./dom.js";
import { createPanel } from "./panel.js";
import css from "./styles.css";

/** @typedef {import("../conversation.js").Conversation} Conversation */
/** @typedef {import("../words/index.js").Speech} Speech */
/** @typedef {import("./panel.js").Site} Site */
/** @typedef {Omit<import("./panel.js").PanelHooks, "announcer"> & { open(): void, warm(): void }} Hooks */

/** @param {Speech} speech @param {Hooks} hooks @param {boolean} isEmbedded */
export function createWidget(speech, hooks, isEmbedded) {
  const element = document.createElement("deskbell-widget");
  const shadow = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];

  let { words } = speech;
  /** @type {Site} */
  let site = { starters: [], theme: {} };
  /** @type {ReturnType<typeof createPanel> | null} */
  let panel = null;
  /** @type {[Conversation, boolean]} */
  let shown = [{ turns: [], refusal: null }, false];
  const isOpen = () => !!panel && !panel.element.hidden;
  const announcer = createAnnouncer(() => document.hidden || !isOpen());

  const label = make("span");
  const dot = make("span.new", { hidden: true });
  const launcher = make(
    "button.launcher",
    {
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
  const nudge = make("div.nudge", { hidden: true });
  const root = isEmbedded ? make("div.deskbell") : make("div.deskbell.floating", nudge, launcher);
  shadow.append(root);
  setSpeech(speech);

  /** @param {Speech} next */
  function setSpeech({ words: next, locale, direction }) {
    words = next;
    set(root, { lang: locale, dir: direction });
    label.textContent = words.launcher;
  }

  /** @param {boolean} isWaiting an answer waits that has not been seen */
  function setWaiting(isWaiting) {
    dot.hidden = !isWaiting;
    set(launcher, { "aria-label": isWaiting && words.waitingAnswer });
  }

  /** @param {boolean} isShown */
  function setLauncher(isShown) {
    launcher.hidden = !isShown;
    nudge.hidden = true;
    set(launcher, { "aria-expanded": String(!isShown) });
  }

  /** Build the panel, or build it anew. */
  function furnish() {
    const before = panel;
    panel = createPanel(words, site, { ...hooks, announcer }, isEmbedded);
    root.append(panel.element);
    panel.show(...shown);
    if (!before) return;
    const { hidden } = before.element;
    const hadFocus = before.element.matches(":focus-within");
    before.destroy();
    before.element.remove();
    if (!hidden) panel.open(hadFocus);
  }

  return {
    element,
    announcer,
    isOpen,
    setWaiting,
    /** Say one thing beside the launcher, which is where it is looked for; the focus stays. @param {string} text */
    nudge(text) {
      nudge.append(
        make("button", { dir: "auto", onclick: hooks.open }, text),
        iconButton("close", words.dismiss, () => setLauncher(true)),
      );
      nudge.hidden = false;
    },
    /** Speak and look as the site wants it, also where the panel is there already. @param {Speech} speech @param {Site} settings */
    furnish(speech, settings) {
      site = settings;
      setSpeech(speech);
      if (panel) furnish();
    },
    /** @param {string | undefined} accent @param {string} mode @param {string | undefined} position */
    setTheme(accent, mode, position) {
      if (accent && CSS.supports("color", accent)) root.style.setProperty("--owner-accent", accent);
      root.dataset["theme"] = mode;
      root.classList.toggle("left", position === "left");
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
      if (!panel) furnish();
      panel?.open(takesFocus);
      setWaiting(false);
      setLauncher(false);
    },
    close() {
      const hadFocus = shadow.activeElement;
      panel?.close();
      setLauncher(true);
      if (hadFocus) launcher.focus();
    },
    destroy() {
      panel?.destroy();
      announcer.element.remove();
      element.remove();
    },
  };
}

/**
 * The element on the page: a shadow root that neither takes in nor gives out style, the launcher, and the panel once
 * it is wanted.
 */

import { createAnnouncer } from "./announcer.js";
import { draw, icon, iconButton, make } from "./dom.js";
import { createPanel } from "./panel.js";
import css from "./styles.css";

/** @typedef {import("../conversation.js").Conversation} Conversation */
/** @typedef {import("../words/index.js").Speech} Speech */
/** @typedef {{ accent?: string, mode?: string, position?: string, avatar?: string }} Theme */
/** @typedef {{ name?: string, disclosure?: string, greeting?: string, starters: string[], theme: Theme, link_hosts?: string[] }} Site */
/**
 * @typedef {object} Hooks
 * @property {() => void} open
 * @property {() => void} close
 * @property {() => void} warm the panel is about to be opened
 * @property {(text: string) => void} ask
 * @property {() => void} stop
 * @property {(turn: string) => void} retry
 * @property {(turn: string, rating: "up" | "down", comment?: string) => void} rate
 * @property {(email: string, note: string) => Promise<boolean>} handOver
 * @property {() => void} goOn
 * @property {() => void} edit
 * @property {() => void} startNew
 * @property {() => void} erase
 * @property {() => string} draft
 * @property {(text: string) => void} keepDraft
 */
/**
 * What all drawings share: what can be done, and in which words.
 * @typedef {Hooks & Speech & {
 *   site: Site, announcer: ReturnType<typeof createAnnouncer>, toPerson(): void, editQuestion(question: string): void
 * }} Scene
 */

/** @param {Speech} speech @param {Hooks} hooks @param {boolean} isEmbedded */
export function createWidget(speech, hooks, isEmbedded) {
  const element = document.createElement("deskbell-widget");
  const shadow = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];

  /** @type {ReturnType<typeof createPanel> | null} */
  let panel = null;
  /** @type {[Conversation, boolean]} */
  let shown = [{ turns: [], refusal: null }, false];
  let nudge = "";
  let isWaiting = false;
  const isOpen = () => !!panel && !panel.element.hidden;
  const announcer = createAnnouncer(() => document.hidden || !isOpen());
  /** @type {Scene} */
  const scene = Object.assign(/** @type {any} */ (hooks), speech, { announcer, site: { starters: [], theme: {}, link_hosts: [] } });
  const launcher = make("button.row.launcher", {
    part: "launcher",
    "aria-haspopup": "dialog",
    onclick: hooks.open,
    onpointerenter: hooks.warm,
    onfocus: hooks.warm,
  });
  const root = make(isEmbedded ? "div.deskbell" : "div.deskbell.floating");
  shadow.append(root);
  redraw();

  function redraw() {
    const { words, locale, direction } = scene;
    const isClosed = !isOpen();
    draw(
      root,
      { lang: locale, dir: direction },
      // One thing is said beside the launcher, which is where it is looked for; the focus stays.
      isClosed &&
        nudge && [
          "div.row.nudge",
          ["button", { dir: "auto", onclick: hooks.open }, nudge],
          iconButton("close", words.dismiss, () => setNudge("")),
        ],
      !isEmbedded && [
        launcher,
        { hidden: !isClosed, "aria-expanded": String(!isClosed), "aria-label": isWaiting && words.waitingAnswer },
        icon("bell"),
        ["span", words.launcher],
        isWaiting && ["span.new"],
      ],
      panel?.element,
    );
  }

  /** @param {string} text */
  function setNudge(text) {
    nudge = text;
    redraw();
  }

  return {
    element,
    announcer,
    isOpen,
    nudge: setNudge,
    /** An answer waits that has not been seen. */
    setWaiting() {
      isWaiting = true;
      redraw();
    },
    /** Speak and look as the site wants it, also where the panel is there already. @param {Speech} next @param {Site} site */
    furnish(next, site) {
      Object.assign(scene, next, { site });
      panel?.furnish();
      redraw();
    },
    /** @param {string | undefined} accent @param {string} mode @param {string | undefined} position */
    setTheme(accent, mode, position) {
      const { style } = root;
      if (accent && CSS.supports("color", accent)) style.setProperty("--owner-accent", accent);
      style.colorScheme = mode;
      style.justifyItems = position === "left" ? "left" : "right";
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
      if (!panel) {
        panel = createPanel(scene, isEmbedded);
        panel.show(...shown);
      }
      panel.element.hidden = isWaiting = false;
      setNudge("");
      panel.open(takesFocus);
    },
    close() {
      const hadFocus = shadow.activeElement;
      if (!panel) return;
      panel.close();
      panel.element.hidden = true;
      redraw();
      if (hadFocus) launcher.focus();
    },
    destroy() {
      panel?.destroy();
      announcer.element.remove();
      element.remove();
    },
  };
}

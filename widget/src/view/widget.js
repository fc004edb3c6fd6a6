/**
 * The element on the page: a shadow root that neither takes in nor gives out style, in it the launcher and the panel.
 *
 * When things are drawn:
 * 1. What happens within one turn of the browser's loop is drawn in one go, right after it; nothing that comes in puts
 *    that off: a timer that starts anew with each token would show nothing until the end.
 * 2. Writing ends after about 8 ms and goes on in the next task, so that the page around us never stutters.
 * 3. It waits for no frame: a hidden page has none, and one that scrolls within a frame needs a second one.
 */

import { announcer } from "./announcer.js";
import { drawComposer, toField } from "./composer.js";
import { draw, focus, icon, iconButton, make } from "./dom.js";
import { drawLog, drawToEnd, forget, log, settle, write } from "./log.js";
import { closeMenu, drawDots, drawMenu } from "./menu.js";
import { drawPersonForm, toPersonForm } from "./person.js";
import { can, furnish as furnishScene, setShown, site, speech, words } from "./scene.js";
import css from "./styles.css";

const BOX_MS = 8;

export let isOpen = false;
export let isPersonAsked = false; // the form stands where the conversation stands
let isEmbedded = false;
let isWaiting = false; // an answer that has not been seen
let isPlanned = false;
let isStale = false; // something else has changed than the text that is being written
let nudge = "";

/** @type {HTMLElement} */
export const element = make("deskbell-widget");
/** @type {HTMLElement} */
let root;
const title = make("h2", { id: "title", tabindex: -1 });
const panel = make("section.panel", {
  part: "panel",
  "aria-labelledby": "title",
  onkeydown: pressKey,
  /** @param {Event} event */
  onpointerdown: ({ target }) => /** @type {Element} */ (target).closest("#menu, [aria-controls]") || closeMenu(),
});
const launcher = make("button.row.launcher", {
  part: "launcher",
  "aria-haspopup": "dialog",
  "aria-expanded": "false", // while the panel is open the launcher is hidden
  onclick: () => can.open(),
  onpointerenter: () => can.warm(),
  onfocus: () => can.warm(),
});

export const siteName = () => site.name || words.name;
/** Whether a keyboard would come up over what one reads. */
export const isTouched = () => matchMedia("(pointer: coarse)").matches;
const isWholeScreen = () => !isEmbedded && matchMedia("(max-width: 480px)").matches;

/** @param {boolean} isIn an element of the page */
export function build(isIn) {
  isEmbedded = isIn;
  root = make(isIn ? "div.deskbell" : "div.deskbell.floating");
  const shadow = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(root);
}

export function redraw() {
  const hadFocus = root.matches(":focus-within");
  const { avatar = "" } = site.theme;
  draw(
    root,
    { lang: speech.locale, dir: speech.direction },
    // One thing is said beside the launcher, which is where it is looked for; the focus stays.
    nudge && ["div.row.nudge", ["button", { onclick: can.open }, nudge], iconButton("close", words.dismiss, () => setNudge(""))],
    !isEmbedded && [
      launcher,
      { hidden: isOpen, "aria-label": isWaiting && words.waitingAnswer },
      icon("bell"),
      ["span", words.launcher],
      isWaiting && ["i"],
    ],
    // It is drawn when it is wanted for the first time, and stays.
    (isOpen || panel.isConnected) && [
      panel,
      {
        hidden: !isOpen,
        role: isEmbedded ? "region" : "dialog",
        "aria-modal": isWholeScreen(),
      },
      [
        "div.row.head",
        // Two letters, or a drawing of the owner's own: the path of an SVG, which is all of it that cannot do harm.
        ["span.mark", /^M[\d\s.,-]/.test(avatar) ? icon(avatar) : avatar.slice(0, 3) || icon("bell")],
        ["div", [title, siteName()], ["p.quiet", site.disclosure || words.disclosure]],
        drawDots(),
        !isEmbedded && iconButton("close", words.close, can.close),
      ],
      drawMenu(),
      drawLog(),
      isPersonAsked && drawPersonForm(),
      drawToEnd(),
      drawComposer(),
    ],
  );
  if (hadFocus && !root.matches(":focus-within")) stay();
}

function flush() {
  const start = performance.now();
  isPlanned = false;
  const isLeft = write(() => performance.now() - start > BOX_MS);
  if (isStale) redraw();
  isStale &&= isLeft;
  settle(isLeft);
  if (isLeft) plan();
}

/** Draw what has changed, in a task of its own; before there is anything to draw into, that waits for `furnish`. */
export function plan() {
  if (root && !isPlanned) setTimeout(flush);
  isPlanned = !!root;
}

/** @param {import("../conversation.js").Conversation} conversation @param {boolean} isMoreText nothing but its last text grew */
export function show(conversation, isMoreText) {
  setShown(conversation);
  isStale ||= !isMoreText;
  plan();
}

/** @param {string} text */
export function setNudge(text) {
  nudge = text;
  redraw();
}

/** An answer has ended: who has not seen it is told that it waits. */
export function setWaiting() {
  isWaiting = !isOpen;
}

/** @param {import("./scene.js").Speech} itsSpeech @param {import("./scene.js").Site} its */
export function furnish(itsSpeech, its) {
  furnishScene(itsSpeech, its);
  forget();
  isStale = true;
  flush();
}

/** @param {string | undefined} accent @param {string} mode @param {string | undefined} position */
export function setTheme(accent, mode, position) {
  const { style } = root;
  if (accent && CSS.supports("color", accent)) style.setProperty("--owner-accent", accent);
  style.colorScheme = mode;
  style.justifyItems = position === "left" ? "left" : "right";
}

/**
 * What was pressed goes away with the press, so the focus needs a place: the box, or on a touch screen the log, since
 * the box would call the keyboard.
 */
export function stay() {
  if (isTouched()) focus(log);
  else toField();
}

/** @param {boolean} isAsked */
export function askForPerson(isAsked) {
  isPersonAsked = isAsked;
  redraw();
  if (isAsked) toPersonForm();
}

/** @param {boolean} takesFocus */
export function open(takesFocus) {
  isOpen = true;
  isWaiting = false;
  setNudge("");
  plan();
  if (!takesFocus) return;
  if (isTouched()) focus(title);
  else toField();
}

export function close() {
  const hadFocus = root.matches(":focus-within");
  closeMenu();
  isOpen = false;
  redraw();
  if (hadFocus) launcher.focus();
}

/** Escape closes what is open last; it never stops an answer. @param {KeyboardEvent} event */
function pressKey(event) {
  if (event.key === "Tab" && isWholeScreen()) return keepFocus(event);
  if (event.key !== "Escape" || event.isComposing) return;
  if (!closeMenu()) {
    if (isPersonAsked) askForPerson(false);
    else if (isEmbedded) return;
    else can.close();
  }
  event.preventDefault();
  event.stopPropagation();
}

/** On a phone nothing else can be seen, so nothing else may be reached. @param {KeyboardEvent} event */
function keepFocus(event) {
  const stops = [.../** @type {NodeListOf<HTMLInputElement>} */ (panel.querySelectorAll("*"))].filter(
    (each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility(),
  );
  if (!event.shiftKey) stops.reverse();
  if (!stops[0]?.matches(":focus")) return;
  event.preventDefault();
  stops.at(-1)?.focus();
}

export function remove() {
  announcer.remove();
  element.remove();
}

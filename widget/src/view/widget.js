/**
 * The element on the page: a shadow root that neither takes in nor gives out style, in it the launcher and the panel.
 *
 * When things are drawn:
 * 1. What happens within one turn of the browser's loop is drawn in one go, right after it; nothing that comes in puts
 *    that off: a timer that starts anew with each token would show nothing until the end.
 * 2. Writing ends after about 8 ms and goes on in the next task, so that the page around us never stutters.
 * 3. It waits for no frame: a hidden page has none, and one that scrolls within a frame needs a second one.
 */

import { toClose, toOpen, warm } from "../boot.js";
import { announcer } from "./announcer.js";
import { drawComposer, field } from "./composer.js";
import { draw, focus, icon, iconButton, make } from "./dom.js";
import { drawLog, drawToEnd, forget, log, settle, write } from "./log.js";
import { closeMenu, drawDots, drawMenu } from "./menu.js";
import { drawPersonForm, toPersonForm } from "./person.js";
import { furnish as furnishScene, site, words } from "./scene.js";
import css from "./styles.css";

const BOX_MS = 8;

/** @type {import("../conversation.js").Conversation} */
export let shown = { turns: [] };
export let isOpen = false;
export let isPersonAsked = false; // the form stands where the conversation stands
export let isEmbedded = false; // in an element of the page
let isWaiting = false; // an answer that has not been seen
let start = 0; // of what is being written
let isPlanned = false;
let isStale = false; // something else has changed than the text that is being written
let nudge = "";

/** @type {HTMLElement} */
export const element = make("deskbell-widget");
/** @type {HTMLElement} */
let root;
const title = make("h2", { tabindex: -1 });
const panel = make("section.panel", {
  part: "panel",
  onkeydown: pressKey,
  /** @param {Event} event */
  onpointerdown: ({ target }) => /** @type {Element} */ (target).closest(".menu, [aria-expanded]") || closeMenu(),
});
const launcher = make("button.row.launcher", {
  part: "launcher",
  "aria-haspopup": "dialog",
  "aria-expanded": "false", // while the panel is open the launcher is hidden
});

export const siteName = () => site.name || words.help;
/** Whether a keyboard would come up over what one reads. */
const isTouched = () => matchMedia("(pointer: coarse)").matches;
/**
 * Give the focus to a box, or where that would call a keyboard, to what stands there to be read.
 * @param {HTMLElement} calm @param {HTMLElement} [box]
 */
export const land = (calm, box = field) => focus(isTouched() ? calm : box);
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

function drawAll() {
  const hadFocus = root.matches(":focus-within");
  const { avatar = "" } = site.theme;
  draw(
    root,
    { lang: words.locale, dir: words.direction },
    // One thing is said beside the launcher, which is where it is looked for; the focus stays.
    nudge && ["div.row.nudge", ["button", { onclick: toOpen }, nudge], iconButton("close", words.dismiss, () => setNudge(""))],
    !isEmbedded && [
      launcher,
      { onclick: toOpen, onpointerenter: warm, onfocus: warm, hidden: isOpen, "aria-label": isWaiting && words.waitingAnswer },
      icon("bell"),
      ["span", words.askUs],
      isWaiting && ["i"],
    ],
    // It is drawn when it is wanted for the first time, and stays.
    (isOpen || panel.isConnected) && [
      panel,
      {
        hidden: !isOpen,
        "aria-label": siteName(),
        role: isEmbedded ? "region" : "dialog",
        "aria-modal": isWholeScreen(),
      },
      [
        "div.row.head",
        // Up to three characters, or a drawing of the owner's own: the path of an SVG, which is all of it that cannot do harm.
        ["span.mark", [...avatar][3] ? icon(avatar) : avatar || icon("bell")],
        ["div", [title, siteName()], ["p.quiet", site.disclosure || words.disclosure]],
        drawDots(),
        !isEmbedded && iconButton("close", words.close, toClose),
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

/** Whether the page has waited long enough for us. */
export const isLate = () => performance.now() - start > BOX_MS;

function flush() {
  start = performance.now();
  isPlanned = false;
  const isLeft = write();
  if (isStale) drawAll();
  isStale &&= isLeft;
  settle();
  if (isLeft) plan();
}

/** Draw all of it now. */
export function redraw() {
  isStale = true;
  flush();
}

/** Draw what has changed, in a task of its own; before there is anything to draw into, that waits for `furnish`. */
export function plan() {
  if (root && !isPlanned) setTimeout(flush);
  isPlanned = !!root;
}

/** @param {import("../conversation.js").Conversation} conversation @param {boolean} isMoreText nothing but its last text grew */
export function show(conversation, isMoreText) {
  shown = conversation;
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

/** @param {import("./scene.js").Words} itsWords @param {import("./scene.js").Site} its */
export function furnish(itsWords, its) {
  furnishScene(itsWords, its);
  forget();
  redraw();
}

/** @param {string | undefined} accent @param {string | undefined} mode @param {string | undefined} position */
export function setTheme(accent, mode, position) {
  const { style } = root;
  if (accent && CSS.supports("color", accent)) style.setProperty("--owner-accent", accent);
  style.colorScheme = mode === "light" || mode === "dark" ? mode : "light dark";
  style.justifyItems = position === "left" ? "left" : "right";
}

/**
 * What was pressed goes away with the press, so the focus needs a place: the box, or on a touch screen the log, since
 * the box would call the keyboard.
 */
export const stay = () => land(log);

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
  if (takesFocus) land(title);
}

export function close() {
  const hadFocus = root.matches(":focus-within");
  if (hadFocus) closeMenu();
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
    else toClose();
  }
  event.preventDefault();
  event.stopPropagation();
}

/**
 * On a phone nothing else can be seen, so nothing else may be reached: from the last place one comes to the first, and
 * from the title, where one begins, to either. The first is always a button, the last a button or a box.
 * @param {KeyboardEvent} event
 */
function keepFocus(event) {
  const places = [.../** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll(":enabled"))].filter((each) => each.checkVisibility());
  if (!event.shiftKey) places.reverse();
  if (!title.matches(":focus") && !places[0]?.matches(":focus")) return;
  event.preventDefault();
  places.at(-1)?.focus();
}

export function remove() {
  announcer.remove();
  element.remove();
}

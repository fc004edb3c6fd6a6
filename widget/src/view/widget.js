/**
 * The element on the page: a shadow root that neither takes in nor gives out style, in it the launcher and the panel.
 */

import { config } from "../config.js";
import { maybe } from "../maybe.js";
import { isEmbedded, toClose, toOpen } from "../panel.js";
import { personIn } from "../conversation.js";
import { named } from "../people.js";
import { askForPerson, isOpen, isPersonAsked, isWaiting, nudge, pageMode, setNudge, setView, shown, site, siteName, words } from "../stage.js";
import { drawComposer, field, takeFile } from "./composer.js";
import { draw, focus, icon, iconButton, land, make } from "./dom.js";
import { drawLog, drawToEnd, follow, log, returnToPlace, write } from "./log.js";
import { closeMenu, drawDots, drawMenu } from "./menu.js";
import { drawPersonForm, toPersonForm } from "./person.js";
import launcherStyle from "./launcher.css";
import panelStyle from "./panel.css";

/** @type {HTMLElement} */
export const element = make("deskbell-widget");
/** @type {HTMLElement} */
const root = make("div.deskbell");
/** @type {HTMLElement | undefined} what has the focus, also while the page takes us from one place to another */
let focused;
/** @type {HTMLElement} */
let title;
/** @type {HTMLElement | undefined} drawn when it is wanted for the first time; then it stays */
let panel;
const launcher = make("button.row.launcher");

/** @param {Event} event */
function noteFocus(event) {
  focused = /** @type {HTMLElement} */ (event.composedPath()[0]);
}

const isWholeScreen = () => !isEmbedded && matchMedia("(max-width: 480px)").matches;

/** Look like this too: a sheet that is not needed yet costs nothing yet. @param {string} style */
function adopt(style) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  element.shadowRoot?.adoptedStyleSheets.push(sheet);
}

/** Be what the stage is drawn by. */
export function build() {
  element.attachShadow({ mode: "open" }).append(root);
  adopt(launcherStyle);
  root.addEventListener("focusin", noteFocus); // from one of our own places to another
  setView({ write, draw: drawAll, follow });
}

/** Be in the browser's top layer, which one leaves by being taken away; who is in it, or in an element, stays there. */
const lieAbove = () => maybe(() => root.showPopover());

/**
 * We were put somewhere else: lie above the page there, and have what we had.
 * @param {boolean} mayFocus nobody else has the focus
 */
export function comeBack(mayFocus) {
  lieAbove();
  returnToPlace();
  if (mayFocus && focused) focus(focused);
}

/** Look as the tag says, or else as the site says. */
function drawTheme() {
  const { theme } = site;
  const { style } = root;
  const accent = config.accent || theme.accent;
  const mode = config.theme || theme.mode;
  if (accent && CSS.supports("color", accent)) style.setProperty("--owner-accent", accent);
  if (isOpen) {
    // What a keyboard on the screen leaves of it, however far the page is zoomed.
    const { height, offsetTop, scale } = /** @type {VisualViewport} */ (visualViewport);
    style.setProperty("--from", `${offsetTop * scale}px`);
    style.setProperty("--seen", `${height * scale}px`);
  }
  style.colorScheme = mode === "light" || mode === "dark" ? mode : pageMode;
  style.justifyItems = (config.position || theme.position) === "left" ? "left" : "right";
}

/**
 * What was pressed goes away with the press, so the focus needs a place: the box, or on a touch screen the log, since
 * the box would call the keyboard; where the panel was closed, the launcher.
 * @param {import("../stage.js").Place} [place] where it is wanted
 */
function keepFocus(place) {
  if (place === "person") toPersonForm();
  else if (place === "panel") land(title, field);
  else if (isOpen) land(log, field);
  else launcher.focus();
}

/** @param {import("../stage.js").Place} [place] */
function drawAll(place) {
  const hadFocus = root.matches(":focus-within");
  const wasInPanel = panel?.matches(":focus-within");
  drawTheme();
  if (isOpen && !panel) {
    panel = make("section.panel");
    title = make("h2");
    adopt(panelStyle);
  }
  const { avatar = "" } = site.theme;
  draw(
    root,
    {
      lang: words.locale,
      dir: words.direction,
      popover: !isEmbedded && "manual",
      // What comes from outside comes over the door, which lets no page hear of it.
      onfocusin: noteFocus,
      // A page that takes us away takes the focus first.
      onfocusout: () => setTimeout(() => root.isConnected && !root.matches(":focus-within") && (focused = undefined)),
    },
    // One thing is said beside the launcher, which is where it is looked for; the focus stays.
    nudge && ["div.row.nudge", ["button", { onclick: toOpen }, nudge], iconButton("close", words.dismiss, () => setNudge(""))],
    !isEmbedded && [
      launcher,
      {
        part: "launcher",
        "aria-haspopup": "dialog",
        "aria-expanded": "false", // while the panel is open the launcher is hidden
        "aria-label": isWaiting && words.anAnswerIsWaiting,
        hidden: isOpen,
        onclick: toOpen,
      },
      icon("bell"),
      ["span", words.askUs],
      isWaiting && ["i"],
    ],
    panel && [
      panel,
      {
        part: "panel",
        hidden: !isOpen,
        "aria-label": siteName(),
        role: isEmbedded ? "region" : "dialog",
        "aria-modal": isWholeScreen(),
        onkeydown: pressKey,
        onpaste: takeFile,
        ondragover: takeFile,
        ondrop: takeFile,
        /** @param {Event} event */
        onpointerdown: (event) => /** @type {Element} */ (event.composedPath()[0]).closest(".menu, [aria-expanded]") || closeMenu(),
      },
      [
        "div.row.head",
        // Up to three characters, or a drawing of the owner's own: the path of an SVG, which is all of it that cannot do harm.
        ["span.mark", [...avatar][3] ? icon(avatar) : avatar || icon("bell")],
        ["div", [title, { tabindex: -1 }, siteName()], ["p.quiet", personIn(shown) ? named(words.talkingWith, personIn(shown)) : site.disclosure || words.disclosure]],
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
  lieAbove();
  // What was hidden has the focus until the browser comes to its next frame.
  if (place || (hadFocus && !root.matches(":focus-within")) || (wasInPanel && !isOpen)) keepFocus(place);
}

/** Escape closes what is open last; it never stops an answer. @param {KeyboardEvent} event */
function pressKey(event) {
  if (event.key === "Tab" && isWholeScreen()) return keepWithin(event);
  if (event.key !== "Escape" || event.isComposing) return;
  if (!closeMenu()) {
    if (isPersonAsked) askForPerson(false);
    else if (isEmbedded) return;
    else toClose();
  }
  event.preventDefault();
}

/**
 * On a phone nothing else can be seen, so nothing else may be reached: from the last place one comes to the first, and
 * from the title, where one begins, to either. The first is always a button, the last a button or a box.
 * @param {KeyboardEvent} event
 */
function keepWithin(event) {
  const places = [.../** @type {NodeListOf<HTMLElement>} */ (panel?.querySelectorAll(":enabled") ?? [])].filter((each) => each.checkVisibility());
  if (!event.shiftKey) places.reverse();
  if (!title.matches(":focus") && !places[0]?.matches(":focus")) return;
  event.preventDefault();
  places.at(-1)?.focus();
}

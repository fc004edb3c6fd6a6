/** Draws the panel around the conversation: a name, what it is, the menu, the log, the question box. */

import { draw, focus, icon, iconButton, isTouched, make, set } from "./dom.js";
import { createComposer } from "./composer.js";
import { createLog } from "./log.js";
import { createMenu } from "./menu.js";
import { drawNotice } from "./notice.js";
import { createPersonForm } from "./person.js";
import { saveAsFile } from "./saving.js";

/** @typedef {import("../conversation.js").Conversation} Conversation */
/** @typedef {import("./widget.js").Scene} Scene */

const TO_FOCUS = "button:not([disabled]), a[href], input, textarea, [tabindex='0'], summary";

/** @param {Scene} scene @param {boolean} isEmbedded */
export function createPanel(scene, isEmbedded) {
  /** @type {Conversation} */
  let shown = { turns: [], refusal: null };
  let isBusy = false;
  let isPersonAsked = false; // the form stands where the conversation stands
  const nameOf = () => scene.site.name || scene.words.name;
  const title = make("h2", { id: "title", tabindex: -1, dir: "auto" });
  const element = make(isEmbedded ? "section.panel.embedded" : "section.panel", {
    part: "panel",
    role: isEmbedded ? "region" : "dialog",
    "aria-labelledby": "title",
    onkeydown: pressKey,
    /** @param {Event} event */
    onpointerdown: ({ target }) => /** @type {Element} */ (target).closest(".menu, [aria-controls]") || menu.close(),
  });
  const { ask, retry, goOn } = scene;
  Object.assign(scene, {
    ask: staying(ask),
    retry: staying(retry),
    goOn: staying(goOn),
    toPerson: () => showPerson(true),
    /** @param {string} question */
    editQuestion(question) {
      composer.fill(question);
      composer.focus();
    },
  });
  const menu = createMenu(scene, redraw, () => saveAsFile(element, nameOf(), shown.turns));
  const composer = createComposer(scene, redraw);
  const log = createLog(scene);
  const person = createPersonForm(
    scene,
    redraw,
    () => showPerson(false),
    () => {
      const text = scene.words.personSent;
      log.note(drawNotice({ icon: "check", text, isBold: true }));
      scene.announcer.say(text);
    },
  );

  function redraw() {
    const { words, site } = scene;
    const { avatar = "" } = site.theme;
    const [dots, list] = menu.draw(!!shown.turns[0]);
    log.element.hidden = isPersonAsked;
    draw(
      element,
      [
        "div.row.head",
        // Two letters, or a drawing of the owner's own: the path of an SVG, which is all of it that cannot do harm.
        ["span.mark", /^M[\d\s.,-]/.test(avatar) ? icon(avatar) : avatar.slice(0, 3) || icon("bell")],
        ["div", [title, nameOf()], ["p.quiet", { dir: "auto" }, site.disclosure || words.disclosure]],
        dots,
        !isEmbedded && iconButton("close", words.close, scene.close),
      ],
      list,
      log.element,
      isPersonAsked && person.draw(),
      ["div.over", log.toEnd],
      composer.draw(shown, isBusy, isPersonAsked),
    );
  }

  // What was pressed goes away with the press, so the focus needs a place: the box, or on a touch screen the log,
  // since the box would call the keyboard.
  function stay() {
    if (isTouched()) focus(log.element);
    else composer.focus();
  }

  /** @template {string[]} A @param {(...given: A) => unknown} act @returns {(...given: A) => void} */
  function staying(act) {
    return (...given) => {
      act(...given);
      stay();
    };
  }

  /** @param {boolean} isShown */
  function showPerson(isShown) {
    isPersonAsked = isShown;
    redraw();
    if (isShown) person.focus();
    else stay();
  }

  const isWholeScreen = () => !isEmbedded && matchMedia("(max-width: 480px)").matches;

  /** Escape closes what is open last; it never stops an answer. @param {KeyboardEvent} event */
  function pressKey(event) {
    if (event.key === "Tab" && isWholeScreen()) return keepFocus(event);
    if (event.key !== "Escape" || event.isComposing) return;
    if (!menu.close()) {
      if (isPersonAsked) showPerson(false);
      else if (isEmbedded) return;
      else scene.close();
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

  /** @param {Conversation} conversation @param {boolean} isNowBusy */
  function show(conversation, isNowBusy) {
    shown = conversation;
    isBusy = isNowBusy;
    redraw();
    log.show(conversation);
  }

  return {
    element,
    show,
    write: log.write,
    /** Draw all anew, in the words and looks that the scene has now. */
    furnish() {
      log.forget();
      show(shown, isBusy);
    },
    /** @param {boolean} takesFocus */
    open(takesFocus) {
      log.appear();
      if (!isEmbedded) set(element, { "aria-modal": String(isWholeScreen()) });
      if (!takesFocus) return;
      if (isTouched()) focus(title);
      else composer.focus();
    },
    close: menu.close,
    destroy: log.destroy,
  };
}

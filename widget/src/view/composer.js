/** Draws the question box. It takes text at any time, and keeps what could not be sent. */

import { focus, iconButton, make } from "./dom.js";
import { drawNotice } from "./notice.js";

/** @typedef {import("./widget.js").Scene} Scene */

const MOST_HEIGHT = 144; // six lines

/** The server takes no longer question. */
const MOST_CHARACTERS = 4000;
const NEARLY = 400; // so many left, and the visitor is told

/** @param {Scene} scene @param {() => void} redraw */
export function createComposer(scene, redraw) {
  const field = make("textarea", {
    part: "question",
    rows: 1,
    dir: "auto",
    enterkeyhint: "send",
    autocomplete: "off",
    oninput: edit,
    onkeydown: pressKey,
  });
  field.value = scene.draft();
  let isBusy = false;

  /** @returns {number} how many characters may still come; as the server counts them, a pair of surrogates is one */
  const room = () => MOST_CHARACTERS - [...field.value.trim()].length;
  const isMute = () => isBusy || room() < 0 || room() === MOST_CHARACTERS;

  function edit() {
    scene.edit();
    fill(field.value);
  }

  /** @param {string} text */
  function fill(text) {
    field.value = text;
    scene.keepDraft(text);
    redraw();
  }

  function send() {
    const text = field.value.trim();
    if (isMute()) return;
    scene.ask(text);
    fill("");
  }

  /** Enter sends, except where it chooses a word in an input method. @param {KeyboardEvent} event */
  function pressKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  }

  function halt() {
    focus(field);
    scene.stop();
  }

  return {
    fill,
    focus: () => focus(field),
    /** Why a question was not taken stands over the box; the question comes back, unless something else was written.
     * @param {import("../conversation.js").Conversation} conversation @param {boolean} isNowBusy @param {boolean} isHidden */
    draw({ turns, refusal }, isNowBusy, isHidden) {
      const { words } = scene;
      if (isBusy && !isNowBusy && field.parentElement?.querySelector(".stop:focus")) focus(field);
      isBusy = isNowBusy;
      field.value ||= refusal?.question ?? "";
      if (!CSS.supports("field-sizing", "content")) {
        field.style.height = "24px";
        field.style.height = `${Math.min(field.scrollHeight, MOST_HEIGHT)}px`;
      }
      const more = room();
      return [
        "div.composer",
        { hidden: isHidden },
        ["div.above", { id: "refused" }, refusal?.text && drawNotice({ icon: "alert", text: refusal.text, isBold: true })],
        [
          "div.row.box",
          [
            field,
            { "aria-label": words.field, placeholder: words.field, "aria-describedby": refusal && "refused", "aria-invalid": String(!!refusal) },
          ],
          isBusy && iconButton("stop", words.stop, halt, { class: "icon stop", part: "stop" }),
          iconButton("arrow", words.send, send, { class: "icon send", part: "send", disabled: isMute() }),
        ],
        ["p.small.left", more > NEARLY ? "" : words.count(more < 0 ? words.tooMany : words.left, Math.abs(more))],
        ["p.small", words.canBeWrong, " ", turns[0] && ["button", { onclick: scene.toPerson }, words.askPerson]],
      ];
    },
  };
}

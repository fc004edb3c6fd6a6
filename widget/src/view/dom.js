/** Makes elements by name and fills them with text: the only way in which this widget writes into a page. */

/** @typedef {{ [name: string]: string | number | boolean | null | undefined | ((event: any) => unknown) }} Attributes */
/** @typedef {Attributes | Node | string | null | undefined | false | 0} Part */
/** @template {string} N @typedef {N extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[N] : never} Named */
/** "button.icon.up" is a button. @template {string} S @typedef {S extends `${infer N}.${string}` ? Named<N> : Named<S>} Made */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Set attributes. A name that begins with `on` is a listener, `true` an empty attribute, `false` and nothing none.
 * @param {Element} element @param {Attributes} attributes
 */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value == null || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * Return a new element. Of what is given after its name and classes, plain objects are attributes; all else goes into
 * it, but for what is not there.
 * @template {string} S @param {S} spec @param {...Part} parts @returns {Made<S>}
 */
export function make(spec, ...parts) {
  const [name = "", ...classes] = spec.split(".");
  const element = document.createElement(name);
  if (classes[0]) element.className = classes.join(" ");
  if (name === "button") set(element, { type: name });
  for (const part of parts) {
    if (!part) continue;
    if (typeof part === "string" || part instanceof Node) element.append(part);
    else set(element, part);
  }
  return /** @type {any} */ (element);
}

/** @type {Record<string, string>} Lines of 20 by 20. What follows a bar is drawn dashed. */
const ICONS = {
  bell: "M3.5 14.5a6.5 6.5 0 0 1 13 0zM2.5 17h15M10 8V6M8 5h4",
  close: "M5 5l10 10M15 5L5 15",
  more: "M5 10h0M10 10h0M15 10h0",
  thumb: "M6.5 9l3-5.5c1.2 0 2 1 2 2V8H15c1 0 1.8 1 1.6 2l-1 5c-.1.8-.8 1.3-1.6 1.3H6.5zM6.5 9h-3v7.3h3",
  copy: "M7 7h9v9H7zM13 7V4H4v9h3",
  arrow: "M10 15.5v-11M5.5 9L10 4.5 14.5 9",
  stop: "M5 5h10v10H5z",
  go: "M7.5 5l5 5-5 5",
  doubt: "M8 8.3a2 2 0 1 1 2.8 1.9c-.5.2-.8.6-.8 1.1M10 13.6h0|M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0z",
  cut: "M4 5.5h12M4 10h12M4 14.5h4M11 14.5h0M13.5 14.5h0M16 14.5h0",
  clock: "M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zM10 6v4l2.5 2",
  swap: "M4 8h10.5l-3-3M16 12H5.5l3 3",
  alert: "M10 3.5l7 12.5H3zM10 8.5v3.5M10 14h0",
  check: "M4.5 10.5l3.5 3.5 7.5-8",
  pen: "M4 16l1-4 9-9 3 3-9 9z",
};

/**
 * Return a drawing that means nothing to a screen reader: the words stand beside it.
 * @param {string} name of one of ours, or the path of an owner's own
 */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  set(drawing, { viewBox: "0 0 20 20", "aria-hidden": "true", class: `i-${name}` });
  for (const d of (ICONS[name] ?? name).split("|")) {
    const path = document.createElementNS(SVG, "path");
    set(path, { d });
    drawing.append(path);
  }
  return drawing;
}

/**
 * Return a square button of 44 pixels that shows a drawing and says what it does.
 * @param {string} drawing @param {string} label @param {() => unknown} onclick @param {Attributes} [more]
 */
export const iconButton = (drawing, label, onclick, more) =>
  make("button.icon", { "aria-label": label, title: label, onclick, ...more }, icon(drawing));

/**
 * Return a button that puts text on the clipboard, shows a tick for two seconds and says so; nothing where the page
 * may not.
 * @param {string} label @param {() => string} text @param {() => void} said
 */
export function copyButton(label, text, said) {
  const button = iconButton("copy", label, () => navigator.clipboard.writeText(text()).then(tick, () => {}));
  function tick() {
    button.replaceChildren(icon("check"));
    setTimeout(() => button.replaceChildren(icon("copy")), 2000);
    said();
  }
  return navigator.clipboard && button;
}

/** Whether a keyboard would come up over what one reads. */
export const isTouched = () => matchMedia("(pointer: coarse)").matches;

/**
 * Draws elements by name and fills them with text: the only way in which this widget writes into a page.
 *
 * A drawing is a list: a name with its classes, or an element, then attributes, text, elements and drawings in any
 * order; what is not there is left out. Drawing into an element again changes what differs and keeps all else, so that
 * whoever has the focus in it keeps it.
 */

/** @typedef {{ [name: string]: string | number | boolean | null | undefined | ((event: any) => unknown) }} Attributes */
/** @typedef {any[]} Drawing */
/** @typedef {Attributes | Drawing | Node | string | null | undefined | false | 0} Part */
/** @template {string} N @typedef {N extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[N] : never} Named */
/** "button.icon.up" is a button. @template {string} S @typedef {S extends `${infer N}.${string}` ? Named<N> : Named<S>} Made */

const SVG = "http://www.w3.org/2000/svg";

/** @type {WeakMap<Node, any>} the name and classes that a node was drawn from, "" for text */
const kinds = new WeakMap();

/**
 * Set attributes. A function is what a handler is set to, `true` an empty attribute, `false` and nothing none.
 * @param {Element} element @param {Attributes} attributes
 */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") /** @type {any} */ (element)[name] = value;
    else if (value == null || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** @param {string} kind its name and classes @returns {any} */
function create(kind) {
  const [name = "", ...classes] = kind.split(".");
  const isLine = /^(svg|path)$/.test(name);
  const element = isLine ? document.createElementNS(SVG, name) : document.createElement(name);
  if (classes[0]) set(element, { class: classes.join(" ") });
  if (name === "button") set(element, { type: name });
  return element;
}

/** Make these the attributes and the content of an element; return it. @template {Element} E @param {E} element @param {...Part} parts */
export function draw(element, ...parts) {
  let next = /** @type {any} */ (element.firstChild);
  /** @param {Node | null} last */
  function dropUntil(last) {
    while (next !== last) {
      const gone = next;
      next = gone.nextSibling;
      gone.remove();
    }
  }

  for (const part of parts) {
    if (!part) continue;
    const isText = typeof part === "string";
    const [kind, ...inner] = Array.isArray(part) ? part : [isText ? "" : part];
    if (typeof kind === "object" && !(kind instanceof Node)) {
      set(element, kind);
      continue;
    }
    let child = next;
    while (child && child !== kind && kinds.get(child) !== kind) child = child.nextSibling;
    if (child) {
      dropUntil(child);
      next = child.nextSibling;
    } else {
      child = kind instanceof Node ? kind : kind ? create(kind) : new Text();
      kinds.set(child, kind);
      element.insertBefore(child, next);
    }
    if (isText) child.data = part;
    else if (inner.length) draw(child, ...inner);
  }
  dropUntil(null);
  return element;
}

/** Return a new element. @template {string} S @param {S} kind @param {...Part} parts @returns {Made<S>} */
export const make = (kind, ...parts) => draw(create(kind), ...parts);

/** @type {Record<string, string>} Lines of 20 by 20. What follows a bar is drawn dashed. */
const ICONS = {
  bell: "M4 14a6 6 0 0 1 12 0zM2 17h16M10 8V5M8 5h4",
  close: "M5 5l10 10M15 5L5 15",
  more: "M4.5 10h1M9.5 10h1M14.5 10h1",
  thumb: "M6 9l3-6c2 0 3 1 2 5h6l-2 8H6zM6 9H3v7h3",
  copy: "M7 7h9v9H7zM13 7V4H4v9h3",
  arrow: "M10 16V4M5 9l5-5 5 5",
  stop: "M5 5h10v10H5z",
  go: "M8 5l5 5-5 5",
  doubt: "M8 8a2 2 0 1 1 2 2v1M10 14h0|M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0z",
  cut: "M4 6h12M4 10h12M4 14h4M11 14h0M13 14h0M16 14h0",
  clock: "M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zM10 6v4l2 2",
  swap: "M4 8h11l-3-3M16 12H5l3 3",
  alert: "M10 4l7 12H3zM10 8v4M10 14h0",
  check: "M4 10l4 4 8-8",
  pen: "M4 16l1-4 9-9 3 3-9 9z",
};

/**
 * Return a drawing that means nothing to a screen reader: the words stand beside it.
 * @param {string} name of one of ours, or the path of an owner's own @returns {Drawing}
 */
export const icon = (name) => [
  "svg",
  { viewBox: "0 0 20 20", "aria-hidden": "true" },
  ...(ICONS[name] ?? name).split("|").map((d) => ["path", { d }]),
];

/**
 * Return a square button of 44 pixels that shows a drawing and says what it does.
 * @param {string} name @param {string} label @param {() => unknown} onclick @param {Attributes} [more] @returns {[string, ...Part[]]}
 */
export const iconButton = (name, label, onclick, more) => [
  "button.icon",
  { "aria-label": label, title: label, onclick, ...more },
  icon(name),
];

/** @param {string} text @param {() => unknown} onclick @param {Attributes} [more] @returns {Drawing} */
export const chip = (text, onclick, more) => ["button.chip", { onclick, ...more }, text];

/**
 * Return a button that puts text on the clipboard, shows a tick for two seconds and says so; nothing where the page
 * may not.
 * @param {string} label @param {() => string} text @param {() => void} said
 */
export function copyButton(label, text, said) {
  const button = make(...iconButton("copy", label, () => navigator.clipboard.writeText(text()).then(tick, () => {})));
  function tick() {
    draw(button, icon("check"));
    setTimeout(() => draw(button, icon("copy")), 2000);
    said();
  }
  return navigator.clipboard && button;
}

/** Whether a keyboard would come up over what one reads. */
export const isTouched = () => matchMedia("(pointer: coarse)").matches;

/** @param {HTMLElement} element */
export const focus = (element) => element.focus({ preventScroll: true });

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
/** @template {string} N @typedef {N extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[N] : any} Named */
/** "button.icon.up" is a button. @template {string} S @typedef {S extends `${infer N}.${string}` ? Named<N> : Named<S>} Made */

/**
 * Set attributes. A function is what a handler is set to; nothing, in any form, is no attribute.
 * @param {Element} element @param {Attributes} attributes
 */
function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") /** @type {any} */ (element)[name] = value;
    else if (!value) element.removeAttribute(name);
    // A direction that is set again, though to the same, has the browser style all that lies within anew.
    else if (element.getAttribute(name) != value) element.setAttribute(name, /** @type {string} */ (value));
  }
}

/** @param {string} kind its name and classes; no name is text @returns {any} */
function create(kind) {
  const [name, ...classes] = kind.split(".");
  if (!name) return document.createTextNode("");
  const element = document.createElementNS(`http://www.w3.org/${/svg|path/.test(name) ? "2000/svg" : "1999/xhtml"}`, name);
  if (classes[0]) element.setAttribute("class", classes.join(" "));
  return element;
}

/** Make these the attributes and the content of an element; return it. @template {Element} E @param {E} element @param {...Part} parts */
export function draw(element, ...parts) {
  /** @type {(ChildNode & { kind?: unknown })[]} each knows the kind, or the node, that it was drawn from */
  const old = [...element.childNodes];
  for (const part of parts) {
    if (!part) continue;
    const [kind, ...inner] = Array.isArray(part) ? part : typeof part === "string" ? [""] : [part];
    const isNode = kind.nodeType; // a page may call something of its own `Node`
    if (!isNode && typeof kind !== "string") {
      set(element, kind);
      continue;
    }
    const before = old.splice(0, 1 + old.findIndex((each) => each.kind === kind));
    let child = /** @type {any} */ (before.pop());
    for (const gone of before) gone.remove();
    if (!child) {
      child = isNode ? kind : create(kind);
      child.kind = kind;
      element.insertBefore(child, old[0] ?? null);
    }
    if (kind === "") child.data = part;
    else if (inner.length) draw(child, ...inner);
  }
  for (const gone of old) gone.remove();
  return element;
}

/** Return a new element. @template {string} S @param {S} kind @param {...Part} parts @returns {Made<S>} */
export const make = (kind, ...parts) => draw(create(kind), ...parts);

/** @type {Record<string, string>} Lines of 20 by 20. What follows a bar is drawn dashed. */
const ICONS = {
  bell: "M4 14a6 6 0 0 1 12 0zM2 17h16M10 8V5M8 5h4",
  cut: "M4 6h12M4 10h12M4 14h4",
  clock: "M10 3a7 7 0 1 0 1 0zM10 6v4l2 2",
  more: "M4 10h1m5 0h1m5 0h1",
  stop: "M5 5h10v10H5z",
  alert: "M10 4l7 12H3zM10 8v4M10 14h0",
  swap: "M4 8h11l-3-3M16 12H5l3 3",
  copy: "M7 7h9v9H7zM4 13V4h9",
  arrow: "M10 16V4M5 9l5-5 5 5",
  thumb: "M6 16V9l3-6c2 0 3 1 2 5h6l-2 8H3V9h3",
  doubt: "M8 8a2 2 0 1 1 2 2v1M10 14h0|M10 3a7 7 0 1 0 1 0z",
  pen: "M4 16l1-4 9-9 3 3-9 9z",
  check: "M4 10l4 4 8-8",
  close: "M5 5l10 10M15 5L5 15",
  next: "M8 5l5 5-5 5",
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
 * @param {string} name @param {string} label @param {(event: any) => unknown} onclick @param {Attributes} [more] @returns {[string, ...Part[]]}
 */
export const iconButton = (name, label, onclick, more) => [
  `button.icon.${name}`,
  { "aria-label": label, title: label, onclick, ...more },
  icon(name),
];

/** @param {string} text @param {() => unknown} onclick @param {Attributes} [more] @returns {Drawing} */
export const chip = (text, onclick, more) => ["button.chip", { onclick, ...more }, ["span", text]];

/** @param {HTMLElement} element */
export const focus = (element) => element.focus({ preventScroll: true });

/**
 * Give the focus to a box, or where that would call a keyboard up over what one reads, to what stands there to be read.
 * @param {HTMLElement} calm @param {HTMLElement} box
 */
export const land = (calm, box) => focus(matchMedia("(pointer: coarse)").matches ? calm : box);

/** Makes elements by name and fills them with text: the only way in which this widget writes into a page. */

/** @typedef {{ [name: string]: string | number | boolean | null | undefined | ((event: any) => void) }} Attributes */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Return a new element. A name that begins with `on` is a listener, `true` an empty attribute, `false` none.
 * @template {keyof HTMLElementTagNameMap} N
 * @param {N} name @param {Attributes} [attributes] @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[N]}
 */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

/** @type {Record<string, string>} Lines of 20 by 20. After a bar: lines that are drawn dashed. */
const ICONS = {
  bell: "M3.5 14.5a6.5 6.5 0 0 1 13 0zM2.5 17h15M10 8V6M8 5h4",
  close: "M5 5l10 10M15 5L5 15",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  thumb: "M6.5 9l3-5.5c1.2 0 2 .9 2 2.1V8h3.6c1 0 1.7.9 1.5 1.9l-1 5a1.6 1.6 0 0 1-1.6 1.3H6.5zM6.5 9h-3v7.2h3",
  copy:
    "M9 7h5.5a2 2 0 0 1 2 2v5.5a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2z" +
    "M13 7V5.5a2 2 0 0 0-2-2H5.5a2 2 0 0 0-2 2V11a2 2 0 0 0 2 2H7",
  arrow: "M10 15.5v-11M5.5 9L10 4.5 14.5 9",
  stop: "M6 4h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z",
  go: "M7.5 5l5 5-5 5",
  doubt: "M8 8.3a2 2 0 1 1 2.8 1.9c-.5.2-.8.6-.8 1.1M10 13.6h.01|M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0z",
  cut: "M4 5.5h12M4 10h12M4 14.5h4M11 14.5h.01M13.5 14.5h.01M16 14.5h.01",
  clock: "M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zM10 6v4l2.5 2",
  swap: "M4 8h10.5l-3-3M16 12H5.5l3 3",
  alert: "M10 3.5l7 12.5H3zM10 8.5v3.5M10 14h.01",
  check: "M4.5 10.5l3.5 3.5 7.5-8",
  pen: "M4 16l.8-3.5L13.5 3.8l2.7 2.7L7.5 15.2z",
};

/** Return a drawing that means nothing to a screen reader: the words stand beside it. @param {string} name */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 20 20");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", `i-${name}`);
  ICONS[name]?.split("|").forEach((line, place) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    if (place) path.setAttribute("stroke-dasharray", "3.2 2.3");
    drawing.append(path);
  });
  return drawing;
}

/**
 * Return a square button of 44 pixels that shows a drawing and says what it does.
 * @param {string} drawing @param {string} label @param {() => void} onclick @param {Attributes} [more]
 */
export function iconButton(drawing, label, onclick, more = {}) {
  return make(
    "button",
    { type: "button", class: "icon", "aria-label": label, title: label, onclick, ...more },
    icon(drawing),
  );
}

/** Put text on the clipboard and show a tick for two seconds. @param {HTMLElement} button @param {string} text */
export async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return false; // the page may not be allowed to; the text can still be marked by hand
  }
  const before = button.firstChild;
  if (!before) return true;
  const tick = icon("check");
  before.replaceWith(tick);
  setTimeout(() => tick.replaceWith(before), 2000);
  return true;
}

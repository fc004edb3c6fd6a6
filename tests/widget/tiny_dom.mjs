/** A document of a few lines: only what the Markdown writer may use, so a test sees at once when it uses more. */

class Node {
  parentNode = null;
}

class Text extends Node {
  nodeType = 3;

  constructor(text) {
    super();
    this.data = text;
  }

  appendData(text) {
    this.data += text;
  }

  get textContent() {
    return this.data;
  }
}

class Element extends Node {
  nodeType = 1;
  childNodes = [];

  constructor(name) {
    super();
    this.name = name;
  }

  append(given) {
    const child = typeof given === "string" ? new Text(given) : given;
    child.parentNode = this;
    this.childNodes.push(child);
  }

  remove() {
    this.parentNode.childNodes.splice(this.parentNode.childNodes.indexOf(this), 1);
  }

  get lastChild() {
    return this.childNodes.at(-1) ?? null;
  }

  get lastElementChild() {
    return this.childNodes.findLast((child) => child.nodeType === 1) ?? null;
  }

  get textContent() {
    return this.childNodes.map((child) => child.textContent).join("");
  }
}

const SHOWN = ["href", "start", "className", "scope"];
const EMPTY = new Set(["br", "hr"]);

/** Return the element as HTML, for people to compare. */
export function asHtml(node) {
  if (node.nodeType === 3) return node.data.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const inner = node.childNodes.map(asHtml).join("");
  if (node.name === "root") return inner;
  const attributes = SHOWN.filter((name) => node[name] !== undefined).map((name) => ` ${name}="${node[name]}"`);
  return `<${node.name}${attributes.join("")}>${EMPTY.has(node.name) ? "" : `${inner}</${node.name}>`}`;
}

globalThis.document = { baseURI: "https://shop.example/page", createElement: (name) => new Element(name) };

/** Return an empty element. */
export const createRoot = () => new Element("root");

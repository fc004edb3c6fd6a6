/**
 * The door: it reads the tag, puts the widget on the page, and does what the page asks. Nothing else of ours reads the
 * page.
 *
 * Rules that this file keeps:
 * 1. The script may be there twice; the second one does nothing.
 * 2. Nothing is fetched before the page is idle or a visitor comes near.
 * 3. `destroy` leaves no listener and no element behind.
 */

import { catchUp, identify, leave, sleep, wake } from "./chat.js";
import { config, readConfig } from "./config.js";
import { emit, hearViolation, life, listen, setHost, warn } from "./host.js";
import { maybe } from "./maybe.js";
import { ask, begin, getReady, isEmbedded, open, toClose, toOpen } from "./panel.js";
import { memory, openSession } from "./session.js";
import { isOpen } from "./stage.js";
import { announcer } from "./voice.js";
import { build, element } from "./view/widget.js";
import { setServer } from "./wire/api.js";

/** @typedef {import("./host.js").Listener} Listener */

/** Known only while the script runs for the first time. */
const tag = /** @type {HTMLScriptElement | null} */ (document.currentScript);
const nonce = tag?.nonce ?? "";
const ours = /** @type {any} */ (window);
const place = new MutationObserver(putOnPage);
/** Return the element that the tag names, if it does and there is one; what is no selector finds nothing. */
const home = () => maybe(() => (config.target ? document.querySelector(config.target) : null));
/** What the page says of itself. @type {{ url?: unknown, title?: unknown }} */
const told = {};
let isReady = false;

/** @type {Record<string, Listener>} */
const methods = {
  open: toOpen,
  close: toClose,
  toggle: () => (isOpen ? toClose() : toOpen()),
  ask: (text) => ask(String(text ?? "").trim()).catch(warn),
  identify: (token) => identify(String(token ?? "")),
  context: (more) => Object.assign(told, more),
  on(name, listener) {
    listen(name, listener);
    if (name === "ready" && isReady) setTimeout(listener, 0, {});
  },
  destroy() {
    life.abort();
    place.disconnect();
    leave();
    announcer.remove();
    element.remove();
    delete ours.Deskbell;
  },
};

/** Be on the page, also after a navigation within it has put another body there. */
function putOnPage() {
  const { body, documentElement } = document;
  if (!element.isConnected) (isEmbedded ? home() : body)?.append(element);
  if (!announcer.isConnected) body.append(announcer);
  for (const each of [documentElement, body]) place.observe(each, { childList: true });
}

/**
 * As a script, since a policy that blocks our requests lets our script through. A page with Trusted Types takes no
 * address from us; its own console has the line.
 * @param {string} address
 */
function report(address) {
  const script = document.createElement("script");
  script.src = address;
  script.nonce = nonce;
  script.onload = script.onerror = () => script.remove();
  document.head.append(script);
}

/** Without its query, which may hold what nobody else should read. */
const pageNow = () => ({
  url: `${told.url ?? location.origin + location.pathname}`,
  title: `${told.title ?? document.title}`,
});

/** Carry out a call that was pushed. @param {unknown} call */
function take(call) {
  const [name, ...args] = Array.isArray(call) ? call : [];
  if (Object.hasOwn(methods, name)) methods[name]?.(...args);
  else warn(`there is no "${name}" to call`);
}

function boot() {
  setHost({ origin: location.origin, pageNow, report });
  const { site, userToken } = readConfig({ ...tag?.dataset }, tag?.src, location.href, document.documentElement.lang);
  openSession(site);
  setServer(config, () => memory.visitor);
  if (userToken !== undefined) identify(userToken);
  const early = ours.Deskbell;
  ours.Deskbell = { ...methods, push: (/** @type {unknown[]} */ ...calls) => calls.forEach(take) };
  if (Array.isArray(early)) early.forEach(take);
  // In a task of its own: reading the script has been one already, and the page has work to do as well.
  if (document.body) setTimeout(appear);
  else document.addEventListener("DOMContentLoaded", appear);
}

function appear() {
  // A browser that knows no such colour is older than what we are drawn for (docs/reference/widget.md).
  if (life.signal.aborted || !CSS.supports("color", "light-dark(red, lch(from red l c h))")) return life.abort();
  begin(!!home());
  build();
  if (config.target && !isEmbedded) warn(`there is no "${config.target}" to be put into`);
  putOnPage();
  document.addEventListener("securitypolicyviolation", hearViolation, life);
  addEventListener("storage", catchUp, life);
  addEventListener("pagehide", sleep, life);
  addEventListener("pageshow", wake, life);
  addEventListener("online", wake, life);
  isReady = true;
  emit("ready");
  if (isEmbedded || (config.open ?? "false") !== "false") open(false).catch(warn);
  else (window.requestIdleCallback ?? setTimeout)(getReady);
}

try {
  if (!ours.Deskbell?.destroy) boot();
} catch (error) {
  warn(error);
}

/**
 * The door: it reads the tag, puts the widget on the page, and does what the page asks. Nothing else of ours reads the
 * page.
 *
 * Rules that this file keeps:
 * 1. The script may be there twice; the second one does nothing but let the first one tell the site's owner.
 * 2. Nothing is fetched or drawn before the page is idle. Then all that shows is drawn in one go, as the site wants it.
 * 3. What the page takes away with another body comes back as it was. What it takes away on purpose comes back a few
 *    times, each time later, and then no more.
 * 4. What is typed and focused in the widget stays in it: no shortcut, dialog or editor of the page hears of it.
 * 5. `destroy` leaves no listener and no element behind; who still calls is not answered.
 */

import { catchUp, identify, leave, sleep, wake } from "./chat.js";
import { config, findMistake, readConfig, setLocale } from "./config.js";
import { emit, hearViolation, life, listen, setHost, tell, warn } from "./host.js";
import { maybe } from "./maybe.js";
import { ask, begin, embed, isEmbedded, open, reload, toClose, toOpen } from "./panel.js";
import { memory, openSession, tab } from "./session.js";
import { isOpen, redraw, setPageMode } from "./stage.js";
import { announcer } from "./voice.js";
import { build, comeBack, element } from "./view/widget.js";
import { setServer } from "./wire/api.js";

/** @typedef {import("./host.js").Listener} Listener */

/** A page that takes it away more often than this, each time within so many milliseconds, means it. */
const MOST_REMOVALS = 4;
/** A swapped body takes it along: so much of a removal, lest a page that swaps because of us never ends. */
const A_SWAP = 0.1;
const AT_ONCE_MS = 3000;
/** So often in that time what a page hides is shown again. */
const MOST_SHOWN = 20;
const OURS = "copy touchstart focusout pointerdown keypress touchmove wheel keydown focus keyup paste dragover mousedown focusin input click cut drop";
/** A page that is never idle gets its launcher after so many milliseconds. */
const LONGEST_BUSY_MS = 2000;

/** Known only while the script runs for the first time. */
const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
const ours = /** @type {any} */ (window);
/** Nothing else is done while the page has work to do as well. @param {() => void} act */
const later = (act) => void (window.requestIdleCallback ?? setTimeout)(act, { timeout: LONGEST_BUSY_MS });
const place = new MutationObserver(watch);
const looks = new MutationObserver(readMode);
/** What the page says of itself. @type {{ url?: unknown, title?: unknown }} */
const told = {};
let isReady = false;
/** @type {HTMLElement | undefined} the body that it was put into last */
let body;
let removals = 0;
let isAway = false; // taken away, and back later or no more
let shown = 0;
let placedAt = 0;
/** @type {Element | undefined} a dialog of the page that lies over all else */
let modal;

/** @type {Record<string, Listener>} */
const methods = {
  open: () => (rise(), toOpen()),
  close: toClose,
  toggle: () => take([isOpen ? "close" : "open"]),
  ask: (text) => (rise(), ask(String(text ?? "").trim()).catch(warn)),
  identify: (token) => identify(String(token ?? "")),
  context: (more) => Object.assign(told, more),
  theme(mode) {
    config.theme = mode;
    redraw();
  },
  locale(locale) {
    setLocale(locale);
    reload();
  },
  mount(home) {
    config.target = home;
    putOnPage();
  },
  on(name, listener) {
    listen(name, listener);
    if (name === "ready" && isReady) setTimeout(listener, 0, {});
  },
  // A page that only swapped its body runs its new tag, and the old one is gone.
  twice: () => later(() => script?.isConnected && tell("twice")),
  destroy() {
    isReady = false;
    life.abort();
    place.disconnect();
    looks.disconnect();
    leave();
    announcer.remove();
    element.remove();
    delete ours.Deskbell;
  },
};

/** Return the element that the tag names; null where there is none just now, nothing where the tag names none. */
function findHome() {
  const { target } = config;
  if (typeof target === "object") return target.isConnected ? target : null;
  return maybe(() => (target ? document.querySelector(target) : undefined)); // what is no selector names none
}

/** Where it floats: what lies beside a dialog that the page shows over all else cannot be reached. */
const findFloor = () => (modal?.matches(":modal") ? modal : document.body);

/** Return where it belongs; nothing while that is away, unless the tag also says on which side it floats. */
function findPlace() {
  const home = findHome();
  embed(!!home);
  return home ?? (home === null && !config.position ? null : findFloor());
}

/** Return whether it was not there yet. @param {Element} it @param {Element} where */
function put(it, where) {
  if (it.parentNode === where) return false;
  where.append(it);
  placedAt = performance.now();
  return true;
}

/** Be where it belongs, as it was. */
function putOnPage() {
  if (!isReady || !document.body) return;
  isAway = false;
  const where = findPlace();
  if (!where) element.remove();
  else if (put(element, where)) {
    comeBack(document.activeElement === document.body);
  }
  body = document.body;
  put(announcer, findFloor());
  looks.observe(document.documentElement, { attributes: true });
}

/** The page has changed: perhaps it took something of ours away, or has the place that the tag names. */
function watch() {
  // A dialog of the page hides from everyone what lies beside it, and the visitor is here.
  for (const each of [element, announcer])
    for (const name of ["inert", "aria-hidden"])
      if (each.hasAttribute(name) && shown < MOST_SHOWN) {
        if (!shown++) setTimeout(() => (shown = 0), AT_ONCE_MS);
        each.removeAttribute(name);
      }
  const isSwapped = document.body !== body;
  const isHere = element.isConnected && announcer.isConnected;
  if ((isAway && !isSwapped) || (isHere && (isEmbedded || !config.target))) return;
  if (isHere || (findHome() === null && !config.position)) return putOnPage(); // its place may be away
  if (performance.now() - placedAt > AT_ONCE_MS) removals = 0;
  removals += isSwapped ? A_SWAP : 1;
  if (removals < 2) return putOnPage();
  isAway = true;
  if (removals > MOST_REMOVALS) warn("this page keeps removing it");
  else setTimeout(putOnPage, 25 * 4 ** removals);
}

/** Lie above all that the page shows, in its last dialog where it has one. Who comes last into the top layer lies on top. */
function rise() {
  modal = [...document.querySelectorAll(":modal")].at(-1);
  modal?.addEventListener(document.fullscreenElement ? "fullscreenchange" : "close", rise, life);
  if (!isEmbedded) element.remove();
  putOnPage();
}

/** Whether the page around us is dark. */
function readMode() {
  const { documentElement } = document;
  const said = documentElement.dataset["theme"] || getComputedStyle(documentElement).colorScheme;
  setPageMode(said.match(/light|dark/g)?.join(" ") ?? "light dark");
}

/**
 * What is of ours along an event's way hears of it, and nobody else; nor does a dialog that holds the focus hear that
 * it goes to us.
 * @param {any} event
 */
function guard(event) {
  const way = event.composedPath();
  const end = way.indexOf(element);
  if (end < 0 && (event.relatedTarget !== element || !event.target.closest("[role*=dialog]"))) return;
  event.stopImmediatePropagation();
  for (let at = 0; at < end; at++) /** @type {any} */ (way[at])[`on${event.type}`]?.(event);
}

/**
 * As a script, since a policy that blocks our requests lets our script through. A page with Trusted Types takes no
 * address from us; its own console has the line.
 * @param {string} address
 */
function report(address) {
  const messenger = document.createElement("script");
  messenger.src = address;
  messenger.nonce = script?.nonce ?? "";
  messenger.onload = messenger.onerror = () => messenger.remove();
  document.head.append(messenger);
}

/** Without its query, which may hold what nobody else should read. */
const pageNow = () => ({
  url: `${told.url ?? location.origin + location.pathname}`,
  title: `${told.title ?? document.title}`,
});

/** Carry out a call. @param {unknown} call */
function take(call) {
  const [name, ...args] = Array.isArray(call) ? call : [];
  if (life.signal.aborted) return;
  if (Object.hasOwn(methods, name)) methods[name]?.(...args);
  else warn(`there is no "${name}" to call`);
}

function boot() {
  setHost({ origin, isFile: location.protocol === "file:", appear, pageNow, report });
  document.addEventListener("securitypolicyviolation", hearViolation, life);
  if (!script) throw 'the script tag must not say type="module"';
  const { site, userToken } = readConfig({ ...script.dataset }, script.src, location.href, document.documentElement.lang);
  openSession(site);
  setServer(config, () => memory.visitor);
  if (userToken !== undefined) identify(userToken);
  const mistake = findMistake({ ...script.dataset });
  if (mistake) warn(mistake);
  const early = ours.Deskbell;
  ours.Deskbell = { push: (/** @type {unknown[]} */ ...calls) => calls.forEach(take) };
  for (const name in methods) ours.Deskbell[name] = (/** @type {any[]} */ ...args) => take([name, ...args]);
  if (Array.isArray(early)) early.forEach(take);
  // A browser that knows no such colour is older than what we are drawn for (docs/reference/widget.md).
  if (!CSS.supports("color:light-dark(red,lch(from red l c h))")) return life.abort();
  // Whoever listens at the window first hears first.
  for (const name of OURS.split(" ")) addEventListener(name, guard, { capture: true, signal: life.signal });
  later(() => void begin());
}

function appear() {
  isReady = true;
  build();
  putOnPage();
  listen("open", readMode); // asking for a page's style takes its time, and the launcher needs none
  if (config.target && !isEmbedded) warn(`there is no "${config.target}" to be put into`);
  place.observe(document, { childList: true, subtree: true });
  for (const each of [element, announcer]) place.observe(each, { attributes: true });
  /** @type {VisualViewport} */ (visualViewport).addEventListener("resize", () => redraw(), life);
  addEventListener("storage", catchUp, life);
  addEventListener("pagehide", sleep, life);
  addEventListener("pageshow", wake, life);
  addEventListener("online", wake, life);
  emit("ready");
  const { open: asked = "false" } = config;
  // It stays as the visitor left it; what the tag says holds for the first page, and "once" for no other.
  if (location.hash === "#deskbell" || (tab.isOpen ? asked !== "once" : tab.isOpen === undefined && asked !== "false")) open(false).catch(warn);
}

try {
  if (!ours.Deskbell?.destroy) boot();
  else ours.Deskbell.push(["twice"]);
} catch (error) {
  warn(error);
}

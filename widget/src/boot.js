/**
 * The door: it reads the tag, puts the widget on the page, and does what the page asks.
 *
 * Rules that this file keeps:
 * 1. The script may be there twice; the second one does nothing.
 * 2. Nothing is fetched before the page is idle or a visitor comes near.
 * 3. `destroy` leaves no listener and no element behind.
 */

import { ask as askChat, catchUp, identify, leave, recall, sleep, wake } from "./chat.js";
import { config, readConfig } from "./config.js";
import { dare } from "./dare.js";
import { context, emit, hearViolation, life, listen, tag, warn, warnRefused, warnUnreachable } from "./page.js";
import { memory, openSession, remember } from "./session.js";
import { announcer } from "./view/announcer.js";
import { site } from "./view/scene.js";
import {
  build,
  close as closePanel,
  element,
  furnish,
  isEmbedded,
  isOpen,
  open as openPanel,
  remove,
  setNudge,
  setTheme,
} from "./view/widget.js";
import { call } from "./wire/api.js";
import { wordsFor } from "./words/index.js";

/** @typedef {import("./page.js").Listener} Listener */
/**
 * @typedef {import("./view/scene.js").Site & { words?: object, code?: string, detail?: string }} Settings
 */

const LONGEST_WAIT_MS = 1500;
const NUDGE_AFTER_MS = 3000;
/** What shows until the settings are there. @type {Settings} */
const UNKNOWN = { starters: [], theme: {}, link_hosts: [] };

const ours = /** @type {any} */ (window);
const place = new MutationObserver(settle);
/** Return the element that the tag names, if it does and there is one; what is no selector finds nothing. */
const home = () => dare(() => (config.target ? document.querySelector(config.target) : null));
let isReady = false;
/** @type {Promise<void> | undefined} */
let settings;

/** @type {Record<string, Listener>} */
const methods = {
  open: toOpen,
  close: toClose,
  toggle: () => (isOpen ? toClose() : toOpen()),
  ask: (text) => ask(String(text ?? "").trim()).catch(warn),
  identify: (token) => identify(String(token ?? "")),
  context,
  on(name, listener) {
    listen(name, listener);
    if (name === "ready" && isReady) setTimeout(listener, 0, {});
  },
  destroy() {
    life.abort();
    place.disconnect();
    leave();
    remove();
    delete ours.Deskbell;
  },
};

/** Be on the page, also after a navigation within it has put another body there. */
function settle() {
  const { body, documentElement } = document;
  if (!element.isConnected) (isEmbedded ? home() : body)?.append(element);
  if (!announcer.isConnected) body.append(announcer);
  for (const each of [documentElement, body]) place.observe(each, { childList: true });
}

/** Speak and look as the site says, and before that as the tag says. @param {Settings} told */
function dress(told) {
  const { accent, mode, position } = told.theme;
  setTheme(config.accent || accent, config.theme || mode, config.position || position);
  furnish(wordsFor(config.locale, told.words), told);
}

async function fetchSettings() {
  /** @type {Settings | undefined} */
  const told = await call(`sites/${encodeURIComponent(config.site)}?locale=${config.locale ?? ""}`)
    .then((response) => response.json())
    .catch(() => {});
  if (!told) return warnUnreachable();
  if (!told.theme) return warnRefused(told);
  dress(told);
}

/** The panel may be about to open. */
export function warm() {
  settings ??= fetchSettings();
  return settings;
}

/** @param {boolean} takesFocus */
async function open(takesFocus) {
  if (isOpen) return;
  // Whoever presses the launcher gets a panel soon, in our own words where the site's take too long.
  await Promise.race([warm(), new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS))]);
  if (life.signal.aborted || isOpen) return;
  openPanel(takesFocus);
  emit("open");
  void recall();
}

export function toOpen() {
  open(true).catch(warn);
}

export function toClose() {
  if (!isOpen || isEmbedded) return;
  closePanel();
  emit("close");
}

/** @param {string} question */
async function ask(question) {
  if (!question) return;
  await open(true);
  await recall();
  askChat(question);
}

async function getReady() {
  if (life.signal.aborted) return;
  if (memory.turn) void recall(); // an answer was being written when the last page was left
  // Offer help once, and never to who has been offered it or has asked already.
  await warm();
  if (!site.nudge || memory.nudged || memory.conversation) return;
  setTimeout(() => {
    if (life.signal.aborted || isOpen) return;
    remember({ nudged: true });
    setNudge(site.nudge ?? "");
  }, NUDGE_AFTER_MS);
}

/** Carry out a call that was pushed. @param {unknown} call */
function take(call) {
  const [name, ...args] = Array.isArray(call) ? call : [];
  if (Object.hasOwn(methods, name)) methods[name]?.(...args);
  else warn(`there is no "${name}" to call`);
}

function boot() {
  readConfig({ ...tag?.dataset }, tag?.src, location.href, document.documentElement.lang);
  openSession(config.site);
  if (config.userToken !== undefined) identify(config.userToken);
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
  build(!!home());
  if (config.target && !isEmbedded) warn(`there is no "${config.target}" to be put into`);
  dress(UNKNOWN);
  settle();
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

/**
 * The door: the only file that reads the page around us.
 *
 * Rules that this file keeps:
 * 1. Nothing is ever thrown into the page, and at most one line is written to its console.
 * 2. The script may be there twice; the second one does nothing.
 * 3. Nothing is fetched before the page is idle or a visitor comes near.
 * 4. `destroy` leaves no listener and no element behind.
 */

import { createChat } from "./chat.js";
import { knownLocale, oneOf, readConfig } from "./config.js";
import { createSession } from "./session.js";
import { announcer, say } from "./view/announcer.js";
import { can } from "./view/scene.js";
import {
  build,
  close as closePanel,
  element,
  furnish,
  isOpen,
  open as openPanel,
  remove,
  setNudge,
  setTheme,
  setWaiting,
  show,
} from "./view/widget.js";
import { speechFor } from "./words/index.js";

/** @typedef {(...args: any[]) => void} Listener */
/**
 * @typedef {import("./view/scene.js").Site & {
 *   locale?: string, nudge?: string, page_context?: boolean, words?: object
 * }} Settings
 */

const LONGEST_WAIT_MS = 1500;
const NUDGE_AFTER_MS = 3000;
/** What shows until the settings are there. @type {Settings} */
const UNKNOWN = { starters: [], theme: {}, link_hosts: [] };

let hasWarned = false;
/** @param {unknown} sentence */
function warn(sentence) {
  if (!hasWarned) console.warn(`Deskbell: ${sentence instanceof Error ? sentence.message : sentence}`);
  hasWarned = true;
}

function start() {
  const page = /** @type {any} */ (window);
  if (page.Deskbell?.destroy) return;
  const config = readConfig({ ...tag?.dataset }, tag?.src, location.href);
  const { api, site } = config;
  // In a task of its own: reading the script has been one already, and the page has work to do as well.
  setTimeout(appear);

  const life = new AbortController();
  // A browser that knows no such colour is older than what we are drawn for (docs/reference/widget.md).
  if (!CSS.supports("color", "light-dark(red, lch(from red l c h))")) life.abort();
  /** @type {[string, Listener][]} */
  let listeners = [];
  const pageLocale = config.locale || knownLocale(document.documentElement.lang);
  let siteLocale = "";
  const locale = () => pageLocale || siteLocale || navigator.language;
  let speech = speechFor(locale());
  /** @type {{ url?: string, title?: string }} */
  let told = {};
  let isPageTold = false;

  const session = createSession(
    site,
    () => localStorage,
    () => sessionStorage,
  );
  const chat = createChat({
    config,
    session,
    show,
    isOpen: () => isOpen,
    setWaiting,
    say,
    words: () => speech.words,
    // Without its query, which may hold what nobody else should read; `context` says more where that is wanted.
    page: () => ({
      ...(isPageTold && { page: { url: location.origin + location.pathname, title: document.title, ...told } }),
      locale: locale(),
    }),
    emit,
    warn,
    warnUnreachable,
    warnBuffered,
  });
  Object.assign(can, session, chat, { open: toOpen, close, warm: () => warm() });
  const place = new MutationObserver(settle);
  /** @type {Element | null} */
  let target = null;

  /** @param {Listener} listener @param {object} detail */
  function call(listener, detail) {
    try {
      listener(detail);
    } catch (error) {
      console.error(error); // the page's own mistake; ours goes on
    }
  }

  /** @param {string} event @param {object} detail */
  function emit(event, detail = {}) {
    for (const [name, listener] of listeners) if (name === event) call(listener, detail);
  }

  /** @param {string} name @param {Listener} listener */
  function on(name, listener) {
    listeners.push([name, listener]);
    if (name === "ready" && isReady) call(listener, {});
  }

  /** Be on the page, also after a navigation within it has put another body there. */
  function settle() {
    const { body, documentElement } = document;
    const home = target ? document.querySelector(config.target) : body;
    if (home && !element.isConnected) home.append(element);
    if (!announcer.isConnected) body.append(announcer);
    for (const each of [documentElement, body]) place.observe(each, { childList: true });
  }

  /**
   * Tell the site's owner; as a script, since a policy that blocks our requests lets our script through.
   * @param {string} kind
   */
  function report(kind) {
    const script = document.createElement("script");
    try {
      script.src = `${api}/widget/report.js?site=${encodeURIComponent(site)}&kind=${kind}`;
    } catch {
      return; // a page with Trusted Types takes no address from us; its own console has the line
    }
    script.nonce = nonce;
    script.onload = script.onerror = () => script.remove();
    document.head.append(script);
  }

  function warnBuffered() {
    warn(`a proxy before ${api} holds answers back: turn its buffering off (nginx: "proxy_buffering off").`);
    report("buffered");
  }

  function warnUnreachable() {
    // One line is all that we may say, and a policy that blocks us is named more exactly a moment later.
    setTimeout(
      warn,
      200,
      `${api} cannot be reached: it is down, or "origins" in site.toml lacks ${location.origin}, or the page's policy "connect-src ${api}".`,
    );
  }

  let isBlocked = false;
  /** @param {SecurityPolicyViolationEvent} violation */
  function hearViolation({ blockedURI, effectiveDirective }) {
    if (isBlocked || effectiveDirective !== "connect-src" || !blockedURI.startsWith(api)) return;
    isBlocked = true;
    warn(`this page's policy blocks the assistant: add "connect-src ${api}" to it.`);
    report("blocked");
  }

  /** Speak and look as the site says, and before that as the tag says. @param {Settings} settings */
  function dress(settings) {
    const { accent, mode, position } = settings.theme;
    setTheme(
      config.accent || accent,
      oneOf(config.theme || mode, "light", "dark") || "light dark",
      config.position || position,
    );
    furnish(speech, settings);
  }

  async function fetchSettings() {
    const response = await chat.settings(pageLocale).catch(warnUnreachable);
    /** @type {Settings & { code?: string, detail?: string }} */
    const told = await response?.json().catch(() => null);
    if (told?.theme) {
      siteLocale = knownLocale(told.locale);
      speech = speechFor(locale(), told.words);
      isPageTold = !!told.page_context;
      nudge = told.nudge;
      dress(told);
    } else if (response)
      warn(`${api} does not show the site "${site}" here: ${told?.detail ?? response.status} (${told?.code})`);
  }

  /** @type {string | undefined} */
  let nudge;
  /** @type {Promise<void> | undefined} */
  let settings;
  const warm = () => (settings ??= fetchSettings());

  /** @param {boolean} takesFocus */
  async function open(takesFocus) {
    if (isOpen) return;
    // Whoever presses the launcher gets a panel soon, in our own words where the site's take too long.
    await Promise.race([warm(), new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS))]);
    if (life.signal.aborted || isOpen) return;
    openPanel(takesFocus);
    emit("open");
    void chat.recall();
  }

  function toOpen() {
    open(true).catch(warn);
  }

  function close() {
    if (!isOpen || target) return;
    closePanel();
    emit("close");
  }

  /** @param {unknown} text */
  async function ask(text) {
    const question = String(text ?? "").trim();
    if (!question) return;
    await open(true);
    await chat.recall();
    chat.ask(question);
  }

  /** @param {any} more */
  function context(more) {
    for (const name of /** @type {const} */ (["url", "title"])) if (typeof more?.[name] === "string") told[name] = more[name];
  }

  function destroy() {
    life.abort();
    place.disconnect();
    chat.leave();
    remove();
    listeners = [];
    delete page.Deskbell;
  }

  async function getReady() {
    if (life.signal.aborted) return;
    if (session.turn) void chat.recall(); // an answer was being written when the last page was left
    // Offer help once, and never to who has been offered it or has asked already.
    await warm();
    if (!nudge || session.nudged || session.conversation) return;
    setTimeout(() => {
      if (life.signal.aborted || isOpen) return;
      session.remember({ nudged: "yes" });
      setNudge(/** @type {string} */ (nudge));
    }, NUDGE_AFTER_MS);
  }

  let isReady = false;
  /** @type {Record<string, Listener>} */
  const methods = {
    open: toOpen,
    close,
    toggle: () => (isOpen ? close() : toOpen()),
    ask: (text) => ask(text).catch(warn),
    identify: (token) => chat.identify(String(token ?? "")),
    context,
    on,
    destroy,
  };

  /** Carry out a call that was pushed. @param {unknown} call */
  function take(call) {
    const [name, ...args] = Array.isArray(call) ? call : [];
    if (Object.hasOwn(methods, name)) methods[name]?.(...args);
    else warn(`there is no "${name}" among ${Object.keys(methods)}`);
  }

  const early = page.Deskbell;
  page.Deskbell = { ...methods, push: (/** @type {unknown[]} */ ...calls) => calls.forEach(take) };
  if (Array.isArray(early)) early.forEach(take);

  function appear() {
    if (life.signal.aborted) return;
    target = config.target ? document.querySelector(config.target) : null;
    if (config.target && !target) warn(`this page has no "${config.target}" for data-target`);
    build(!!target);
    dress(UNKNOWN);
    settle();
    const always = { signal: life.signal };
    document.addEventListener("securitypolicyviolation", hearViolation, always);
    addEventListener("storage", ({ key }) => session.isOurs(key) && chat.catchUp(), always);
    addEventListener("pagehide", chat.sleep, always);
    addEventListener("pageshow", chat.wake, always);
    addEventListener("online", chat.wake, always);
    isReady = true;
    emit("ready");
    if (config.isOpen || target) open(false).catch(warn);
    else (window.requestIdleCallback ?? setTimeout)(getReady);
  }
}

/** Known only while the script runs for the first time. */
const tag = /** @type {HTMLScriptElement | null} */ (document.currentScript ?? document.querySelector("script[data-site]"));
const nonce = tag?.nonce ?? "";

function boot() {
  try {
    start();
  } catch (error) {
    warn(error);
  }
}

if (document.body) boot();
else document.addEventListener("DOMContentLoaded", boot, { once: true });

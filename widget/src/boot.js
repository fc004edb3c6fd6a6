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
import { createWidget } from "./view/widget.js";
import { speechFor } from "./words/index.js";

/** @typedef {(...args: any[]) => void} Listener */
/**
 * @typedef {import("./view/widget.js").Site & {
 *   locale?: string, nudge?: string, page_context?: boolean, words?: object
 * }} Settings
 */

const LONGEST_WAIT_MS = 1500;
const NUDGE_AFTER_MS = 3000;
const METHODS = "open close toggle ask identify context on destroy".split(" ");
const EVENTS = "ready open close question reply error".split(" ");
/** @type {Settings} */
const UNKNOWN = { starters: [], theme: {}, link_hosts: [] };

let hasWarned = false;
/** @param {unknown} sentence */
function warn(sentence) {
  if (!hasWarned) console.warn(`Deskbell: ${sentence instanceof Error ? sentence.message : sentence}`);
  hasWarned = true;
}

/**
 * Put our methods where the page finds them, with a `push` beside them; return what begins to carry calls out. Those
 * that come before, and those that the page had queued before us, wait until then.
 */
function publish() {
  const page = /** @type {any} */ (window);
  /** @type {unknown[]} */
  const early = Array.isArray(page.Deskbell) ? page.Deskbell : [];
  /** @param {unknown} call */
  let take = (call) => void early.push(call);
  page.Deskbell = { push: (/** @type {unknown[]} */ ...calls) => calls.forEach((call) => take(call)) };
  for (const name of METHODS) page.Deskbell[name] = (/** @type {unknown[]} */ ...args) => take([name, ...args]);

  /** @param {Record<string, Listener>} methods */
  return (methods) => {
    take = (call) => {
      const [name, ...args] = Array.isArray(call) ? call : [];
      if (METHODS.includes(name)) methods[name]?.(...args);
      else warn(`there is no "${name}" to push; there are ${METHODS}`);
    };
    early.forEach(take);
  };
}

/** @param {ReturnType<typeof publish>} answerCalls */
function start(answerCalls) {
  const config = readConfig({ ...tag?.dataset }, tag?.src, location.href);
  const { api, site } = config;
  const target = config.target ? document.querySelector(config.target) : null;
  if (config.target && !target) warn(`nothing on this page matches data-target="${config.target}"`);

  const life = new AbortController();
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
  const hooks = /** @type {any} */ ({ ...session, open: toOpen, close, warm });
  const view = createWidget(speech, hooks, !!target);
  const chat = createChat({
    config,
    origin: location.origin,
    session,
    view,
    words: () => speech.words,
    // Without its query, which may hold what nobody else should read; `context` says more where that is wanted.
    page: () =>
      isPageTold ? { page: { url: location.origin + location.pathname, title: document.title, ...told } } : {},
    locale,
    emit,
    warn,
    report,
  });
  Object.assign(hooks, chat); // what a visitor can do: the view came first, since the corridor is handed it
  setTheme(UNKNOWN.theme);
  const place = new MutationObserver(settle);
  settle();

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
    if (!EVENTS.includes(name) || typeof listener !== "function") return warn(`on() takes a function and one of: ${EVENTS}`);
    listeners.push([name, listener]);
    if (name === "ready" && isReady) call(listener, {});
  }

  /** Be on the page, also after a navigation within it has put another body there. */
  function settle() {
    const home = target ? document.querySelector(config.target) : document.body;
    if (home && !view.element.isConnected) home.append(view.element);
    if (!view.announcer.element.isConnected) document.body.append(view.announcer.element);
    place.observe(document.documentElement, { childList: true });
    place.observe(document.body, { childList: true });
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

  let isBlocked = false;
  /** @param {SecurityPolicyViolationEvent} violation */
  function hearViolation({ blockedURI, effectiveDirective }) {
    if (isBlocked || effectiveDirective !== "connect-src" || !blockedURI.startsWith(api)) return;
    isBlocked = true;
    warn(`this page's Content-Security-Policy blocks the assistant: add "connect-src ${api}" to it.`);
    report("blocked");
  }

  /** What the tag says goes before what the site says. @param {Settings["theme"]} theme */
  function setTheme({ accent, mode, position }) {
    view.setTheme(
      config.accent || accent,
      oneOf(config.theme || mode, "light", "dark") || "light dark",
      config.position || position,
    );
  }

  /** @returns {Promise<Settings>} */
  async function fetchSettings() {
    const response = await chat.settings(pageLocale).catch(chat.warnUnreachable);
    if (!response) return UNKNOWN;
    const told = await response.json().catch(() => ({ code: "no JSON" }));
    if (response.ok && !told?.code) return { ...UNKNOWN, link_hosts: undefined, ...told };
    warn(
      `the site "${site}" cannot be shown here: ${told?.detail ?? `${api} answers ${response.status}`} (${told?.code})`,
    );
    return UNKNOWN;
  }

  /** @type {Promise<Settings> | undefined} */
  let settings;
  function warm() {
    settings ??= fetchSettings().then((site) => {
      siteLocale = knownLocale(site.locale);
      speech = speechFor(locale(), site.words);
      setTheme(site.theme);
      isPageTold = site.page_context === true;
      view.furnish(speech, site);
      return site;
    });
    return settings;
  }

  /** @param {boolean} takesFocus */
  async function open(takesFocus) {
    if (view.isOpen()) return;
    // Whoever presses the launcher gets a panel soon, in our own words where the site's take too long.
    await Promise.race([warm(), new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS))]);
    if (life.signal.aborted || view.isOpen()) return;
    view.open(takesFocus);
    emit("open");
    void chat.recall();
  }

  function toOpen() {
    open(true).catch(warn);
  }

  function close() {
    if (!view.isOpen() || target) return;
    view.close();
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
    view.destroy();
    listeners = [];
    delete (/** @type {any} */ (window).Deskbell);
  }

  async function getReady() {
    if (life.signal.aborted) return;
    if (session.turn) void chat.recall(); // an answer was being written when the last page was left
    // Offer help once, and never to who has been offered it or has asked already.
    const { nudge } = await warm();
    if (!nudge || session.nudged || session.conversation) return;
    setTimeout(() => {
      if (life.signal.aborted || view.isOpen()) return;
      session.remember({ nudged: "yes" });
      view.nudge(nudge);
    }, NUDGE_AFTER_MS);
  }

  const always = { signal: life.signal };
  document.addEventListener("securitypolicyviolation", hearViolation, always);
  addEventListener("storage", ({ key }) => session.isOurs(key) && chat.catchUp(), always);
  addEventListener("pagehide", chat.sleep, always);
  addEventListener("pageshow", chat.wake, always);
  addEventListener("online", chat.wake, always);

  let isReady = false;
  answerCalls({
    open: toOpen,
    close,
    toggle: () => (view.isOpen() ? close() : toOpen()),
    ask: (text) => ask(text).catch(warn),
    identify: (token) => chat.identify(String(token ?? "")),
    context,
    on,
    destroy,
  });
  isReady = true;
  emit("ready");
  if (config.isOpen || target) open(false).catch(warn);
  else (window.requestIdleCallback ?? setTimeout)(getReady);
}

/** Known only while the script runs for the first time. */
const tag = /** @type {HTMLScriptElement | null} */ (document.currentScript ?? document.querySelector("script[data-site]"));
const nonce = tag?.nonce ?? "";

function boot() {
  if (/** @type {any} */ (window).Deskbell?.destroy) return;
  const answerCalls = publish();
  // In a task of its own: reading the script has been one already, and the page has work to do as well.
  setTimeout(() => {
    try {
      start(answerCalls);
    } catch (error) {
      warn(error);
    }
  });
}

if (document.body) boot();
else document.addEventListener("DOMContentLoaded", boot, { once: true });

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
 *   locale: string, nudge?: string, page_context?: boolean, words?: import("./words/index.js").Sentences
 * }} Settings
 */

const LONGEST_WAIT_MS = 1500;
const NUDGE_AFTER_MS = 3000;
const EVENTS = ["ready", "open", "close", "question", "reply", "error"];
/** @type {Settings} */
const UNKNOWN = {
  name: "",
  greeting: "",
  starters: [],
  disclosure: "",
  locale: "",
  theme: { accent: "", mode: "", position: "" },
};

let hasWarned = false;
/** @param {unknown} sentence */
function warn(sentence) {
  if (hasWarned) return;
  hasWarned = true;
  console.warn(`Deskbell: ${sentence instanceof Error ? sentence.message : sentence}`);
}

/**
 * Put our methods where the page finds them, with a `push` beside them; make the calls that are there already.
 * @param {Record<string, Listener>} methods
 */
function publish(methods) {
  /** @param {unknown} call */
  function run(call) {
    if (!Array.isArray(call)) return;
    const [name, ...args] = call;
    if (Object.hasOwn(methods, name)) methods[name]?.(...args);
    else warn(`there is no "${name}" to push; there are ${Object.keys(methods).join(", ")}`);
  }
  const queued = /** @type {any} */ (window).Deskbell;
  const api = { ...methods, push: (/** @type {unknown[]} */ ...calls) => calls.forEach(run) };
  /** @type {any} */ (window).Deskbell = api;
  if (Array.isArray(queued)) queued.forEach(run);
  return api;
}

function createListeners() {
  /** @type {Map<string, Set<Listener>>} */
  const heard = new Map(EVENTS.map((name) => [name, new Set()]));
  let isReady = false;
  /** @param {Listener} listener @param {object} detail */
  function call(listener, detail) {
    try {
      listener(detail);
    } catch (error) {
      console.error(error); // the page's own mistake; ours goes on
    }
  }
  return {
    /** @param {string} name @param {object} detail */
    emit(name, detail = {}) {
      isReady ||= name === "ready";
      heard.get(name)?.forEach((listener) => call(listener, detail));
    },
    /** @param {string} name @param {Listener} listener */
    on(name, listener) {
      if (!heard.has(name) || typeof listener !== "function") return warn(`on() knows ${EVENTS.join(", ")}`);
      heard.get(name)?.add(listener);
      if (name === "ready" && isReady) call(listener, {});
    },
    clear: () => heard.forEach((listeners) => listeners.clear()),
  };
}

/** @param {HTMLOrSVGScriptElement} tag */
function start(tag) {
  const config = readConfig(
    { .../** @type {HTMLElement} */ (tag).dataset },
    /** @type {HTMLScriptElement} */ (tag).src,
    location.href,
  );
  const target = config.target ? document.querySelector(config.target) : null;
  if (config.target && !target) warn(`nothing on this page matches data-target="${config.target}"`);

  const life = new AbortController();
  const { emit, on, clear } = createListeners();
  const pageLocale = config.locale || knownLocale(document.documentElement.lang);
  let siteLocale = "";
  const locale = () => pageLocale || siteLocale || navigator.language;
  let speech = speechFor(locale());
  /** @type {{ url?: string, title?: string }} */
  let told = {};
  let isPageTold = false;
  // Without its query, which may hold what nobody else should read; `context` says more where that is wanted.
  const page = () =>
    isPageTold ? { page: { url: location.origin + location.pathname, title: document.title, ...told } } : {};

  const view = createWidget(
    speech,
    {
      open: () => open(true).catch(warn),
      close,
      warm: () => void warm(),
      ask: (text) => void chat.ask(text),
      stop: () => chat.stop(),
      retry: (turn) => chat.retry(turn),
      rate: (turn, rating, comment) => chat.rate(turn, rating, comment),
      handOver: (email, note) => chat.handOver(email, note),
      draft: () => session.draft,
      keepDraft: (text) => void (session.draft = text),
      goOn: () => void chat.goOn(),
      edit: () => void chat.edit(),
      startNew: () => chat.startNew(),
      erase: () => void chat.erase(),
    },
    !!target,
  );
  const session = createSession(
    config.site,
    () => localStorage,
    () => sessionStorage,
  );
  const chat = createChat({
    config,
    origin: location.origin,
    session,
    view,
    words: () => speech.words,
    page,
    locale,
    emit,
    warn,
    report,
  });
  chat.identify(config.userToken);
  setTheme(UNKNOWN.theme);
  const place = new MutationObserver(settle);
  settle();

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
    const address = `${config.api}/widget/report.js?site=${encodeURIComponent(config.site)}&kind=${kind}`;
    try {
      script.src = address;
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
    if (isBlocked || effectiveDirective !== "connect-src" || !blockedURI.startsWith(config.api)) return;
    isBlocked = true;
    warn(`this page's Content-Security-Policy blocks the assistant: add "connect-src ${config.api}" to it.`);
    report("blocked");
  }

  /** What the tag says goes before what the site says. @param {Settings["theme"]} theme */
  function setTheme(theme) {
    view.setTheme({
      accent: config.accent || theme.accent,
      mode: config.theme || oneOf(theme.mode, ["auto", "light", "dark"]),
      position: config.position || theme.position,
    });
  }

  /** @returns {Promise<Settings>} */
  async function fetchSettings() {
    try {
      const response = await chat.settings(pageLocale);
      if (response.ok) return { ...UNKNOWN, ...(await response.json()) };
      const { code = "", detail = "" } = await response.json().catch(() => ({}));
      warn(
        `the site "${config.site}" cannot be shown here: ` +
          `${detail || `${config.api} answers ${response.status}`} ${code && `(${code})`}`,
      );
    } catch {
      chat.warnUnreachable();
    }
    return UNKNOWN;
  }

  /** @type {Promise<Settings> | undefined} */
  let settings;
  function warm() {
    settings ??= fetchSettings().then((site) => {
      siteLocale = knownLocale(site.locale);
      speech = speechFor(locale(), site.words);
      view.setSpeech(speech);
      setTheme(site.theme ?? UNKNOWN.theme);
      isPageTold = site.page_context === true;
      return site;
    });
    return settings;
  }

  /**
   * Whoever presses the launcher gets a panel soon, in our own words where the site's take too long.
   * @returns {Promise<Settings>}
   */
  const enough = () => new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS, UNKNOWN));

  /** @param {boolean} takesFocus */
  async function open(takesFocus) {
    if (view.isOpen()) return;
    const site = await Promise.race([warm(), enough()]);
    if (life.signal.aborted || view.isOpen()) return;
    view.furnish(site);
    view.open(takesFocus);
    emit("open");
    void chat.recall();
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

  /** @param {unknown} more */
  function context(more) {
    const { url, title } = /** @type {Record<string, unknown>} */ (more ?? {});
    told = { ...told, ...(typeof url === "string" && { url }), ...(typeof title === "string" && { title }) };
  }

  function destroy() {
    life.abort();
    place.disconnect();
    chat.leave();
    view.destroy();
    clear();
    delete (/** @type {any} */ (window).Deskbell);
  }

  function getReady() {
    if (life.signal.aborted) return;
    void warm().then(nudge);
    if (session.turn) void chat.recall(); // an answer was being written when the last page was left
  }

  /** Offer help once, and never to who has been offered it or has asked already. @param {Settings} site */
  function nudge({ nudge: text }) {
    if (!text || session.nudged || session.conversation) return;
    setTimeout(() => {
      if (life.signal.aborted || view.isOpen()) return;
      session.remember({ nudged: "yes" });
      view.nudge(text);
    }, NUDGE_AFTER_MS);
  }

  const always = { signal: life.signal };
  document.addEventListener("securitypolicyviolation", hearViolation, always);
  addEventListener("storage", ({ key }) => session.isOurs(key) && chat.catchUp(), always);
  addEventListener("pagehide", () => chat.sleep(), always);
  addEventListener("pageshow", () => chat.wake(), always);
  addEventListener("online", () => chat.wake(), always);

  publish({
    open: () => open(true).catch(warn),
    close,
    toggle: () => (view.isOpen() ? close() : open(true).catch(warn)),
    ask: (text) => ask(text).catch(warn),
    identify: (token) => void chat.identify(String(token ?? "")),
    context,
    on,
    destroy,
  });
  emit("ready");
  if (config.isOpen || target) open(false).catch(warn);
  else (window.requestIdleCallback ?? setTimeout)(getReady);
}

/** Known only while the script runs for the first time. */
const nonce = document.currentScript?.nonce ?? "";
const tag = document.currentScript ?? document.querySelector("script[data-site]");
const isHereAlready = typeof (/** @type {any} */ (window).Deskbell?.destroy) === "function";

function boot() {
  try {
    if (tag && !isHereAlready) start(tag);
    else if (!tag) warn("the script tag is not there any more; it needs data-site");
  } catch (error) {
    warn(error);
  }
}

if (document.body) boot();
else document.addEventListener("DOMContentLoaded", boot, { once: true });

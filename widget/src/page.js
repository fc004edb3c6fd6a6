/**
 * What the page around us, its developer and the site's owner hear of us, and what we tell of the page.
 *
 * Rules that this file keeps:
 * 1. Nothing of ours is ever thrown into the page, and at most one line is written to its console.
 * 2. A listener of the page that fails does not stop ours.
 */

import { config } from "./config.js";
import { dare } from "./dare.js";

/** @typedef {(...args: any[]) => void} Listener */

/** Known only while the script runs for the first time. */
export const tag = /** @type {HTMLScriptElement | null} */ (document.currentScript);
const nonce = tag?.nonce ?? "";

/** Ends with `destroy`, and every listener with it: its signal makes it the options that `addEventListener` takes. */
export const life = new AbortController();
const events = new EventTarget();

/** @param {string} event @param {object} [detail] */
export const emit = (event, detail = {}) => void events.dispatchEvent(new CustomEvent(event, { detail }));

/** @param {string} event @param {Listener} listener */
export const listen = (event, listener) =>
  events.addEventListener(event, (happening) => listener(/** @type {CustomEvent} */ (happening).detail), life);

/** @type {{ url?: unknown, title?: unknown }} */
const told = {};

/** Say better what the page is. @param {typeof told} more */
export const context = (more) => Object.assign(told, more);

/** Return what is told of the page; without its query, which may hold what nobody else should read. */
export const pageNow = () => ({
  url: `${told.url ?? location.origin + location.pathname}`,
  title: `${told.title ?? document.title}`,
});

let hasWarned = false;
/**
 * Say what is wrong, and tell the site's owner too where it is of a kind that is counted; once on a page.
 * @param {unknown} sentence @param {string} [kind]
 */
export function warn(sentence, kind) {
  if (hasWarned) return;
  hasWarned = true;
  console.warn(`Deskbell: ${sentence}`);
  if (kind) dare(() => report(kind));
}

/**
 * As a script, since a policy that blocks our requests lets our script through. A page with Trusted Types takes no
 * address from us; its own console has the line.
 * @param {string} kind
 */
function report(kind) {
  const script = document.createElement("script");
  script.src = `${config.api}widget/report.js?site=${encodeURIComponent(config.site)}&kind=${kind}`;
  script.nonce = nonce;
  script.onload = script.onerror = () => script.remove();
  document.head.append(script);
}

/** The site is not to be had here. @param {{ code?: string, title?: string, detail?: string }} problem */
export const warnRefused = ({ code, title, detail }) =>
  warn(`${detail ?? title} (${code}; site "${config.site}" at ${config.api})`);

export const warnBuffered = () =>
  warn(`a proxy holds the answers of ${config.api} back; for nginx: "proxy_buffering off"`, "buffered");

/** One line is all that we may say, and a policy that blocks us is named a moment later. */
export const warnUnreachable = () =>
  void setTimeout(warn, 200, `${config.api} cannot be reached, or its site.toml lacks "${location.origin}" among "origins"`);

/** Until there is something to report, requests are all that a policy can block of ours. @param {SecurityPolicyViolationEvent} violation */
export function hearViolation({ blockedURI }) {
  if (blockedURI.startsWith(config.api)) warn(`this page's policy lacks "connect-src ${config.api}"`, "blocked");
}

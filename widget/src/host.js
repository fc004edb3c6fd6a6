/**
 * What the page around us, its developer and the site's owner hear of us. What there is to know of the page is lent by
 * the door.
 *
 * Rules that this file keeps:
 * 1. Nothing of ours is ever thrown into the page, and at most one line is written to its console.
 * 2. A listener of the page that fails does not stop ours.
 */

import { config } from "./config.js";
import { maybe } from "./maybe.js";

/** @typedef {(...args: any[]) => void} Listener */
/**
 * `appear` puts the widget on the page, `pageNow` says where a question is asked, `report` tells the site's owner of a
 * problem of a kind that is counted.
 * @typedef {{ origin: string, isFile: boolean, appear(): void, pageNow(): { url: string, title: string }, report(address: string): void }} Host
 */

/** @type {Host} */
export let host;

/** @param {Host} its */
export function setHost(its) {
  host = its;
}

/** Ends with `destroy`, and every listener with it: its signal makes it the options that `addEventListener` takes. */
export const life = new AbortController();
const events = new EventTarget();

/** @param {string} event @param {object} [detail] */
export const emit = (event, detail = {}) => void events.dispatchEvent(new CustomEvent(event, { detail }));

/** @param {string} event @param {Listener} listener */
export const listen = (event, listener) =>
  events.addEventListener(event, (happening) => listener(/** @type {CustomEvent} */ (happening).detail), life);

let hasWarned = false;
/**
 * Say what is wrong, and tell the site's owner too where it is of a kind that is counted; once on a page.
 * @param {unknown} sentence @param {string} [kind]
 */
export function warn(sentence, kind) {
  if (hasWarned) return;
  hasWarned = true;
  console.warn(`Deskbell: ${sentence}`);
  if (kind) tell(kind);
}

/** Tell the site's owner alone. @param {string} kind */
export const tell = (kind) =>
  maybe(() => host.report(`${config.api}widget/report.js?site=${encodeURIComponent(config.site)}&kind=${kind}`));

/** A page without an origin can be let in by no server. */
const nameless = () =>
  host.origin === "null" &&
  (host.isFile ? "a page that is opened as a file has no origin; serve it over http" : 'a sandboxed page has no origin; add "allow-same-origin"');

/** The site is not to be had here. @param {{ code?: string, title?: string, detail?: string }} problem */
export const warnRefused = ({ code, title, detail }) =>
  warn(nameless() || `${detail ?? title} (${code}; site "${config.site}" at ${config.api})`);

export const warnBuffered = () =>
  warn(`a proxy holds the answers of ${config.api} back; for nginx: "proxy_buffering off"`, "buffered");

/** One line is all that we may say, and a policy that blocks us is named a moment later. */
export const warnUnreachable = () =>
  void setTimeout(warn, 200, nameless() || `${config.api} cannot be reached, or its site.toml lacks "${host.origin}" among "origins"`);

/** Until there is something to report, requests are all that a policy can block of ours. @param {SecurityPolicyViolationEvent} violation */
export function hearViolation({ blockedURI }) {
  if (blockedURI.startsWith(config.api)) warn(`this page's policy lacks "connect-src ${config.api}"`, "blocked");
}

/** What the tag says. A value that makes no sense counts as one that is not there. */

import { maybe } from "./maybe.js";

/**
 * The tag's `data-*`, with these made ready: `api` is the address that answers, with a slash at its end, `locale` one
 * that `Intl` knows. An empty `userToken`: nobody is signed in; none: the tag does not say.
 * @typedef {{ [name in "theme" | "position" | "accent" | "open" | "target" | "userToken"]?: string | undefined } &
 *   { site: string, api: string, locale: string | undefined }} Config
 */

/** @type {Config} */
export let config;

/**
 * Read the tag's settings; throw a sentence for the page's developer where it cannot work.
 * @param {{ [name: string]: string | undefined }} attributes the tag's `data-*`
 * @param {string | undefined} source the script's address
 * @param {string} page the page's address
 * @param {string} language the page's
 */
export function readConfig(attributes, source, page, language) {
  const { site, api, locale } = attributes;
  if (!site) throw new Error('the script tag needs data-site="pk_…"');
  config = {
    ...attributes,
    site,
    api: new URL(api ? api.replace(/\/*$/, "/") : "/", api ? page : source).href,
    locale: maybe(() => Intl.getCanonicalLocales(locale || language || [])[0]),
  };
  return config;
}

/** Return whom a site's token names; nothing where it is none. Whether it is right is for the server to say. @param {string} token */
export const userOf = (token) =>
  maybe(() => JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"))).sub);

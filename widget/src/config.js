/** What the tag says. A value that makes no sense counts as one that is not there. */

import { maybe } from "./maybe.js";

/**
 * The tag's `data-*`, with these made ready: `api` is the address that answers, with a slash at its end, `locale` one
 * that `Intl` knows. An empty `userToken`: nobody is signed in; none: the tag does not say.
 * @typedef {{ [name in "theme" | "position" | "accent" | "open" | "userToken"]?: string | undefined } &
 *   { site: string, api: string, locale: string | undefined, target?: string | Element | undefined }} Config
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
  if (!site) throw 'the script tag needs data-site="pk_…"';
  config = {
    ...attributes,
    site,
    api: new URL(api ? api.replace(/(?<!\/)\/*$/, "/") : "/", api ? page : source).href,
    locale: undefined,
  };
  setLocale(locale || language);
  return config;
}

/** What each attribute may say; others that load scripts leave their own marks on a tag. */
const KNOWN =
  /^((site|api|target|accent)=.|userToken=|(locale=([a-z]{2,3}(-\w+)*)?|theme=(auto|light|dark)?|position=(left|right)?|open=(true|false|once)?)$|n(script|once)|turbo|astro|cf|gtm|cookie|category|rocket|ot)/i;

/**
 * Return what the tag says that we do not know, for the page's developer.
 * @param {{ [name: string]: string | undefined }} attributes the tag's `data-*`
 */
export const findMistake = (attributes) =>
  Object.entries(attributes)
    .filter((each) => !KNOWN.test(each.join("=")))
    .map(([name, value]) => `the tag says data-${name}="${value}", which is not known`)[0];

/** @param {string} locale one that `Intl` does not know is none */
export function setLocale(locale) {
  config.locale = maybe(() => Intl.getCanonicalLocales(locale || [])[0]);
}

/** Return whom a site's token names; nothing where it is none. Whether it is right is for the server to say. @param {string} token */
export const userOf = (token) =>
  maybe(() => JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"))).sub);

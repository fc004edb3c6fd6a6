/** What the tag says. Everything is checked here; a value that makes no sense is left out, never passed on. */

/**
 * @typedef {object} Config
 * @property {string} site
 * @property {string} api the origin that answers, without a slash at its end
 * @property {"auto" | "light" | "dark" | ""} theme empty: as the site's owner set it
 * @property {"right" | "left" | ""} position
 * @property {string} accent
 * @property {string} locale
 * @property {boolean} isOpen
 * @property {string} target
 * @property {string} userToken
 */

/** @template {string} T @param {string | undefined} value @param {readonly T[]} allowed @returns {T | ""} */
export function oneOf(value, allowed) {
  return allowed.find((each) => each === value) ?? "";
}

/** @param {string | undefined} locale @returns {string} */
export function knownLocale(locale) {
  try {
    return locale ? (Intl.getCanonicalLocales(locale)[0] ?? "") : "";
  } catch {
    return "";
  }
}

/** @param {string} address @param {string} base */
function originOf(address, base) {
  const url = new URL(address, base);
  return url.origin + url.pathname.replace(/\/+$/, "");
}

/**
 * Return the tag's settings; throw a sentence for the page's developer where it cannot work.
 * @param {{ [name: string]: string | undefined }} attributes the tag's `data-*`
 * @param {string} source the script's address
 * @param {string} page the page's address
 * @returns {Config}
 */
export function readConfig(attributes, source, page) {
  const site = attributes["site"]?.trim();
  if (!site) throw new Error('the script tag needs data-site="pk_…", the key of your site');
  const open = attributes["open"];
  return {
    site,
    api: attributes["api"] ? originOf(attributes["api"], page) : new URL(source || page, page).origin,
    theme: oneOf(attributes["theme"], ["auto", "light", "dark"]),
    position: oneOf(attributes["position"], ["right", "left"]),
    accent: attributes["accent"] ?? "",
    locale: knownLocale(attributes["locale"]),
    isOpen: open !== undefined && open !== "false",
    target: attributes["target"] ?? "",
    userToken: attributes["userToken"] ?? "",
  };
}

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
 * @property {string | undefined} userToken empty: nobody is signed in; undefined: the tag does not say
 */

/** @template {string} T @param {string | undefined} value @param {...T} allowed @returns {T | ""} */
export function oneOf(value, ...allowed) {
  return allowed.find((each) => each === value) ?? "";
}

/** @param {string | undefined} locale @returns {string} */
export function knownLocale(locale) {
  try {
    return Intl.getCanonicalLocales(locale || [])[0] ?? "";
  } catch {
    return "";
  }
}

/** Return whom a site's token names; nothing where it is none. Whether it is right is for the server to say. @param {string} token */
export function userOf(token) {
  try {
    const [, claims = ""] = token.split(".");
    return String(JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))).sub);
  } catch {
    return null;
  }
}

/**
 * Return the tag's settings; throw a sentence for the page's developer where it cannot work.
 * @param {{ [name: string]: string | undefined }} attributes the tag's `data-*`
 * @param {string | undefined} source the script's address
 * @param {string} page the page's address
 * @returns {Config}
 */
export function readConfig(attributes, source, page) {
  const { site = "", api, theme, position, accent = "", locale, open, target = "", userToken } = attributes;
  if (!site.trim()) throw new Error('the script tag needs data-site="pk_…"');
  const { origin, pathname } = new URL(api || source || page, page);
  return {
    site: site.trim(),
    api: origin + (api ? pathname.replace(/\/+$/, "") : ""),
    theme: oneOf(theme, "auto", "light", "dark"),
    position: oneOf(position, "right", "left"),
    accent,
    locale: knownLocale(locale),
    isOpen: (open ?? "false") !== "false",
    target,
    userToken,
  };
}

/** Proof of work: what a site under attack asks of a browser before it takes a question (docs/reference/access.md). */

/** @typedef {{ algorithm: string, challenge: string, maxnumber: number, salt: string, signature: string }} Challenge */

/**
 * Return the proof as the API takes it; nothing where none is asked for, or the browser cannot find it (a page without
 * https). Each try gives way to the page.
 * @param {Challenge | undefined} asked @param {AbortSignal} signal @returns {Promise<string | undefined>}
 */
export async function solve(asked, signal) {
  const { maxnumber = -1, ...told } = /** @type {Challenge} */ (asked ?? {});
  for (let number = 0; number <= maxnumber && crypto.subtle && !signal.aborted; number++) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(told.salt + number));
    const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (hex === told.challenge) return btoa(JSON.stringify({ ...told, number }));
  }
  return undefined;
}

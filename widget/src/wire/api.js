/** The requests of the chat API. Each returns the browser's own Response; nothing is judged here. */

import { solve } from "./proof.js";

/**
 * A refusal: `title` is for the visitor, `detail` for the page's developer, `retryAfter` in seconds.
 * @typedef {{ status: number, code: string, title?: string, detail?: string, kinds?: string[],
 *   challenge?: import("./proof.js").Challenge, retryAfter: number }} Problem
 */
/**
 * @typedef {{
 *   method?: string, cache?: RequestCache, body?: object, after?: number, headers?: Record<string, string>, signal?: AbortSignal
 * }} Request
 */

/**
 * @param {string} api the origin @param {string} site its key
 * @param {() => string | null} visitor the token of this visitor, once there is one
 */
export function createApi(api, site, visitor) {
  /** @param {string} path below `/v1/` @param {Request} [request] */
  function send(path, { body, after, headers, ...more } = {}) {
    const token = visitor();
    return fetch(`${api}/v1/${path}`, {
      credentials: "omit",
      cache: "no-store",
      ...(body && { method: "POST", body: JSON.stringify(body) }),
      headers: headers ?? {
        ...(body && { "Content-Type": "application/json" }),
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(after && { "Last-Event-ID": String(after) }),
      },
      ...more,
    });
  }

  /**
   * Ask. As plain text with the visitor in the body a browser sends it at once, without asking leave first.
   * @param {{ proof?: string }} question @param {AbortSignal} signal @returns {Promise<Response>}
   */
  async function ask(question, signal) {
    const body = { site, ...question, visitor: visitor() ?? undefined };
    const response = await send("chat", { body, headers: { "Content-Type": "text/plain" }, signal });
    const challenge = response.status === 403 && !question.proof && (await maybeProblem(response.clone()))?.challenge;
    const proof = challenge && (await solve(challenge, signal));
    return proof ? ask({ ...question, proof }, signal) : response;
  }

  return {
    send,
    ask,
    /** @param {string} locale of the page; without it the server goes by the site and the browser */
    settings: (locale) =>
      send(`sites/${encodeURIComponent(site)}?locale=${encodeURIComponent(locale)}`, { cache: "default", headers: {} }),
  };
}

/**
 * Return what a refusal says, or null where it is not one of ours (a proxy's page).
 * @param {Response} response @returns {Promise<Problem | null>}
 */
export async function maybeProblem(response) {
  const told = await response.json().catch(() => null);
  if (typeof told?.code !== "string") return null;
  return { ...told, status: response.status, retryAfter: Math.ceil(Number(response.headers.get("Retry-After"))) || 0 };
}

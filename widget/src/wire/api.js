/** The requests of the chat API. Each returns the browser's own Response; nothing is judged here. */

import { solve } from "./proof.js";

/**
 * A refusal: `title` is for the visitor, `detail` for the page's developer, `retryAfter` in seconds.
 * @typedef {{ status: number, code: string, title?: string, detail?: string, kinds?: string[],
 *   challenge?: import("./proof.js").Challenge, retryAfter: number }} Problem
 */
/** @typedef {{ method?: string, body?: object, after?: number, signal?: AbortSignal }} Request */

/**
 * @param {string} api the origin @param {string} site its key
 * @param {() => string | null} visitor the token of this visitor, once there is one
 */
export function createApi(api, site, visitor) {
  /** @param {string} path below `/v1/` @param {RequestInit} request @returns {Promise<Response>} */
  const call = (path, request) => fetch(`${api}/v1/${path}`, { credentials: "omit", cache: "no-store", ...request });

  /**
   * Ask. As plain text with the visitor in the body a browser sends it at once, without asking leave first.
   * @param {{ proof?: string }} question @param {AbortSignal} signal @returns {Promise<Response>}
   */
  async function ask(question, signal) {
    const body = JSON.stringify({ site, ...question, visitor: visitor() ?? undefined });
    const response = await call("chat", { method: "POST", body, signal });
    const challenge = response.status === 403 && !question.proof && (await maybeProblem(response.clone()))?.challenge;
    const proof = challenge && (await solve(challenge, signal));
    return proof ? ask({ ...question, proof }, signal) : response;
  }

  return {
    ask,
    /** Send what only a known visitor may. @param {string} path @param {Request} [request] */
    send: (path, { body, after, ...more } = {}) =>
      call(path, {
        ...(body && { method: "POST", body: JSON.stringify(body) }),
        headers: {
          "Content-Type": "application/json",
          Authorization: `Bearer ${visitor()}`,
          ...(after && { "Last-Event-ID": `${after}` }),
        },
        ...more,
      }),
    /** @param {string} locale of the page; without it the server goes by the site and the browser */
    settings: (locale) => call(`sites/${encodeURIComponent(site)}?locale=${locale}`, { cache: "default" }),
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

/** The requests of the chat API. Each returns the browser's own Response; nothing is judged here. */

import { config } from "../config.js";
import { memory } from "../session.js";
import { solve } from "./proof.js";

/**
 * A refusal: `title` is for the visitor, `detail` for the page's developer, `retryAfter` in seconds.
 * @typedef {{ status: number, code: string, title?: string, detail?: string, kinds?: string[],
 *   challenge?: import("./proof.js").Challenge, retryAfter: number }} Problem
 */
/** @typedef {{ method?: string, body?: object, after?: number, signal?: AbortSignal }} Request */

/** @param {string} path below `/v1/` @param {RequestInit} [request] @returns {Promise<Response>} */
export const call = (path, request) => fetch(`${config.api}v1/${path}`, request);

/** Send what only a known visitor may. @param {string} path @param {Request} [request] */
export const send = (path, { body, after, ...more } = {}) =>
  call(path, {
    ...(body && { method: "POST", body: JSON.stringify(body) }),
    headers: {
      Authorization: `Bearer ${memory.visitor}`,
      ...(after && { "Last-Event-ID": `${after}` }),
    },
    ...more,
  });

/**
 * Ask. As plain text with the visitor in the body a browser sends it at once, without asking leave first.
 * @param {object} question @param {AbortSignal} signal @param {string} [proof] @returns {Promise<Response>}
 */
export async function ask(question, signal, proof) {
  const body = JSON.stringify({ ...question, site: config.site, visitor: memory.visitor, proof });
  const response = await call("chat", { method: "POST", body, signal });
  const found = !proof && response.status === 403 && (await solve((await maybeProblem(response.clone()))?.challenge, signal));
  return found ? ask(question, signal, found) : response;
}

/**
 * Return what a refusal says, or nothing where it is not one of ours (a proxy's page).
 * @param {Response} response @returns {Promise<Problem | undefined>}
 */
export async function maybeProblem(response) {
  const told = await response.json().catch(() => {});
  return told?.code && { ...told, status: response.status, retryAfter: Number(response.headers.get("Retry-After")) };
}

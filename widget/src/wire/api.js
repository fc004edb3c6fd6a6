/** The requests of the chat API. Each returns the browser's own Response; nothing is judged here. */

import { solve } from "./proof.js";

/**
 * A refusal: `title` is for the visitor, `detail` for the page's developer, `retryAfter` in seconds.
 * @typedef {{ status: number, code: string, title?: string, detail?: string, kinds?: string[],
 *   challenge?: import("./proof.js").Challenge, retryAfter: number }} Problem
 */
/** @typedef {{ method?: string, body?: object, after?: number, signal?: AbortSignal }} Request */
/** Whom we speak to, with a slash at the address's end, and for which site. @typedef {{ api: string, site: string }} Server */

/** @type {Server} */
let server;
/** @type {() => string | undefined} */
let visitor;

/** @param {Server} its @param {() => string | undefined} whose returns the visitor's token, once there is one */
export function setServer(its, whose) {
  server = its;
  visitor = whose;
}

/** @param {string} path below `/v1/` @param {RequestInit} [request] @returns {Promise<Response>} */
export const call = (path, request) => fetch(`${server.api}v1/${path}`, request);

/** Send what only a known visitor may. @param {string} path @param {Request} [request] */
export const send = (path, { body, after, ...more } = {}) =>
  call(path, {
    ...(body && { method: "POST", body: JSON.stringify(body) }),
    headers: {
      Authorization: `Bearer ${visitor()}`,
      ...(after && { "Last-Event-ID": `${after}` }),
    },
    ...more,
  });

/** Send what is lost without harm. @param {string} path @param {object} body */
export const tellOf = (path, body) => void send(path, { body }).catch(() => {});

/**
 * Ask. As plain text with the visitor in the body a browser sends it at once, without asking leave first.
 * @param {object} question @param {AbortSignal} signal @param {string} [proof] @returns {Promise<Response>}
 */
export async function ask(question, signal, proof) {
  const body = JSON.stringify({ ...question, site: server.site, visitor: visitor(), proof });
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

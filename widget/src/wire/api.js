/** The requests of the chat API. Each returns the browser's own Response; nothing is read or judged here. */

/**
 * A refusal: `text` is for the visitor, `detail` for the page's developer, `retryAfter` in seconds.
 * @typedef {{ status: number, code: string, text: string, detail: string, kinds: string[], retryAfter: number }} Problem
 */

/**
 * @param {string} api the origin @param {string} site its key
 * @param {() => string | null} visitor the token of this visitor, once there is one
 */
export function createApi(api, site, visitor) {
  /** @param {string} path @param {RequestInit & { headers?: Record<string, string> }} [request] */
  function send(path, request = {}) {
    const token = visitor();
    const headers = { ...request.headers, ...(token && { Authorization: `Bearer ${token}` }) };
    return fetch(api + path, { ...request, headers, credentials: "omit", cache: "no-store" });
  }
  /** @param {string} path @param {object} body */
  const post = (path, body) =>
    send(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

  return {
    /** @param {string} locale of the page; without it the server goes by the site and the browser */
    settings(locale) {
      const query = locale && `?locale=${encodeURIComponent(locale)}`;
      return fetch(`${api}/v1/sites/${encodeURIComponent(site)}${query}`, { credentials: "omit" });
    },
    /**
     * Ask. As plain text with the visitor in the body a browser sends it at once, without asking leave first.
     * @param {object} question @param {AbortSignal} signal
     */
    ask(question, signal) {
      const token = visitor();
      const body = JSON.stringify({ site, ...question, ...(token && { visitor: token }) });
      const headers = { "Content-Type": "text/plain", Accept: "text/event-stream" };
      return fetch(`${api}/v1/chat`, { method: "POST", headers, body, signal, credentials: "omit", cache: "no-store" });
    },
    /** @param {string} turn @param {number} after @param {AbortSignal} signal */
    follow(turn, after, signal) {
      /** @type {Record<string, string>} */
      const headers = { Accept: "text/event-stream", ...(after && { "Last-Event-ID": String(after) }) };
      return send(`/v1/turns/${turn}/events`, { headers, signal });
    },
    /** @param {string} turn */
    stop: (turn) => post(`/v1/turns/${turn}/stop`, {}),
    /** @param {string} turn @param {"up" | "down"} rating @param {string} [comment] */
    rate: (turn, rating, comment) => post(`/v1/turns/${turn}/feedback`, { rating, ...(comment && { comment }) }),
    /** @param {string} conversation @param {string} email @param {string} note */
    handOver: (conversation, email, note) =>
      post(`/v1/conversations/${conversation}/handoff`, { email, ...(note && { note }) }),
    /** @param {string} conversation */
    recall: (conversation) => send(`/v1/conversations/${conversation}`),
    /** @param {string} conversation */
    erase: (conversation) => send(`/v1/conversations/${conversation}`, { method: "DELETE" }),
  };
}

/** Return what a refusal says, or null where it is not one of ours (a proxy's page). @param {Response} response */
export async function maybeProblem(response) {
  const seconds = Number(response.headers.get("Retry-After"));
  try {
    const { code, detail, title, kinds } = await response.json();
    if (typeof code !== "string") return null;
    /** @type {Problem} */
    const problem = {
      status: response.status,
      code,
      text: title ?? "",
      detail: detail ?? "",
      kinds: Array.isArray(kinds) ? kinds : [],
      retryAfter: seconds > 0 ? Math.ceil(seconds) : 0,
    };
    return problem;
  } catch {
    return null;
  }
}

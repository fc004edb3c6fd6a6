/**
 * Follows one turn to its last event, over as many connections as that takes.
 *
 * Rules that this file keeps:
 * 1. An event counts only when its id is the next one; so nothing is heard twice and nothing is skipped.
 * 2. `done` and `error` are the only ends. A stream that ends without one was cut, and is taken up again.
 * 3. Before the first event the question is sent again under the same turn id, which asks nothing twice.
 * 4. Between two tries lies a random while that doubles; whatever was heard in between starts the count anew.
 * 5. While the browser has no line at all, nothing is given up: the question goes out when it is back.
 */

import { ask, maybeProblem, send } from "./api.js";
import { readFrames } from "./connection.js";

const MOST_TRIES = 6;
const MOST_TRIES_UNHEARD = 3; // where nothing ever answered, hoping for longer only keeps the visitor waiting
const LONGEST_WAIT_MS = 15_000;
/**
 * An answer that was waited for this long and then came whole within a burst was held back on its way. What comes at
 * once may still take two readings, with our own pause between them.
 */
const HELD_BACK_MS = 1000;
const BURST_MS = 150;

/**
 * `hear` gets the events of the stream, and these of ours:
 * - `reconnecting`: the connection broke, and is taken up again;
 * - `buffered`: something between us and the server held the stream back until it had ended;
 * - `refused`, with the problem: the server did not take the question; the last one;
 * - `error` with `isCut`: it could not be taken up again; `isGone` where the server has it no longer; the last one.
 *
 * @param {{ turn: string }} body the question, as the API takes it
 * @param {boolean} isBegun the server knows the turn already
 * @param {(event: { type: string, [more: string]: any }) => void} hear
 */
export function followTurn(body, isBegun, hear) {
  let last = 0;
  let failures = 0;
  let isOver = false;
  let wasReached = false;
  let retryMs = 800;
  let attempt = new AbortController();
  let wake = () => {};
  let askedAt = 0;
  let startedAt = 0;

  function leave() {
    isOver = true;
    attempt.abort();
    wake();
  }

  /** @param {import("./frames.js").Frame} frame */
  function take({ id, event: type, data }) {
    if (isOver || Number(id) !== last + 1) return;
    const now = performance.now();
    if (!last++) startedAt = now;
    failures = 0;
    isBegun = true;
    if (type === "done" || type === "error") leave();
    // The server sends the first event at once, before anyone has begun to answer.
    if (type === "done" && now - startedAt < BURST_MS && startedAt - askedAt > HELD_BACK_MS) hear({ type: "buffered" });
    hear({ ...JSON.parse(data), type });
  }

  /** It cannot be taken up again. @param {boolean} [isGone] */
  function lose(isGone) {
    leave();
    hear({ type: "error", code: wasReached ? "connection_lost" : "unreachable", isCut: true, isGone });
  }

  /** @param {Response} response */
  async function read(response) {
    wasReached = true;
    if (!response.ok || !response.body) {
      const problem = await maybeProblem(response);
      if (isOver || (isBegun ? response.status > 428 : !problem)) return;
      // A turn that has ended, is gone, or is not ours: coming back cannot help.
      if (isBegun || !problem) return lose(true);
      leave();
      return hear({ ...problem, type: "refused" });
    }
    return readFrames(response, attempt, take, (milliseconds) => (retryMs = milliseconds));
  }

  async function run() {
    while (!isOver) {
      attempt = new AbortController();
      const { signal } = attempt;
      askedAt = performance.now();
      try {
        await read(await (isBegun ? send(`turns/${body.turn}/events`, { after: last, signal }) : ask(body, signal)));
      } catch {
        // Cut, blocked or refused by the network: all look alike from here.
      }
      if (isOver) return;
      if (globalThis.navigator?.onLine !== false && ++failures >= (wasReached ? MOST_TRIES : MOST_TRIES_UNHEARD)) return lose();
      hear({ type: "reconnecting" });
      await new Promise((resolve) => {
        wake = () => resolve(0);
        setTimeout(wake, Math.random() * Math.min(LONGEST_WAIT_MS, retryMs * 2 ** failures));
      });
    }
  }
  void run();

  return {
    /** Stop listening; the answer is written on without us. */
    leave,
    /** The page goes to sleep: let go of the connection until it wakes. */
    sleep: () => attempt.abort(),
    /** The page or the network is back: try at once. */
    wake: () => wake(),
  };
}

/**
 * Follows one turn to its last event, over as many connections as that takes.
 *
 * Rules that this file keeps:
 * 1. An event counts only when its id is the next one; so nothing is heard twice and nothing is skipped.
 * 2. `done` and `error` are the only ends. A stream that ends without one was cut, and is taken up again.
 * 3. Before the first event the question is sent again under the same turn id, which asks nothing twice.
 * 4. Between two tries lies a random while that doubles; whatever was heard in between starts the count anew.
 * 5. What comes in within a moment is read in one go: waking up for each word is most of what an answer costs.
 * 6. A connection that has been silent for longer than three heartbeats is dead, even if nobody says so.
 */

import { maybeProblem } from "./api.js";
import { createFrameReader } from "./frames.js";

/** @typedef {import("./api.js").Problem} Problem */
/**
 * @typedef {object} Follower
 * @property {(signal: AbortSignal) => Promise<Response>} ask
 * @property {(after: number, signal: AbortSignal) => Promise<Response>} follow
 * @property {boolean} isStarted the turn is known to the server already
 * @property {(event: { type: string, [more: string]: any }) => void} hear
 * @property {(problem: Problem) => void} refuse
 * @property {() => void} buffered something between us and the server holds the stream back until it has ended
 * @property {() => void} cut the connection broke; it is taken up again
 * @property {(wasReached: boolean, isGone: boolean) => void} lose it could not be taken up again
 */

const MOST_TRIES = 6;
const MOST_TRIES_UNHEARD = 3; // where nothing ever answered, hoping for longer only keeps the visitor waiting
const LONGEST_WAIT_MS = 15_000;
const SILENCE_MS = 50_000;
const GATHER_MS = 64;
/**
 * An answer that was waited for this long and then came whole within a burst was held back on its way. What comes at
 * once may still take two readings, with our own pause between them.
 */
const HELD_BACK_MS = 1000;
const BURST_MS = 150;

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** @param {Follower} follower */
export function followTurn({ ask, follow, isStarted, hear, refuse, cut, lose, buffered }) {
  let last = 0;
  let failures = 0;
  let isOver = false;
  let isAsleep = false;
  let wasReached = false;
  let retryMs = 800;
  let attempt = new AbortController();
  let wake = () => {};
  let askedAt = Infinity;
  let startedAt = 0;

  function leave() {
    isOver = true;
    attempt.abort();
    wake();
  }

  /** @param {import("./frames.js").Frame} frame */
  function take({ id, event, data }) {
    if (isOver || Number(id) !== last + 1) return;
    const content = JSON.parse(data);
    const now = performance.now();
    if (!last++) startedAt = now;
    failures = 0;
    isStarted = true;
    if (event === "done" || event === "error") leave();
    // The server sends the first event at once, before anyone has begun to answer.
    if (event === "done" && now - startedAt < BURST_MS && startedAt - askedAt > HELD_BACK_MS) buffered();
    hear({ ...content, type: event });
  }

  /** @param {ReadableStream<Uint8Array>} body */
  async function read(body) {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // the frame reader drops it, and only once
    const { feed } = createFrameReader(take, (milliseconds) => (retryMs = milliseconds));
    const source = body.getReader();
    const connection = attempt;
    for (;;) {
      const silence = setTimeout(() => connection.abort(), SILENCE_MS);
      const { done, value } = await source.read().finally(() => clearTimeout(silence));
      if (done || isOver) return;
      feed(decoder.decode(value, { stream: true }));
      await pause(GATHER_MS);
    }
  }

  /** @param {Response} response */
  async function meet(response) {
    wasReached = true;
    if (response.ok && response.status !== 204 && response.body) return read(response.body);
    const problem = await maybeProblem(response);
    if (isOver || (isStarted ? response.status > 428 : !problem)) return undefined;
    leave();
    // A turn that has ended, is gone, or is not ours: coming back cannot help.
    return isStarted || !problem ? lose(true, true) : refuse(problem);
  }

  async function run() {
    while (!isOver) {
      attempt = new AbortController();
      askedAt = isStarted ? Infinity : performance.now();
      try {
        await meet(await (isStarted ? follow(last, attempt.signal) : ask(attempt.signal)));
      } catch {
        // Cut, blocked or refused by the network: all look alike from here.
      }
      if (isOver) return;
      if (!isAsleep && ++failures >= (wasReached ? MOST_TRIES : MOST_TRIES_UNHEARD)) {
        leave();
        return lose(wasReached, false);
      }
      cut();
      await new Promise((resolve) => {
        wake = () => resolve(0);
        if (!isAsleep) setTimeout(wake, Math.random() * Math.min(LONGEST_WAIT_MS, retryMs * 2 ** failures));
      });
    }
  }
  void run();

  return {
    /** Stop listening; the answer is written on without us. */
    leave,
    /** The page goes to sleep: let go of the connection until it wakes. */
    sleep() {
      isAsleep = true;
      attempt.abort();
    },
    /** The page or the network is back: try at once. */
    wake() {
      isAsleep = false;
      wake();
    },
  };
}

/** Reads one connection of a stream to its end. */

import { createFrameReader } from "./frames.js";

/** @param {number} milliseconds */
export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const SILENCE_MS = 50_000;
const GATHER_MS = 64;

/**
 * Read a response's events until it ends. What comes in within a moment is read in one go: waking up for each word is
 * most of what an answer costs. A connection that has been silent for longer than three heartbeats is dead, even if
 * nobody says so: then the attempt is given up.
 * @param {Response} response @param {AbortController} attempt
 * @param {(frame: import("./frames.js").Frame) => void} onEvent @param {(milliseconds: number) => void} [onRetry]
 */
export async function readFrames({ body }, attempt, onEvent, onRetry) {
  const decoder = new TextDecoder();
  const { feed } = createFrameReader(onEvent, onRetry);
  const source = /** @type {NonNullable<typeof body>} */ (body).getReader();
  for (;;) {
    const silence = setTimeout(() => attempt.abort(), SILENCE_MS);
    const { done, value } = await source.read().finally(() => clearTimeout(silence));
    if (done) return;
    feed(decoder.decode(value, { stream: true }));
    await pause(GATHER_MS);
  }
}

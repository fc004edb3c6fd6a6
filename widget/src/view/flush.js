/**
 * Decides when streamed text is written to the page.
 *
 * Rules that this file keeps:
 * 1. What comes in within one turn of the browser's loop is written in one go, right after it; nothing that comes in
 *    puts a write off: a timer that starts anew with each token would show nothing until the end.
 * 2. A write ends after about 8 ms and goes on in the next task, so that the page around us never stutters.
 * 3. It waits for no frame: a hidden page has none, and one that scrolls within a frame needs a second one.
 */

const BOX_MS = 8;

/**
 * Return what plans a write.
 * @param {(isLate: () => boolean) => boolean} write returns whether something is left to write
 */
export function createFlush(write) {
  let isPlanned = false;

  function run() {
    isPlanned = false;
    const start = performance.now();
    if (write(() => performance.now() - start > BOX_MS)) plan();
  }

  function plan() {
    if (!isPlanned) setTimeout(run);
    isPlanned = true;
  }

  return plan;
}

/**
 * Decides when streamed text is written to the page.
 *
 * Rules that this file keeps:
 * 1. The first text is written in the next frame; after that at least 50 ms lie between two writes. Nothing that
 *    comes in puts a write off: a timer that starts anew with each token would show nothing until the end.
 * 2. A write ends after about 8 ms and goes on in the next frame, so that the page around us never stutters.
 * 3. A hidden page has no frames; there a timer stands in.
 */

const PAUSE_MS = 50;
const BOX_MS = 8;

/**
 * Return what plans a write.
 * @param {(isLate: () => boolean) => boolean} write returns whether something is left to write
 */
export function createFlush(write) {
  let isPlanned = false;
  let lastWrite = -PAUSE_MS;

  function run() {
    isPlanned = false;
    const start = (lastWrite = performance.now());
    if (write(() => performance.now() - start > BOX_MS)) plan(0);
  }

  const nextFrame = () => (document.hidden ? setTimeout(run) : requestAnimationFrame(run));

  function plan(pause = PAUSE_MS) {
    if (isPlanned) return;
    isPlanned = true;
    const wait = lastWrite + pause - performance.now();
    if (wait > 0) setTimeout(nextFrame, wait);
    else nextFrame();
  }

  return () => plan();
}

/** Chance that comes out the same each time, so a failure can be seen again. */

/** @param {number} seed @returns {() => number} a number from 0 up to 1 */
export function createChance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Return the text in pieces of 1 to `longest` characters. @param {string} text @param {() => number} chance */
export function cutAtRandom(text, chance, longest = 7) {
  const pieces = [];
  for (let at = 0; at < text.length;) {
    const length = 1 + Math.floor(chance() * longest);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

/** Return the text whole, one character at a time, and cut in two at each place. @param {string} text */
export function* everyWay(text) {
  yield [text];
  yield text.split("");
  for (let at = 1; at < text.length; at++) yield [text.slice(0, at), text.slice(at)];
}

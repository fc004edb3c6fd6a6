/**
 * Return what an act gives, or nothing where it throws: for what a browser, a page's policy or a stranger may spoil.
 * @template T @param {() => T} act @returns {T | undefined}
 */
export function maybe(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}

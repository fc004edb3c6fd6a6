/**
 * What this browser remembers of a site's visitor: a token, who was signed in, a conversation, a turn in flight, whether they were nudged.
 * No words are kept, but for what was typed and not sent: for its own tab alone, until that tab is closed.
 *
 * A browser may refuse storage, by throwing at the first touch; then the page remembers until it is left.
 */

/** @typedef {{ [name in "visitor" | "user" | "conversation" | "turn" | "nudged"]: string | null }} Memory */

/** @type {Memory} */
const NOTHING = { visitor: null, user: null, conversation: null, turn: null, nudged: null };

/**
 * Return the memory of one site: what it holds are its own fields, to be read by anyone and changed by `remember`.
 * @param {string} site @param {() => Storage} storage asked anew each time, since it may throw
 * @param {() => Storage} tabStorage
 */
export function createSession(site, storage, tabStorage) {
  const key = `deskbell:${site}`;

  /** @template T @param {() => T} act @returns {T | undefined} */
  function dare(act) {
    try {
      return act();
    } catch {
      return undefined; // blocked, full or spoilt: this page goes on with what it holds itself
    }
  }

  const session = {
    ...NOTHING,
    /** @param {Partial<Memory>} changes */
    remember(changes) {
      Object.assign(session, changes);
      dare(() => storage().setItem(key, JSON.stringify(session)));
    },
    /** @param {string | null} changed a key of the storage; null is all of it */
    isOurs: (changed) => changed === key || changed === null,
    /** Take over what another tab has written; return whether that changed anything. */
    reread() {
      const before = JSON.stringify(session);
      const stored = dare(() => JSON.parse(storage().getItem(key) ?? "{}"));
      for (const name of /** @type {(keyof Memory)[]} */ (Object.keys(NOTHING))) {
        if (stored) session[name] = typeof stored[name] === "string" ? stored[name] : null;
      }
      return JSON.stringify(session) !== before;
    },
    /** Forget the conversation; the visitor stays who they are. */
    leaveConversation: () => session.remember({ conversation: null, turn: null }),
    draft: () => dare(() => tabStorage().getItem(key)) ?? "",
    /** @param {string} text */
    keepDraft: (text) => void dare(() => tabStorage().setItem(key, text)),
  };
  session.reread();
  return session;
}

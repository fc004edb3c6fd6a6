/**
 * What this browser remembers of a site's visitor: a token, a conversation, a turn in flight, whether they were nudged.
 * No words are kept, but for what was typed and not sent: for its own tab alone, until that tab is closed.
 *
 * A browser may refuse storage, by throwing at the first touch; then the page remembers until it is left.
 */

/** @typedef {{ [name in "visitor" | "conversation" | "turn" | "begun" | "nudged"]: string | null }} Memory */

/** @type {Memory} */
const NOTHING = { visitor: null, conversation: null, turn: null, begun: null, nudged: null };

/** @param {string} key @param {() => Storage} storage @returns {Memory} */
function read(key, storage) {
  try {
    const stored = JSON.parse(storage().getItem(key) ?? "{}");
    const kept = { ...NOTHING };
    for (const name of /** @type {(keyof Memory)[]} */ (Object.keys(NOTHING))) {
      if (typeof stored[name] === "string") kept[name] = stored[name];
    }
    return kept;
  } catch {
    return NOTHING;
  }
}

/**
 * Return the memory of one site.
 * @param {string} site @param {() => Storage} storage asked anew each time, since it may throw
 * @param {() => Storage} tabStorage
 */
export function createSession(site, storage, tabStorage) {
  const key = `deskbell:${site}`;
  let memory = read(key, storage);

  /** @param {Partial<Memory>} changes */
  function remember(changes) {
    memory = { ...memory, ...changes };
    try {
      storage().setItem(key, JSON.stringify(memory));
    } catch {
      // Blocked or full: this page goes on with what it holds itself.
    }
  }

  return {
    remember,
    /** @param {string | null} changed a key of the storage; null is all of it */
    isOurs: (changed) => changed === key || changed === null,
    /** Take over what another tab has written; return whether that changed anything. */
    reread() {
      const before = JSON.stringify(memory);
      memory = read(key, storage);
      return JSON.stringify(memory) !== before;
    },
    get visitor() {
      return memory.visitor;
    },
    get conversation() {
      return memory.conversation;
    },
    get turn() {
      return memory.turn;
    },
    get nudged() {
      return memory.nudged;
    },
    get draft() {
      try {
        return tabStorage().getItem(key) ?? "";
      } catch {
        return "";
      }
    },
    set draft(text) {
      try {
        if (text) tabStorage().setItem(key, text);
        else tabStorage().removeItem(key);
      } catch {
        // Blocked or full: the draft lives as long as the page.
      }
    },
    /** Forget the conversation; the visitor stays who they are. */
    leaveConversation: () => remember({ conversation: null, turn: null }),
  };
}

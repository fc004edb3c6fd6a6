/**
 * What this browser remembers of a site's visitor: a token, a conversation, a turn in flight. Ids only, no words.
 *
 * A browser may refuse storage, by throwing at the first touch; then the page remembers until it is left.
 */

/** @typedef {{ visitor: string | null, conversation: string | null, turn: string | null }} Memory */

/** @type {Memory} */
const NOTHING = { visitor: null, conversation: null, turn: null };

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
 */
export function createSession(site, storage) {
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
    get visitor() {
      return memory.visitor;
    },
    get conversation() {
      return memory.conversation;
    },
    get turn() {
      return memory.turn;
    },
    /** Forget the conversation; the visitor stays who they are. */
    leaveConversation: () => remember({ conversation: null, turn: null }),
  };
}

/**
 * What people of the site's team do in the conversation: they join it, write, leave it, correct a reply.
 *
 * Rules that this file keeps:
 * 1. Events are numbered within the conversation. Each is shown once, in order, over as many connections as that takes.
 * 2. The server keeps the stream open as long as a person is there; otherwise it is asked again now and then, while the
 *    conversation can be seen.
 * 3. Whoever looks elsewhere meanwhile is told by the launcher that something waits.
 */

import { personIn } from "./conversation.js";
import { life } from "./host.js";
import { memory, remember } from "./session.js";
import { isOpen, noteAnswer, show, shown, words } from "./stage.js";
import { say } from "./voice.js";
import { send, tellOf } from "./wire/api.js";
import { pause, readFrames } from "./wire/connection.js";

/** @typedef {import("./conversation.js").Said} Said */

const PAUSE_MS = 8000;
const SOON_MS = 1000; // a line that a person is on is taken up at once
const TYPING_MS = 3000;

let last = 0; // of the events that were heard
let isHearing = false;
let typedAt = 0;
/** @type {AbortController} */
let line;

/** Whoever looks has heard it; whoever does not is told that something waits. @param {readonly Said[]} events */
function noteNews(events) {
  if (events.some(({ text, number }) => text && number > (memory.heard ?? 0))) noteAnswer();
  if (isOpen) remember({ heard: last });
}

/** The server has told all that was said so far. @param {readonly Said[]} events */
export function noteSaid(events) {
  last = events.at(-1)?.number ?? 0;
  noteNews(events);
}

/** Another conversation begins. */
export function forgetPeople() {
  last = 0;
  line?.abort();
}

/** @param {import("./wire/frames.js").Frame} frame */
function take({ id, event: kind, data }) {
  /** @type {Said & { on?: boolean, turn?: string }} */
  const told = { ...JSON.parse(data), kind, number: +id };
  const { turns, said } = shown;
  if (kind === "typing") return show({ ...shown, isTyping: told.on });
  if (told.number !== last + 1) return;
  last++;
  const { name, text, turn } = told;
  noteNews([told]);
  show({
    ...shown,
    isTyping: false,
    said: [...said, told],
    turns: turns.map((each) => (each.id === turn ? { ...each, correction: text ? told : undefined } : each)),
  });
  say(turn ? words.corrected : text ? `${name}: ${text}` : named(/** @type {any} */ (words)[kind], name));
}

/** @param {string} sentence @param {string} name */
export const named = (sentence, name) => sentence.replace("{name}", () => name);

/** Hear what there is, until the stream ends. What is no stream, such as a refusal, has nothing to be heard. */
async function hearOnce() {
  line = new AbortController();
  await readFrames(await send(`conversations/${memory.conversation}/events`, { after: last, signal: line.signal }), line, take);
}

/** Hear them from now on, as long as the conversation can be seen or a person is in it. */
export async function hearPeople() {
  noteNews([]);
  if (isHearing) return;
  isHearing = true;
  while (memory.conversation && !life.signal.aborted && (isOpen || personIn(shown))) {
    if (!document.hidden) await hearOnce().catch(() => {});
    await pause(personIn(shown) ? SOON_MS : PAUSE_MS);
  }
  isHearing = false;
}

/** The visitor is typing. */
export function noteTyping() {
  if (!personIn(shown) || performance.now() - typedAt < TYPING_MS) return;
  typedAt = performance.now();
  tellOf(`conversations/${memory.conversation}/typing`, {});
}

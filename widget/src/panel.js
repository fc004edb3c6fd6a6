/** Opens and closes the panel, and fetches what it shows before a question. */

import { ask as askChat, recall } from "./chat.js";
import { config } from "./config.js";
import { emit, host, life, warn, warnRefused, warnUnreachable } from "./host.js";
import { keepInTab, memory, remember } from "./session.js";
import { isOpen, setNudge, setOpen, setSite, site } from "./stage.js";
import { call } from "./wire/api.js";
import { wordsFor } from "./words/index.js";

/** @typedef {import("./stage.js").Site & { words?: object, code?: string, detail?: string }} Settings */

const LONGEST_WAIT_MS = 1500;
const NUDGE_AFTER_MS = 3000;
/** What shows until the settings are there. @type {Settings} */
const UNKNOWN = { starters: [], theme: {}, link_hosts: [] };

/** @type {Promise<void> | undefined} */
let settings;
/** @type {Promise<void> | undefined} */
let ready;
export let isEmbedded = false; // in an element of the page

/** Speak and look as the site says. @param {Settings} told */
const apply = (told) => setSite(wordsFor(config.locale, told.words), told);

/** Sit in an element of the page, open, or float beside it. @param {boolean} isIn */
export function embed(isIn) {
  if (isIn == isEmbedded) return;
  isEmbedded = isIn;
  setOpen(false);
  if (isIn) open(false).catch(warn);
}

async function fetchSettings() {
  /** @type {Settings | undefined} */
  const told = await call(`sites/${encodeURIComponent(config.site)}?locale=${config.locale ?? ""}`)
    .then((response) => response.json())
    .catch(() => {});
  if (told?.theme) return apply(told);
  settings = undefined; // the next opening tries again
  if (told) warnRefused(told);
  else warnUnreachable();
}

/** What could not be had is asked for again. */
const warm = () => (settings ??= fetchSettings());

/** Come onto the page, in one go: with what the site says, or where that takes too long, with what the file knows. */
async function comeOnce() {
  await new Promise((resolve) => {
    setTimeout(resolve, LONGEST_WAIT_MS);
    void warm().then(resolve);
  });
  if (!site) apply(UNKNOWN);
  if (!life.signal.aborted) host.appear();
}
const come = () => (ready ??= comeOnce());

/** Speak another language, where one is spoken already. */
export function reload() {
  if (settings) settings = fetchSettings();
}

/** @param {boolean} takesFocus */
export async function open(takesFocus) {
  if (isOpen) return;
  await come();
  void warm();
  if (life.signal.aborted || isOpen) return;
  setOpen(true, takesFocus ? "panel" : undefined);
  if (!isEmbedded) keepInTab({ isOpen });
  emit("open");
  void recall();
}

export function toOpen() {
  open(true).catch(warn);
}

export function toClose() {
  if (!isOpen || isEmbedded) return;
  setOpen(false);
  keepInTab({ isOpen });
  emit("close");
}

/** @param {string} question */
export async function ask(question) {
  if (!question) return;
  await open(true);
  await recall();
  askChat(question);
}

/** Show the launcher; offer help once, and never to a visitor who has been offered it or has asked already. */
export async function begin() {
  if (life.signal.aborted) return;
  await come();
  if (isOpen) return;
  if (memory.conversation) void recall(); // an answer was being written when the last page was left, or a person wrote
  await warm();
  if (!site.nudge || memory.nudged || memory.conversation) return;
  setTimeout(() => {
    if (life.signal.aborted || isOpen) return;
    remember({ nudged: true });
    setNudge(site.nudge ?? "");
  }, NUDGE_AFTER_MS);
}

/* The console's one script. Every page works without it; with it, links and forms swap the parts that they name.

   data-swap="a b"      on a link or form: of the answer, take the elements with data-part="a" and "b"
   data-key="p"         the key that presses this control; the sheet under `?` is made of what stands on the page
   data-dialog="id"     on a link: open this <dialog> in place of going to the page that the link leads to
   data-copy="text"     copy a text
   data-refresh="2"     on a part: ask for it again every so many seconds, while nobody types in it; data-also="a b" with it
   data-keep            on a form: what was typed is kept on the server a moment after the last key
   data-from="url"      on a part with data-refresh: ask this address in place of the page's own
   data-scroll          on what scrolls within a part: it stays where it was when the part is swapped
   data-hold="url"      on a form: sent again and again while the page is seen, and this address when it is left
   data-sends="id"      on a field: Ctrl and Enter press this button
   data-of="7"          on a field with an id: what it is a field of; the focus does not go to the same field of another
   data-drop            on a form with files: they can be dropped on it, and their way up is shown
   data-guard           on a form: leaving with words that were not sent asks first
   data-typing="url"    on a form: this address hears that somebody types in it
   data-sets="--name"   on a field: its value becomes this property of the page's preview

   The browser parses what comes (responseType "document"): no sink takes a string, so trusted-types is 'none'. */
"use strict";

const BUSY_AFTER_MS = 300;
const KEPT_AFTER_MS = 800;
const TOAST_MS = 10_000;
const TYPING_MS = 3000;
const ALWAYS = ["toast", "counts", "verbar"];
const running = new Map();
const part = (name, within = document) => within.querySelector(`[data-part="${name}"]`);
const say = (words) => { const status = document.getElementById("said"); if (status && words) status.textContent = words; };
const text = (name) => document.body.dataset[name] || "";

function ask(method, url, body, { parts = [], signal, onUpload } = {}) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.responseType = "document";
    if (parts.length) request.setRequestHeader("X-Parts", parts.join(" "));
    if (onUpload) request.upload.onprogress = onUpload;
    request.onload = () => request.response?.body
      ? done({ page: request.response, url: request.responseURL, status: request.status })
      : fail(new TypeError("no page"));
    request.onerror = request.onabort = () => fail(new TypeError("no answer, or a newer request"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

async function swap(method, url, body, names, { push = true, onUpload, quiet = false } = {}) {
  const key = names.join(" ");
  running.get(key)?.abort();
  const control = new AbortController();
  running.set(key, control);
  const places = names.map((name) => part(name));
  const busy = quiet ? 0 : setTimeout(() => places.forEach((place) => place?.setAttribute("aria-busy", "true")), BUSY_AFTER_MS);
  try {
    const answer = await ask(method, url, body, { parts: names, signal: control.signal, onUpload });
    if (names.some((name) => part(name) && !part(name, answer.page))) return void location.assign(answer.url);
    put(answer.page, names, quiet);
    document.title = answer.page.title || document.title;
    if (push && answer.url !== location.href) history.pushState({ parts: names }, "", answer.url);
    return answer;
  } finally {
    clearTimeout(busy);
    places.forEach((place) => place?.removeAttribute("aria-busy"));
    if (running.get(key) === control) running.delete(key);
  }
}

function put(page, names, quiet) {
  const focus = remembered();
  for (const name of new Set([...names, ...ALWAYS])) {
    const [old, fresh] = [part(name), part(name, page)];
    if (!old || !fresh || (quiet && name === "toast" && !fresh.children.length)) continue;
    // A region that is read aloud stays, and takes the new words: a new region would say nothing.
    if (old.getAttribute("role") === "status") old.replaceChildren(...importAll(fresh.childNodes));
    else { const tops = scrolled(old).map((each) => each.scrollTop); old.replaceWith(document.importNode(fresh, true)); scrollBack(part(name), tops); }
  }
  if (!quiet) refocus(focus, names);
  ready();
}

const scrolled = (place) => [...place.querySelectorAll("[data-scroll]")];

// A list stays where it was, and shows its current row; an item that is another one begins at its top.
function scrollBack(place, tops) {
  for (const [index, each] of scrolled(place).entries()) {
    const current = each.querySelector("[aria-current=true]");
    if (!current) continue;
    each.scrollTop = tops[index] || 0;
    current.scrollIntoView({ block: "nearest" });
  }
}

const importAll = (nodes) => [...nodes].map((node) => document.importNode(node, true));

function remembered() {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  return { id: at.id, name: at.getAttribute("name"), href: at.getAttribute("href"), value: at.getAttribute("value"), of: at.dataset.of, start: at.selectionStart, end: at.selectionEnd };
}

function refocus(was, names) {
  const wanted = names.map((name) => part(name)?.querySelector("[autofocus]")).find(Boolean);
  if (wanted) return wanted.focus();
  if (!was || (document.activeElement && document.activeElement !== document.body)) return;
  const byId = was.id && document.getElementById(was.id);
  if (byId && byId.dataset.of !== was.of) return part(names[0])?.focus({ preventScroll: true });  // a field of something else
  const same = byId
    || [...document.querySelectorAll("a[href], button, input, textarea, select")].find((each) =>
      (was.href && each.getAttribute("href") === was.href)
      || (was.name && each.getAttribute("name") === was.name && each.getAttribute("value") === was.value));
  (same || part(names[0]))?.focus({ preventScroll: true });
  if (same && was.start != null && same.setSelectionRange) try { same.setSelectionRange(was.start, was.end); } catch { /* not a text */ }
}

// Links and forms

document.addEventListener("click", (event) => {
  const copied = event.target.closest("[data-copy]");
  if (copied) return void copy(copied);
  const link = event.target.closest("a[data-dialog], a[data-swap]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const dialog = link.dataset.dialog && document.getElementById(link.dataset.dialog);
  if (dialog) { event.preventDefault(); if (link.dataset.dialog === "keys") listKeys(dialog); return dialog.showModal(); }
  if (!link.dataset.swap) return;
  event.preventDefault();
  swap("GET", link.href, null, link.dataset.swap.split(" ")).catch(() => location.assign(link.href));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  delete form.dataset.changed;
  if (!form.dataset.swap) return;
  const button = event.submitter;
  if (form.dataset.native) return void delete form.dataset.native;
  event.preventDefault();
  const names = form.dataset.swap.split(" ");
  const body = new FormData(form, button);
  const isGet = form.method === "get";
  const url = new URL(button?.getAttribute("formaction") || form.action, location.href);
  if (isGet) url.search = new URLSearchParams(body).toString();
  const onUpload = form.dataset.drop === undefined ? undefined : showUpload(form);
  const sent = isGet ? null : form.enctype === "multipart/form-data" ? body : new URLSearchParams(body);
  swap(isGet ? "GET" : "POST", url.href, sent, names, { onUpload }).catch((problem) => {
    // A refused connection may still have arrived: the form carries a number that is good once.
    if (String(problem.message).includes("newer")) return say(text("lost"));
    form.dataset.native = "1";
    form.requestSubmit(button || undefined);
  });
});

addEventListener("popstate", (event) => {
  const names = event.state?.parts || ["main"];
  swap("GET", location.href, null, names, { push: false }).catch(() => location.reload());
});

// What is typed

const keeping = new Map();
document.addEventListener("input", (event) => {
  const field = event.target, form = field.form;
  if (field.dataset.sets) document.querySelector("[data-preview]")?.style.setProperty(field.dataset.sets, field.value);
  if (form?.dataset.guard !== undefined) form.dataset.changed = "1";
  if (form?.dataset.keep === undefined) return;
  clearTimeout(keeping.get(form));
  keeping.set(form, setTimeout(() => keep(form), KEPT_AFTER_MS));
});

async function keep(form) {
  const body = new URLSearchParams(new FormData(form));
  body.set("keep", "1");
  try {
    const answer = await ask("POST", form.action, body);
    const names = (form.dataset.keep || "").split(" ").filter(Boolean);
    if (answer.status < 400) delete form.dataset.changed;
    put(answer.page, names, true);
  } catch { say(text("lost")); }
}

// Whoever leaves within the moment takes nothing along: what is not kept yet goes out behind them.
addEventListener("pagehide", () => {
  for (const [form, due] of keeping) {
    if (!form.isConnected || form.dataset.changed === undefined) continue;
    clearTimeout(due);
    const body = new URLSearchParams(new FormData(form));
    body.set("keep", "1");
    fetch(form.action, { method: "POST", body, keepalive: true });
  }
});

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-changed]:not([data-keep])")) event.preventDefault();
});

// Files

for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => {
  const form = document.querySelector("form[data-drop]");
  if (!form || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  form.classList.toggle("over", kind === "dragover");
  if (kind === "drop") { form.querySelector("input[type=file]").files = event.dataTransfer.files; form.requestSubmit(); }
});
document.addEventListener("dragleave", () => document.querySelector("form[data-drop]")?.classList.remove("over"));
document.addEventListener("change", (event) => {
  if (event.target.type === "file" && event.target.form?.dataset.drop !== undefined && event.target.files.length) event.target.form.requestSubmit();
  if (event.target.dataset.submits !== undefined) event.target.form.requestSubmit();
});

function showUpload(form) {
  const bar = form.querySelector("progress");
  if (!bar) return undefined;
  bar.hidden = false;
  return (event) => { if (event.lengthComputable) { bar.max = event.total; bar.value = event.loaded; } };
}

async function copy(button) {
  try { await navigator.clipboard.writeText(button.dataset.copy); say(text("copied")); }
  catch { const shown = button.parentElement.querySelector("code"); if (shown) getSelection().selectAllChildren(shown); }
}

// Keys: what stands on the page, and nothing else

const isTypingIn = (name) => isTyping(document.activeElement) && part(name)?.contains(document.activeElement);
const isTyping = (at) => at.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]") || document.body.dataset.letters === "off") return;
  const control = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key && each.getClientRects().length);
  if (!control) return;
  event.preventDefault();
  if (control.matches("input, textarea, select")) control.focus(); else control.click();
});

document.addEventListener("keydown", (event) => {
  const button = event.key === "Enter" && (event.ctrlKey || event.metaKey) && document.getElementById(event.target.dataset?.sends || "");
  if (button && !button.disabled) { event.preventDefault(); button.click(); }
});

// What somebody works on stays theirs while they look at it, and is free as soon as they leave

const HOLD_MS = 30_000;
let held = null;
async function hold() {
  const form = document.querySelector("form[data-hold]");
  const sees = form?.parentElement.getClientRects().length && !document.hidden;
  if (held && held.action !== form?.action) letGo();
  if (!sees) return;
  const mine = held = { action: form.action, free: form.dataset.hold, body: new URLSearchParams(new FormData(form)) };
  try {
    const answer = await ask("POST", mine.action, mine.body);
    if (held === mine) put(answer.page, ["holder"], true);
  } catch { /* the next time */ }
}

function letGo() {
  if (held) navigator.sendBeacon(held.free, held.body);
  held = null;
}

setInterval(hold, HOLD_MS);
addEventListener("pagehide", letGo);

// Whoever it goes to sees that somebody types

let typedAt = 0;
document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-typing]");
  if (!form || Date.now() - typedAt < TYPING_MS) return;
  typedAt = Date.now();
  fetch(form.dataset.typing, { method: "POST", body: new URLSearchParams({ csrf: form.elements.csrf.value }) }).catch(() => {});
});

function listKeys(dialog) {
  const list = dialog.querySelector("dl");
  list.replaceChildren(...[...document.querySelectorAll("[data-key]")].filter((each) => each.getClientRects().length).map((each) => {
    const [row, key, name, kbd] = ["div", "dt", "dd", "kbd"].map((kind) => document.createElement(kind));
    kbd.textContent = each.dataset.key;
    name.textContent = each.getAttribute("aria-label") || each.innerText.trim() || each.title;
    key.append(kbd);
    row.append(key, name);
    return row;
  }));
}

// A turn played again: its frame shows the visitor's panel and keeps its time, what stands around it says which moment.
// The frame has no origin to name, so that a message goes to whatever is in it; it is told nothing that it may not know.

const player = (replay) => replay.querySelector("iframe")?.contentWindow;
const tell = (replay, told) => player(replay)?.postMessage(told, "*");
const replays = () => [...document.querySelectorAll("[data-replay]")];
const placesOf = (replay) => [...replay.querySelectorAll("[data-at]")];

function placeAt(replay, ms) {
  const seconds = (ms / 1000).toFixed(1), time = replay.querySelector("[data-time]");
  replay.dataset.ms = ms;
  replay.querySelector("[data-now]").value = seconds;
  time.value = ms;
  const last = placesOf(replay).filter((each) => Number(each.dataset.at) <= ms).pop();
  time.setAttribute("aria-valuetext", `${seconds} s, ${last?.querySelector("b").textContent || ""}`);
  for (const each of placesOf(replay)) each === last ? each.setAttribute("aria-current", "true") : each.removeAttribute("aria-current");
}

function setPlaying(replay, isPlaying) {
  const button = replay.querySelector("[data-play]");
  replay.dataset.playing = isPlaying ? "1" : "";
  button.querySelector("span").textContent = isPlaying ? button.dataset.stop : button.dataset.words;
}

// Once: what is swapped beside it leaves it as it is.
function load(replay) {
  const { plays, question, total, isLoaded } = replay.dataset;
  if (isLoaded) return;
  replay.dataset.isLoaded = "1";
  tell(replay, { plays: JSON.parse(plays), question, at: Number(total) });
}

// A moment, and whether the time goes on from there.
function playFrom(replay, ms, isPlaying) {
  const rate = isPlaying ? Number(replay.querySelector("[data-rate][aria-pressed=true]").dataset.rate) : 0;
  setPlaying(replay, isPlaying);
  tell(replay, ms === undefined ? { rate } : { at: ms, rate });
}

addEventListener("message", ({ source, data }) => {
  const replay = replays().find((each) => player(each) === source);
  if (!replay || !data) return;
  if (data.isReady) return void load(replay);
  if (Number.isFinite(data.at)) placeAt(replay, data.at);
  if (data.isOver && replay.dataset.playing) setPlaying(replay, false);
});

// One place on or back: the places are those of the list, each once.
function stepFrom(replay, way) {
  const at = Number(replay.dataset.ms || replay.dataset.total);
  const places = placesOf(replay).map((each) => Number(each.dataset.at)).filter((each) => way * (each - at) > 0);
  return way > 0 ? Math.min(...places, Number(replay.dataset.total)) : Math.max(...places, 0);
}

document.addEventListener("click", (event) => {
  const replay = event.target.closest("[data-replay]"), button = event.target.closest("button");
  if (!replay || !button) return;
  const { at, step, rate, play } = button.dataset, isPlaying = Boolean(replay.dataset.playing);
  const now = Number(replay.dataset.ms || replay.dataset.total);
  if (at) playFrom(replay, Number(at), false);
  if (step) playFrom(replay, stepFrom(replay, Number(step)), false);
  if (play !== undefined) playFrom(replay, !isPlaying && now >= Number(replay.dataset.total) ? 0 : undefined, !isPlaying);
  if (!rate) return;
  for (const each of replay.querySelectorAll("[data-rate]")) each.setAttribute("aria-pressed", String(each === button));
  if (isPlaying) playFrom(replay, undefined, true);
});
document.addEventListener("input", (event) => {
  const replay = event.target.dataset.time !== undefined && event.target.closest("[data-replay]");
  if (replay) playFrom(replay, Number(event.target.value), false);
});

// What is new

function ready() {
  for (const replay of replays()) if (!replay.dataset.isLoaded) tell(replay, { hello: true });
  const form = document.querySelector("form[data-hold]");
  if (form?.action !== held?.action) hold();
  for (const toast of document.querySelectorAll("[data-part=toast] .toast:not([data-seen])")) {
    toast.dataset.seen = "1";
    let left = setTimeout(() => toast.remove(), TOAST_MS);
    for (const kind of ["pointerenter", "focusin"]) toast.addEventListener(kind, () => clearTimeout(left));
    for (const kind of ["pointerleave", "focusout"]) toast.addEventListener(kind, () => { left = setTimeout(() => toast.remove(), TOAST_MS); });
  }
}

setInterval(() => {
  if (document.hidden) return;
  for (const place of document.querySelectorAll("[data-refresh]")) {
    const due = Number(place.dataset.due || 0), now = Date.now();
    if (now < due || place.contains(document.activeElement) && isTyping(document.activeElement)) continue;
    place.dataset.due = String(now + 1000 * Number(place.dataset.refresh));
    if (due) swap("GET", place.dataset.from || location.href, null, [place.dataset.part, ...(place.dataset.also || "").split(" ").filter((name) => name && !isTypingIn(name))], { push: false, quiet: true }).catch(() => {});
  }
}, 500);

document.documentElement.dataset.script = "on";
ready();

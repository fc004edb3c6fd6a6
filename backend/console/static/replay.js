/* Plays a turn again in the real widget: it stands before the widget's script in a frame without an origin, and lends the
   widget a clock that the console holds and connections that bring what was sent then, when it was sent.

   The page around the frame says, by messages:
     { plays, question }  play this turn from now on
     { at }               show this moment, in milliseconds since the question
     { rate }             from there let the time run so many times as fast; without it the time stands
     { hello }            say again that you are ready
   The frame answers { isReady }, and { at, total, isOver } whenever its time has moved.

   Rules that this file keeps:
   1. Time stands still but for what is asked. All timers of the widget go by this clock, and by no other.
   2. Time only goes forward: for a moment that is over, the question is asked anew of an empty widget.
   3. What was cut is cut again, where something that was sent did not arrive; the widget itself comes back.
   4. Nobody can ask, press or type here, and nothing leaves the frame. */
"use strict";

(() => {
  const HEARTBEAT_MS = 12_000;
  const END_MS = 100; // the widget reads what came last, and draws it
  const encoder = new TextEncoder();
  const bell = new MessageChannel();
  const waiting = [];
  const timers = new Map();
  let clock = 1e6; // the widget takes what was at 0 for never
  let named = 0; // the last timer's number, and the last visitor's
  let began = 0; // when the question was asked, by the clock
  let horizon = 0; // what had come by then is heard at once
  let plays = [];
  let used = 0;
  let total = 0;
  let question = "";
  let isUp = false;
  let errand = 0; // what was asked last counts
  let work = Promise.resolve();
  let wake = () => {};

  // The clock

  /** Wait until all that has happened has been heard: promises go before the next message. */
  const settle = () => new Promise((done) => { waiting.push(done); bell.port2.postMessage(0); });
  bell.port1.onmessage = () => waiting.shift()();

  const realNow = performance.now.bind(performance);
  performance.now = Date.now = () => clock;
  Math.random = () => 0; // the widget comes back at once, and its connection is answered when it was answered
  window.setTimeout = (call, ms, ...args) => {
    timers.set(++named, { due: clock + Math.max(0, Number(ms) || 0), call: () => call(...args) });
    return named;
  };
  window.clearTimeout = (name) => void timers.delete(name);

  function next() {
    let found;
    for (const [name, { due }] of timers) if (!found || due < found.due) found = { name, due };
    return found;
  }

  /** Let the time run up to this moment of the clock, or until something else is asked. */
  async function run(to, mine = errand) {
    for (;;) {
      await settle();
      const found = next();
      if (mine !== errand || !found || found.due > to) break;
      clock = Math.max(clock, found.due);
      const { call } = timers.get(found.name);
      timers.delete(found.name);
      call();
    }
    if (mine === errand) clock = Math.max(clock, to);
  }

  // What the widget asks

  const at = (ms, signal) => new Promise((done, fail) => {
    if (signal?.aborted) return fail(new TypeError("left"));
    signal?.addEventListener("abort", () => fail(new TypeError("left")));
    if (began + ms <= Math.max(clock, horizon)) return done();
    if (ms < Infinity) window.setTimeout(done, began + ms - clock);
  });

  function readerOf({ frames, cut }, signal) {
    let heard = 0;
    return { async read() {
      const due = heard < frames.length ? frames[heard][0] : cut ?? Infinity;
      const beat = clock - began + HEARTBEAT_MS;
      await at(Math.min(due, beat), signal);
      if (due > beat) return { done: false, value: encoder.encode(": still here\n\n") };
      if (heard === frames.length) throw new TypeError("lost");
      let text = "";
      while (heard < frames.length && began + frames[heard][0] <= Math.max(clock, horizon)) text += frames[heard++][1];
      return { done: false, value: encoder.encode(text) };
    } };
  }

  async function connect(signal) {
    const connection = plays[used++];
    await at(connection?.answered ?? Infinity, signal);
    return { ok: true, status: 200, headers: new Headers(), body: { getReader: () => readerOf(connection, signal) } };
  }

  window.fetch = (address, { signal } = {}) => {
    const { pathname } = new URL(address);
    if (/\/v1\/sites\//.test(pathname)) return Promise.resolve(new Response(document.body.dataset.told));
    return /\/chat$|\/turns\/[^/]+\/events$/.test(pathname) ? connect(signal) : new Promise(() => {});
  };

  // What the console asks

  const tell = (told) => parent.postMessage(told, "*");
  const now = () => clock - began;
  const isOver = () => now() > total + END_MS - 1; // a clock of fractions may stop a little short
  const where = () => tell({ at: Math.round(Math.min(now(), total)), total, isOver: isOver() });

  /** Ask anew, as somebody whom the widget does not know. */
  async function begin() {
    used = 0;
    began = horizon = clock;
    Deskbell.identify(`.${btoa(JSON.stringify({ sub: `${++named}` }))}`);
    Deskbell.ask(question);
    while (!used) await run(clock);
  }

  async function show(ms, mine) {
    if (ms < now() || !used) await begin();
    horizon = began + ms;
    await run(began + ms + (ms < total ? 0 : END_MS), mine);
    where();
  }

  const frame = () => new Promise((done) => { wake = done; requestAnimationFrame(done); });

  async function play(rate, mine) {
    let before = realNow();
    while (mine === errand && !isOver()) {
      const time = await frame();
      await run(Math.min(clock + rate * Math.max(0, time - before || 0), began + total + END_MS), mine);
      before = time;
      where();
    }
  }

  async function serve({ at: ms, rate = 0 }, mine) {
    if (mine !== errand || !plays.length) return;
    if (Number.isFinite(ms)) await show(Math.max(0, ms), mine);
    if (rate > 0) await play(rate, mine);
  }

  function take(told) {
    const mine = ++errand;
    wake();
    work = work.then(() => serve(told, mine));
  }

  addEventListener("message", ({ source, data }) => {
    if (source !== parent || !data || typeof data !== "object") return;
    if (data.hello) return void (isUp && tell({ isReady: true }));
    if (Array.isArray(data.plays)) {
      ({ plays, question } = data);
      used = 0;
      total = Math.max(0, ...plays.flatMap(({ frames, cut }) => [cut ?? 0, ...frames.map(([ms]) => ms)]));
    }
    take(data);
  });

  const MOVES = /^(Tab|Arrow.*|Page.*|Home|End)$/;
  for (const kind of ["click", "auxclick", "submit", "beforeinput", "paste", "drop", "dragstart", "keydown"])
    addEventListener(kind, (event) => {
      if (event.isTrusted === false || (kind === "keydown" && MOVES.test(event.key))) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    }, true);

  window.Deskbell = [["on", "ready", () => { isUp = true; tell({ isReady: true }); }]];
})();

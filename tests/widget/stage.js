/**
 * A page that holds the widget's clock and plays its server, so that every prefix of an answer is really shown.
 *
 * Rules that this file keeps:
 * 1. The widget runs as it is served, over its own public ways: the tag, `fetch`, an event stream, `Deskbell`.
 * 2. Nothing is judged by what the widget says of itself: the page is walked, and whatever a page could not have made
 *    from text alone is found.
 * 3. One character is sent, time goes on until it is written, the page is walked; then the next.
 *
 *   await stage.play(text) -> {found: [what should not be there], states: how many different texts were shown}
 */

(() => {
  const channel = new MessageChannel();
  /** Let promises and streams of the browser come to rest. */
  const turn = () =>
    new Promise((resolve) => {
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(0);
    });

  // The clock

  let now = 1000;
  let lastTimer = 0;
  const timers = new Map();
  const plan = (run, ms = 0, every = 0) => {
    timers.set(++lastTimer, { at: now + Math.max(0, Number(ms) || 0), run, every });
    return lastTimer;
  };
  const cancel = (timer) => void timers.delete(timer);
  function advance(ms) {
    const end = now + ms;
    for (;;) {
      const [next] = [...timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      const [timer, { at, run, every }] = next;
      timers.delete(timer);
      now = Math.max(now, at);
      if (every) timers.set(timer, { at: now + every, run, every });
      run();
    }
    now = end;
  }
  window.setTimeout = (run, ms, ...args) => plan(() => run(...args), ms);
  window.setInterval = (run, ms, ...args) => plan(() => run(...args), ms, Math.max(1, ms));
  window.requestAnimationFrame = (run) => plan(() => run(now), 16);
  window.requestIdleCallback = (run) => plan(() => run({ didTimeout: false, timeRemaining: () => 50 }), 1);
  window.clearTimeout = window.clearInterval = window.cancelAnimationFrame = window.cancelIdleCallback = cancel;
  performance.now = () => now;

  /** Let time go on, and whatever waits for it. */
  async function passTime(ms = 120) {
    for (let round = 0; round < 2; round++) {
      await turn();
      advance(ms);
    }
    await turn();
  }

  // The server

  const asBytes = new TextEncoder();
  let script = {};
  let stream = null;
  let sent = 0;
  const json = (content, status = 200) =>
    new Response(JSON.stringify(content), { status, headers: { "Content-Type": "application/json" } });
  window.fetch = async (address, request = {}) => {
    const { pathname } = new URL(address, location.href);
    if (pathname.startsWith("/v1/sites/")) return json(script.settings);
    if (pathname.startsWith("/v1/conversations/") && request.method !== "DELETE") return json({ turns: script.turns ?? [] });
    if (pathname !== "/v1/chat") return new Response(null, { status: 204 });
    if (script.problem) return json(script.problem, 422);
    sent = 0;
    const body = new ReadableStream({ start: (controller) => void (stream = controller) });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  };
  function send(event, content) {
    stream.enqueue(asBytes.encode(`id: ${++sent}\nevent: ${event}\ndata: ${JSON.stringify(content)}\n\n`));
  }

  // The walk

  const names = (text) => new Set(text.trim().split(/\s+/));
  const OURS = names(`div section span h2 h3 h4 h5 h6 p b i ul ol li article form textarea input button label svg path a
    em strong del code pre blockquote hr br table thead tbody tr th td details summary`);
  const WRITTEN = names(`div span p h3 h4 h5 h6 ul ol li a em strong del code pre blockquote hr br table thead tbody tr th td
    button svg path`);
  const ATTRIBUTES = names(`href target rel class scope start dir type part title lang role tabindex data-theme`);
  const ALLOWED_ADDRESS = /^(https?|mailto|tel):$/;
  const found = new Set();
  let shown = new Set();

  function walk(where) {
    const home = document.querySelector("deskbell-widget");
    const shadow = home?.shadowRoot;
    const answers = shadow ? [...shadow.querySelectorAll(".md")] : [];
    const say = (what) => found.add(`${where}: ${what}`);
    for (const node of shadow?.querySelectorAll("*") ?? []) {
      const isWritten = answers.some((answer) => answer !== node && answer.contains(node));
      if (!(isWritten ? WRITTEN : OURS).has(node.localName)) say(`<${node.localName}>`);
      for (const { name } of node.attributes) {
        const isOurColour = name === "style" && node.classList.contains("deskbell");
        if (/^on|^src|action$|^style$|^xlink|^background$/.test(name) && !isOurColour) say(`${node.localName} ${name}`);
        const isDrawing = node.namespaceURI !== home.namespaceURI;
        if (isWritten && !isDrawing && !ATTRIBUTES.has(name) && !name.startsWith("aria-")) say(`${node.localName} ${name}`);
      }
      if (node.localName === "a" && node.hasAttribute("href") && !ALLOWED_ADDRESS.test(node.protocol)) say(node.href);
    }
    for (const node of document.querySelectorAll("deskbell-announcer *")) if (node.localName !== "p") say(node.outerHTML);
    const guests = [...document.body.children].filter(({ localName }) => !/^(deskbell-.*|main|script)$/.test(localName));
    for (const guest of guests) say(`${guest.localName} in the page`);
    if (shadow) shown.add(answers.map((answer) => answer.textContent).join("\n"));
  }

  for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
    window[name] = () => void found.add(`${name}() ran`);
  }
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    found.add(`${violatedDirective} ${blockedURI}`),
  );

  // The play

  async function embed() {
    const tag = document.createElement("script");
    tag.src = "/widget.js";
    tag.dataset.site = "pk_test";
    const loaded = new Promise((resolve) => (tag.onload = resolve));
    document.body.append(tag);
    await loaded;
    tag.remove();
    await passTime();
  }

  function leave() {
    window.Deskbell?.destroy();
    timers.clear();
    stream = null;
  }

  async function ask(text) {
    window.Deskbell.ask(text);
    await passTime();
    walk("question");
    if (script.problem) return;
    send("start", { turn: "t", conversation: "c_1", visitor: "v_1", model: "m" });
    await passTime();
  }

  async function end(where) {
    send("done", { stop_reason: "end_turn", valid: true, flagged: false, confidence: 0.3 });
    await passTime(2000);
    walk(where);
  }

  const replyOf = (text) => ({ message: text, confidence: 0.3, followups: [text, `More ${text}`] });
  const sourcesOf = (text) => [
    { id: "a", title: text, url: text },
    { id: "b", title: text, url: `javascript:${text}` },
    { id: "c", title: text, url: "https://shop.example/help" },
    { id: text, title: "", url: `https://shop.example/${text}` },
  ];

  async function answerCharacterByCharacter(text) {
    await ask(text);
    send("delta", { json: '{"message":"' });
    for (const character of text) {
      send("delta", { json: JSON.stringify(character).slice(1, -1) });
      await passTime();
      walk("answer");
    }
    const { confidence, followups } = replyOf(text);
    send("delta", { json: `",${JSON.stringify({ confidence, followups }).slice(1)}` });
    send("sources", { sources: sourcesOf(text) });
    send("notice", { kind: "disclaimer", text });
    await passTime();
    walk("sources");
    await end("chips");
  }

  async function replaceAndFail(text) {
    await ask(text);
    send("replace", { reply: replyOf(text), reason: text });
    await passTime();
    await end("replaced");
    await ask(text);
    send("error", { code: text, message: text, retryable: true });
    await passTime();
    walk("error");
    script.problem = { type: text, title: text, detail: text, status: 422, code: "something_new", kinds: [text] };
    await ask(text);
    walk("refused");
    delete script.problem;
  }

  async function comeBack(text) {
    const turn = { question: text, reply: replyOf(text), sources: sourcesOf(text), status: "done", notices: ["truncated"] };
    const correction = { id: "1", name: text, message: text, text, reason: text };
    script.turns = [
      { ...turn, turn: "1" },
      { ...turn, turn: "2", correction },
      { ...turn, turn: "3", correction: text },
    ];
    await embed();
    window.Deskbell.open();
    await passTime();
    await passTime(2000);
    walk("stored");
  }

  window.stage = {
    /** Show this text in every place where the widget shows what somebody else has written. @param {string} text */
    async play(text) {
      found.clear();
      shown = new Set();
      localStorage.clear();
      sessionStorage.clear();
      const said = { name: text, greeting: text, disclosure: text, starters: [text], nudge: text, locale: "en" };
      script = { settings: { key: "pk_test", ...said, theme: { accent: text, mode: text, position: text } } };
      await embed();
      await passTime(4000);
      walk("nudge");
      window.Deskbell.open();
      await passTime();
      walk("greeting");
      await answerCharacterByCharacter(text);
      const states = shown.size;
      await replaceAndFail(text);
      leave();
      await comeBack(text);
      leave();
      return { found: [...found], states };
    },
  };
})();

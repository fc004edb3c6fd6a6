/**
 * Debian's Firefox, driven line by line. Nothing is judged here.
 *
 *   node tests/widget/firefox.mjs
 *
 * reads one JSON command a line, `{"do": name, …}`, and answers each with one line: `{"done": what it gave}`, or
 * `{"failed": sentence}`. It ends when its input ends.
 */

import { createInterface } from "node:readline";

import puppeteer from "../../widget/node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js";

const FIREFOX = "/usr/bin/firefox-esr";
const LONGEST_WAIT = { timeout: 20_000 };
const partOf = (name) => `deskbell-widget >>> [part="${name}"]`;

/** @type {import("puppeteer-core").Page} */
let page;
let context;
let errors = [];
const browser = await puppeteer.launch({ browser: "firefox", executablePath: FIREFOX, headless: true });

/** What a person sees, and what a page's developer sees in the console. */
const see = () => {
  const shadow = document.querySelector("deskbell-widget").shadowRoot;
  const texts = (part) => [...shadow.querySelectorAll(`[part="${part}"]`)].map((each) => each.textContent);
  const panel = shadow.querySelector('[part="panel"]');
  return {
    log: shadow.querySelector('[part="log"]')?.innerText ?? "",
    chips: texts("chip"),
    sources: texts("source"),
    notices: texts("notice"),
    focus: shadow.activeElement?.getAttribute("part"),
    isOpen: !!panel?.checkVisibility(),
    width: panel?.getBoundingClientRect().width,
    spoken: document.querySelector("deskbell-announcer").textContent,
    violations: globalThis.violations ?? [],
  };
};

const DOES = {
  /** A fresh profile, and a page in it. */
  async visit({ url }) {
    await context?.close();
    context = await browser.createBrowserContext();
    page = await context.newPage();
    errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.evaluateOnNewDocument(() => {
      globalThis.violations = [];
      document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
    });
    await page.goto(url);
    await page.waitForSelector(partOf("launcher"), LONGEST_WAIT);
  },
  async reload() {
    await page.reload();
    await page.waitForSelector("deskbell-widget", LONGEST_WAIT);
  },
  async click({ part }) {
    const place = await page.waitForSelector(partOf(part), { ...LONGEST_WAIT, visible: true });
    await place.click();
  },
  async push({ words }) {
    const place = await page.waitForSelector(`deskbell-widget >>> button::-p-text(${words})`, LONGEST_WAIT);
    await place.click();
  },
  async fill({ label, text }) {
    const place = await page.waitForSelector(`deskbell-widget >>> ${label}`, LONGEST_WAIT);
    await place.type(text);
  },
  press: ({ key }) => page.keyboard.press(key),
  /** Wait until a part is there and can be seen. */
  async wait_for({ part }) {
    await page.waitForSelector(partOf(part), { ...LONGEST_WAIT, visible: true });
  },
  /** Wait until these words can be read in the panel, or were spoken. */
  async reads({ words, isSpoken }) {
    await page.waitForFunction(
      (words, isSpoken) => {
        const shadow = document.querySelector("deskbell-widget").shadowRoot;
        const place = isSpoken ? document.querySelector("deskbell-announcer") : shadow.querySelector('[part="panel"]');
        return place?.textContent.includes(words);
      },
      LONGEST_WAIT,
      words,
      !!isSpoken,
    );
  },
  run: ({ script }) => page.evaluate(script).then(() => null),
  sees: async () => ({ ...(await page.evaluate(see)), errors }),
};

try {
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    try {
      console.log(JSON.stringify({ done: (await DOES[command.do](command)) ?? null }));
    } catch (error) {
      console.log(JSON.stringify({ failed: `${line}: ${error}` }));
    }
  }
} finally {
  await browser.close();
}

/**
 * Walks through journeys in Debian's Firefox and says what it saw. Nothing is judged here.
 *
 *   node tests/widget/firefox.mjs '[{"url": "…", "question": "…"}]'     prints one JSON list, in the same order
 */

import puppeteer from "../../widget/node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js";

const FIREFOX = "/usr/bin/firefox-esr";
const PATIENCE = { timeout: 15_000 };
const PART = (name) => `deskbell-widget >>> [part="${name}"]`;

/** @param {import("puppeteer-core").Page} page */
const seen = (page) =>
  page.evaluate(() => {
    const shadow = document.querySelector("deskbell-widget").shadowRoot;
    const texts = (part) => [...shadow.querySelectorAll(`[part="${part}"]`)].map((each) => each.textContent);
    return {
      log: shadow.querySelector(".log").innerText,
      chips: texts("chip"),
      sources: texts("source"),
      notices: texts("notice"),
      focus: shadow.activeElement?.getAttribute("part"),
      width: shadow.querySelector(".panel").getBoundingClientRect().width,
      spoken: document.querySelector("deskbell-announcer").textContent,
      violations: globalThis.violations ?? [],
    };
  });

async function walk(browser, { url, question }) {
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.evaluateOnNewDocument(() => {
    globalThis.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
  });
  await page.goto(url);
  const launcher = await page.waitForSelector(PART("launcher"), PATIENCE);
  await launcher.click();
  const field = await page.waitForSelector(PART("question"), PATIENCE);
  await field.type(question);
  await page.keyboard.press("Enter");
  await page.waitForSelector(PART("thumb-up"), PATIENCE);
  await page.waitForFunction(() => {
    const spoken = document.querySelector("deskbell-announcer").textContent;
    return spoken.includes("Answer complete.");
  }, PATIENCE);
  const found = await seen(page);
  await page.keyboard.press("Escape");
  const isClosed = await page.evaluate(
    () => document.querySelector("deskbell-widget").shadowRoot.querySelector(".panel").hidden,
  );
  await page.close();
  return { ...found, isClosed, errors };
}

const browser = await puppeteer.launch({ browser: "firefox", executablePath: FIREFOX, headless: true });
const results = [];
try {
  for (const journey of JSON.parse(process.argv[2])) results.push(await walk(browser, journey));
} finally {
  await browser.close();
}
console.log(JSON.stringify(results));

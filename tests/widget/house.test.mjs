/** The widget's own house rules, and the file that is served. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../widget/", import.meta.url));
const SOURCE = join(ROOT, "src");
const FILES = readdirSync(SOURCE, { recursive: true })
  .filter((file) => file.endsWith(".js"))
  .map((file) => ({ file, text: readFileSync(join(SOURCE, file), "utf8") }));
const BUILT = readFileSync(join(ROOT, "dist", "widget.js"), "utf8");

/** @returns {string[]} what a file brings in, from the folder of sources on; types do not count */
function importsOf({ file, text }) {
  return [...text.matchAll(/^import .*?from "(.*?)"/gm)].map(([, path]) =>
    relative(SOURCE, join(SOURCE, dirname(file), path)),
  );
}

/** Which files may bring in what. */
const RULES = [
  [/^wire\/(frames|reply)\.js$/, /^$/, "the two parsers stand alone"],
  [/^wire\//, /^(wire\/.*|config|session)\.js$/, "the wire knows nothing of conversations and looks"],
  [/^(conversation|session|config)\.js$/, /^dare\.js$/, "decisions are made without a page"],
  [/^page\.js$/, /^(config|dare)\.js$/, "what the page hears of us knows the tag alone"],
  [/^words\//, /^words\//, "words know nothing but words"],
  [/^view\//, /^(view\/.*|(boot|chat|conversation|dare|session)\.js)$/, "the view never sees the wire"],
];

for (const [files, allowed, name] of RULES) {
  test(name, () => {
    const checked = FILES.filter(({ file }) => files.test(file));
    assert.ok(checked.length > 0);
    for (const each of checked)
      for (const path of importsOf(each)) assert.match(path, allowed, `${each.file} imports ${path}`);
  });
}

test("nothing is ever read as HTML or run from text", () => {
  for (const { file, text } of FILES) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    assert.doesNotMatch(
      code,
      /innerHTML|outerHTML|insertAdjacentHTML|DOMParser|document\.write|\beval\b|new Function|setHTML/,
      file,
    );
    assert.doesNotMatch(code, /setAttribute\("style"|"style":/, file);
  }
});

test("only the door reads the page around us, and only the memory its storage", () => {
  for (const { file, text } of FILES) {
    if (/^(boot|page)\.js$/.test(file)) continue;
    if (file !== "session.js") assert.doesNotMatch(text, /localStorage|sessionStorage/, file);
    assert.doesNotMatch(
      text,
      /document\.(currentScript|title|querySelector|body|cookie)|\blocation\.|\bwindow\./,
      file,
    );
  }
});

test("no listener stays that a page would not be restored with", () => {
  for (const { file, text } of FILES) assert.doesNotMatch(text, /"(before)?unload"/, file);
});

test("the file that is served is what the source gives, to the byte", async (context) => {
  let built;
  let words;
  try {
    ({ buildWidget: built, buildWords: words } = await import("../../widget/build.mjs"));
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    return context.skip("the bundler is not installed (npm ci --prefix widget)");
  }
  const once = await built();
  assert.equal(once, await built());
  assert.ok(once === BUILT, "widget/dist/widget.js is stale. Run: node widget/build.mjs");
  assert.equal(await words(), readFileSync(join(ROOT, "dist", "words.json"), "utf8"));
});

test("a name that the build shortens is never written as text", () => {
  const names = /OWN_NAMES = `([^`]*)`/.exec(readFileSync(join(ROOT, "build.mjs"), "utf8"))[1].trim().split(/\s+/);
  assert.ok(names.length > 10);
  for (const { file, text } of FILES) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    for (const name of names) assert.ok(!new RegExp(`["'\`]${name}["'\`]`).test(code), `${file}: ${name}`);
  }
});

test("a class that the build shortens is written in a drawing alone", () => {
  for (const { file, text } of FILES.filter(({ file }) => file.startsWith("view/"))) {
    if (file === "view/markdown.js") continue; // its classes keep their names
    assert.doesNotMatch(text, /\bclass:|classList|className|querySelector(All)?\("\./, file);
  }
});

test("the file that is served needs nothing else", () => {
  assert.doesNotMatch(BUILT, /\bimport\(|@import|url\(|sourceMappingURL/);
  const addresses = [...BUILT.matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address);
  assert.deepEqual([...new Set(addresses)], ["http://www.w3.org"], "the name of SVG, and no place to send anything to");
});

test("what is locked names no place to load it from", () => {
  for (const folder of [ROOT, join(ROOT, "../tests/tools/bench/parsers")])
    assert.doesNotMatch(readFileSync(join(folder, "package-lock.json"), "utf8"), /"resolved"/);
});

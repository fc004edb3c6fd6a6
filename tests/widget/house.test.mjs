/** The widget's own house rules, and the file that is served. */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../widget/", import.meta.url));
const SOURCE = join(ROOT, "src");
const TESTS = fileURLToPath(new URL("./", import.meta.url));
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
  [/^wire\//, /^wire\//, "the wire knows nothing but the wire"],
  [/^(conversation|stage|maybe)\.js$|^words\//, /^$/, "what happens, what is shown and what is said stand alone"],
  [/^(session|config)\.js$/, /^maybe\.js$/, "decisions are made without a page"],
  [/^host\.js$/, /^(config|maybe)\.js$/, "what the page hears of us knows the tag alone"],
  [/^voice\.js$/, /^stage\.js$/, "the voice reads from the stage"],
  [/^chat\.js$/, /^(wire\/.*|(config|conversation|host|maybe|people|session|stage|voice)\.js)$/, "the conversation knows no looks"],
  [/^people\.js$/, /^(wire\/.*|(conversation|host|session|stage|voice)\.js)$/, "nor do the people in it"],
  [/^panel\.js$/, /^(wire\/.*|words\/.*|(chat|config|host|maybe|session|stage|voice)\.js)$/, "nor does the panel"],
  [/^view\//, /^(view\/.*|(chat|config|conversation|maybe|panel|people|session|stage|voice)\.js)$/, "the view never sees the wire"],
];

for (const [files, allowed, name] of RULES) {
  test(name, () => {
    const checked = FILES.filter(({ file }) => files.test(file));
    assert.ok(checked.length > 0);
    for (const each of checked)
      for (const path of importsOf(each)) assert.match(path, allowed, `${each.file} imports ${path}`);
  });
}

/** Return the way round, from a file over what it needs back to itself, or nothing. @param {string} file @param {string[]} way */
function findCircle(file, way = []) {
  if (way.includes(file)) return [...way, file].join(" → ");
  const from = FILES.find((each) => each.file === file);
  return from && importsOf(from).reduce((found, next) => found ?? findCircle(next, [...way, file]), undefined);
}

test("no file needs itself, over whatever way round", () => {
  for (const { file } of FILES) assert.equal(findCircle(file), undefined);
});

test("every file of the widget has its test beside its name, or a line that says where it is tested", () => {
  const elsewhere = readFileSync(join(TESTS, "tested_elsewhere.txt"), "utf8").match(/^\S+(?=: )/gm) ?? [];
  const mirrored = (file) => existsSync(join(TESTS, file.replace(/js$/, "test.mjs")));
  for (const { file } of FILES) assert.notEqual(mirrored(file), elsewhere.includes(file), file);
  for (const file of elsewhere) assert.ok(FILES.some((each) => each.file === file), `there is no ${file}`);
});

test("nothing is ever read as HTML or run from text", () => {
  for (const { file, text } of FILES) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    assert.doesNotMatch(
      code,
      /innerHTML|outerHTML\s*=|insertAdjacentHTML|DOMParser|document\.write|\beval\b|new Function|setHTML/,
      file,
    );
    assert.doesNotMatch(code, /setAttribute\("style"|"style":/, file);
  }
});

test("only the door reads the page around us, and only the memory its storage", () => {
  for (const { file, text } of FILES) {
    if (file === "boot.js") continue;
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
  for (const folder of [ROOT, join(ROOT, "../tests/tools/bench/parsers"), join(TESTS, "frameworks")])
    assert.doesNotMatch(readFileSync(join(folder, "package-lock.json"), "utf8"), /"resolved"/);
});

test("each page about a platform says the tag, the policy, the hash and the users", () => {
  const folder = join(ROOT, "../docs/how-to/embed");
  const pages = readdirSync(folder);
  assert.ok(pages.length >= 10);
  const index = readFileSync(join(folder, "README.md"), "utf8");
  for (const page of pages.filter((name) => name !== "README.md")) {
    const text = readFileSync(join(folder, page), "utf8");
    for (const word of ["widget.js", "Content Security Policy", "Integrity", "Signed-in"])
      assert.ok(text.includes(word), `${page} does not speak of ${word}`);
    assert.ok(index.includes(`(${page})`), `README.md does not name ${page}`);
    for (const [path] of text.matchAll(/tests\/widget\/frameworks\/pages\/\w+\.\w+/g)) assert.ok(existsSync(join(ROOT, "..", path)), path);
  }
});

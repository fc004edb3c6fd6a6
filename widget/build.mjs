/**
 * Builds the one file that a site embeds, and the words that the server adds for other languages than English. The
 * same source gives the same bytes on every machine.
 *
 *   node widget/build.mjs           writes widget/dist/
 *   node widget/build.mjs --check   exits 1 where those files are not what the source gives, or the widget has grown
 *                                   over its limit; says how big it is, and how much that is more than committed
 */

import { execFileSync } from "node:child_process";
import { build } from "esbuild";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { minify } from "terser";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
/** What a page may be made to load, as brotli. */
const MOST_BYTES = 18_250;
/** Set from outside, by themes or by the script, so these keep their names. */
const PUBLIC_PROPERTIES = new Set(["owner-accent", "deskbell-accent", "deskbell-font", "deskbell-radius", "from", "seen"]);

/**
 * Names of ours that neither a browser nor the wire nor the words know: they travel as one or two letters. In the
 * sources they never stand in quotes, since a name in quotes stays as it is. None of them is set on an element, since an
 * element may have a property of that one letter (`x` of SVG).
 */
export const OWN_NAMES = `
  appear closes count draw edition failure feed follow hosts inner inside isBegun isCut isFile isGone isNotFound
  isReconnecting item leave marker opens pageNow refusal report retryAfter said seconds sleep wake
`
  .trim()
  .split(/\s+/);

/** Classes that are also a drawing's name, a table's, or looked for from outside. */
const KEPT_CLASSES = new Set("deskbell panel log question head mark menu md mid end alert arrow stop".split(" "));

/** A name with its classes, as `make` and `draw` take it. */
const KIND = /(?<=["`][a-z]+\d?)(?:\.[a-z]+)+(?=["`.])/g;

const STYLES = ["launcher", "panel"]
  .map((name) => readFileSync(join(here, `src/view/${name}.css`), "utf8").replace(/\/\*.*?\*\//gs, ""))
  .join("");

/** Give each of these names a short one. @param {RegExp} names @param {Set<string>} kept @returns {Map<string, string>} */
function shorten(names, kept) {
  const found = new Set(STYLES.match(names)?.filter((name) => !kept.has(name)));
  const letters = "etaoinsrhldcumfpgwybvkxjqzETAOINSRHLDCUMFPGWYBVKXJQZ";
  return new Map([...found].map((name, place) => [name, letters[place] ?? name]));
}

const PROPERTIES = shorten(/(?<=--)[a-z][\w-]*/g, PUBLIC_PROPERTIES);
const CLASSES = shorten(/(?<=\.)[a-z]+(?=[^{}]*\{)/g, KEPT_CLASSES);
/** @param {string} text */
const withShortClasses = (text) => text.replace(/(?<=\.)[a-z]+/g, (name) => CLASSES.get(name) ?? name);

/** The stylesheet travels as text within the script: a second request would be one more thing to be blocked. */
const stylesAsText = {
  name: "styles-as-text",
  setup(bundler) {
    bundler.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { outputFiles } = await build({ entryPoints: [path], minify: true, write: false, target: "chrome125" });
      const contents = outputFiles[0].text
        .trim()
        .replace(/(?<=--)[a-z][\w-]*/g, (name) => PROPERTIES.get(name) ?? name)
        .replace(/([,:]) (?=\S)/g, "$1")
        .replace(/\.[a-z]+(?=[^{}]*\{)/g, withShortClasses);
      return { contents, loader: "text" };
    });
    bundler.onLoad({ filter: /src.*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(KIND, withShortClasses),
    }));
  },
};

/** Return all of it in one script, as the sources spell it. */
export async function bundle() {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: ["src/boot.js"],
    bundle: true,
    format: "iife",
    target: "es2022",
    tsconfigRaw: {}, // else "use strict" stands in the file, and nothing of ours waits for an error of that kind
    charset: "utf8",
    minifySyntax: true,
    mangleProps: new RegExp(`^(?:${OWN_NAMES.join("|")})$`),
    legalComments: "none",
    plugins: [stylesAsText],
    write: false,
  });
  return outputFiles[0].text;
}

/** Return the built file as text. */
export async function buildWidget() {
  const { code } = await minify(await bundle(), {
    ecma: 2020,
    toplevel: true,
    // Nothing here has a getter with a side effect, asks a function for its length or its source, makes text of a
    // symbol, calls a function of its own with `new`, or tells `true` from 1.
    compress: {
      passes: 3,
      booleans_as_integers: true,
      conditionals: false,
      hoist_funs: true,
      inline: 1,
      sequences: false,
      unsafe_comps: true,
      unsafe: true,
      unsafe_arrows: true,
      keep_fargs: false,
      negate_iife: false,
      pure_getters: true,
    },
    format: { preamble: "/*! Deskbell, MIT */" },
  });
  return `${code}\n`;
}

/** Return the words of every language as JSON, by language. */
export async function buildWords() {
  /** @type {Record<string, object>} */
  const words = {};
  for (const file of readdirSync(join(here, "src/words")).sort()) {
    if (file === "index.js") continue;
    const { default: sentences } = await import(`./src/words/${file}`);
    words[sentences.language] = sentences;
  }
  return `${JSON.stringify(words, null, 1)}\n`;
}

/** @param {string} name */
function readTarget(name) {
  try {
    return readFileSync(join(dist, name), "utf8");
  } catch {
    return "";
  }
}

/** @param {string} text */
const brotli = (text) =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

/** @returns {string} the committed widget, or nothing outside a repository */
function committed() {
  try {
    return execFileSync("git", ["show", "HEAD:./dist/widget.js"], { cwd: here, encoding: "utf8", stdio: "pipe" });
  } catch {
    return "";
  }
}

/** @param {string} built */
function sayHowBig(built) {
  const size = brotli(built);
  const before = committed();
  const change = before ? `, ${size - brotli(before) >= 0 ? "+" : ""}${size - brotli(before)} since the last commit` : "";
  console.log(
    `widget.js: ${Buffer.byteLength(built)} bytes, ${gzipSync(built, { level: 9 }).length} gzip, ${size} brotli` +
      `${change}; at most ${MOST_BYTES}`,
  );
  if (size <= MOST_BYTES) return;
  console.error(`widget.js is ${size - MOST_BYTES} bytes over its limit.`);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = { "widget.js": await buildWidget(), "words.json": await buildWords() };
  mkdirSync(dist, { recursive: true });
  for (const [name, built] of Object.entries(files)) {
    if (!process.argv.includes("--check")) writeFileSync(join(dist, name), built);
    else if (built !== readTarget(name)) {
      console.error(`widget/dist/${name} is stale. Run: node widget/build.mjs`);
      process.exitCode = 1;
    }
  }
  sayHowBig(files["widget.js"]);
}

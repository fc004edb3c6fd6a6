/**
 * Builds the one file that a site embeds. The same source gives the same bytes on every machine.
 *
 *   node widget/build.mjs           writes widget/dist/widget.js
 *   node widget/build.mjs --check   exits 1 where that file is not what the source gives, and says how big it is
 */

import { build } from "esbuild";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "dist", "widget.js");

/** The stylesheet travels as text within the script: a second request would be one more thing to be blocked. */
const stylesAsText = {
  name: "styles-as-text",
  setup(bundler) {
    bundler.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { outputFiles } = await build({ entryPoints: [path], minify: true, write: false, target: "chrome125" });
      return { contents: outputFiles[0].text.trim(), loader: "text" };
    });
  },
};

/** Return the built file as text. */
export async function buildWidget() {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: ["src/boot.js"],
    bundle: true,
    format: "iife",
    target: "es2022",
    minify: true,
    charset: "utf8",
    legalComments: "none",
    banner: { js: "/* Deskbell. MIT licence. */" },
    plugins: [stylesAsText],
    write: false,
  });
  return outputFiles[0].text;
}

function readTarget() {
  try {
    return readFileSync(target, "utf8");
  } catch {
    return "";
  }
}

/** @param {string} text */
function sizes(text) {
  const brotli = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  return `${Buffer.byteLength(text)} bytes, ${gzipSync(text, { level: 9 }).length} gzip, ${brotli} brotli`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = await buildWidget();
  if (process.argv.includes("--check")) {
    if (built !== readTarget()) {
      console.error("widget/dist/widget.js is stale. Run: node widget/build.mjs");
      process.exitCode = 1;
    }
  } else {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, built);
  }
  console.log(`widget.js: ${sizes(built)}`);
}

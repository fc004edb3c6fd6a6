/**
 * Bundles each page of `pages/` with the framework that it is made with, and says what a server would have sent of the
 * page that React hydrates: one JSON document, `{name: script}`.
 *
 *   node tests/widget/frameworks/build.mjs
 */

import { readdirSync } from "node:fs";
import { dirname, join, parse } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "../../../widget/node_modules/esbuild/lib/main.js";

const here = dirname(fileURLToPath(import.meta.url));
const scripts = {};
for (const file of readdirSync(join(here, "pages"))) {
  const { outputFiles } = await build({
    entryPoints: [join(here, "pages", file)],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
    logLevel: "error",
  });
  scripts[parse(file).name] = outputFiles[0].text;
}
console.log(JSON.stringify(scripts));

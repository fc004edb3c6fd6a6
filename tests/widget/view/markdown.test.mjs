/** Markdown grows on the page: it looks the same however it came in, and what was shown is never changed. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createMarkdown } from "../../../widget/src/view/markdown.js";
import { createChance, cutAtRandom } from "../seeded.mjs";
import { asHtml, createRoot } from "../tiny_dom.mjs";

/** Write the pieces; return the nodes, and the text as it stood after each piece. */
function write(pieces) {
  const root = createRoot();
  const writer = createMarkdown(root);
  const shown = pieces.map((piece) => {
    writer.push(piece);
    return root.textContent;
  });
  writer.end();
  return { html: asHtml(root), text: root.textContent, shown };
}

/** What a model writes, and the nodes. */
const CASES = [
  [
    "Hello *world*, **bold** and ***both***.",
    "<p>Hello <em>world</em>, <strong>bold</strong> and <em><strong>both</strong></em>.</p>",
  ],
  ["snake_case_x, 5 * 3 * 2, [x], $5 and $6", "<p>snake_case_x, 5 * 3 * 2, [x], $5 and $6</p>"],
  ["_yes_ but not_this_one and **kwargs", "<p><em>yes</em> but not_this_one and **kwargs</p>"],
  ["**a *b* c** and *a **b***", "<p><strong>a <em>b</em> c</strong> and <em>a <strong>b</strong></em></p>"],
  ["*😀* and **a<https://x.example>**", '<p><em>😀</em> and <strong>a<a href="https://x.example/">https://x.example</a></strong></p>'],
  ["<a@b.example> <not a@b>", '<p><a href="mailto:a@b.example">a@b.example</a> &lt;not a@b></p>'],
  ["~~old~~ new ~x~", "<p><del>old</del> new ~x~</p>"],
  ["# One\n## Two\n###### Six\n#no", "<h3>One</h3><h4>Two</h4><h6>Six</h6><p>#no</p>"],
  ["a\nb  \nc\\\nd", "<p>a\nb<br>c<br>d</p>"],
  ["- a\n- b\n  - c\n- d\n\nend", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul><p>end</p>"],
  ["1. a\n\n   more\n2. b", "<ol><li>a<p>more</p></li><li>b</li></ol>"],
  ["1. a\n```\nx\n```\n2. b", '<ol><li>a</li></ol><pre><code>x</code></pre><ol start="2"><li>b</li></ol>'],
  ["1. a\n  - b", "<ol><li>a<ul><li>b</li></ul></li></ol>"],
  ["* a\n+ b", "<ul><li>a</li></ul><ul><li>b</li></ul>"],
  ["- [ ] open\n- [x] done", "<ul><li>[ ] open</li><li>[x] done</li></ul>"],
  ["in\n2024. Then", "<p>in\n2024. Then</p>"],
  ["60 days", "<p>60 days</p>"],
  ["---\n***\n- - -", "<hr><hr><hr>"],
  ["```js\nlet x = 1;\n\n  go();\n```\nafter", "<pre><code>let x = 1;\n\n  go();</code></pre><p>after</p>"],
  ["```\nnever closed *x*", "<pre><code>never closed *x*</code></pre>"],
  ["- a\n  ```\n  x\n  ```\n- b", "<ul><li>a<pre><code>x</code></pre></li><li>b</li></ul>"],
  ["`a``b` and ``c`d`` and `open", "<p><code>a``b</code> and <code>c`d</code> and `open</p>"],
  ["> a\n> b\n\nc", "<blockquote><p>a\nb</p></blockquote><p>c</p>"],
  ["> - a\n> - b", "<blockquote><ul><li>a</li><li>b</li></ul></blockquote>"],
  [
    "| a | b |\n|:-:|--:|\n| `x` | 1 |\n| y\\|z |\n\nend",
    '<div><table><thead><tr><th className="mid" scope="col">a</th><th className="end" scope="col">b</th></tr></thead>' +
      '<tbody><tr><td className="mid"><code>x</code></td><td className="end">1</td></tr>' +
      '<tr><td className="mid">y|z</td><td className="end"></td></tr></tbody></table></div><p>end</p>',
  ],
  ["| no table\nat all", "<p>| no table\nat all</p>"],
  ["[docs](https://x.example/a_(b)) now", '<p><a href="https://x.example/a_(b)">docs</a> now</p>'],
  ["[docs](/returns)", '<p><a href="https://shop.example/returns">docs</a></p>'],
  ["![a picture](https://x.example/p.png)", '<p><a href="https://x.example/p.png">a picture</a></p>'],
  [
    "See https://x.example/a. Or <https://y.example>.",
    '<p>See <a href="https://x.example/a">https://x.example/a</a>. Or <a href="https://y.example/">https://y.example</a>.</p>',
  ],
  [
    "mail [us](mailto:a@x.example), [call](tel:+4930)",
    '<p>mail <a href="mailto:a@x.example">us</a>, <a href="tel:+4930">call</a></p>',
  ],
  ["[a [b](https://x.example) c](https://y.example)", '<p><a href="https://y.example/">a b c</a></p>'],
  ["[no](target", "<p>[no](target</p>"],
  ["&lt;b&gt; &amp; &copy; AT&T", "<p>&lt;b> &amp; &amp;copy; AT&amp;T</p>"],
  ["a<br>b <b>c</b>", "<p>a<br>b &lt;b>c&lt;/b></p>"],
  ["a\r\nb\r\n\r\nc", "<p>a\nb</p><p>c</p>"],
  ["\\*not\\* \\_this\\_", "<p>*not* _this_</p>"],
];

for (const [text, html] of CASES) {
  test(`${JSON.stringify(text)} is shown as meant`, () => {
    assert.equal(write([text]).html, html);
    assert.equal(write([...text]).html, html);
  });
}

const UNSAFE = [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java\tscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  " javascript:alert(1)",
  "file:///etc/passwd",
  "blob:https://x.example/1",
  "\u0001javascript:alert(1)",
];
for (const address of UNSAFE) {
  test(`nobody can follow a link to ${JSON.stringify(address)}`, () => {
    for (const text of [`[a](${address})`, `[a](<${address}>)`, `<${address}>`, `![a](${address})`]) {
      const { html } = write([text]);
      const [, href = "https:"] = /href="([^"]*)"/.exec(html) ?? [];
      assert.match(href, /^(https?|mailto|tel):/, html);
    }
  });
}

test("a link cannot be followed before its address is closed", () => {
  const root = createRoot();
  const writer = createMarkdown(root);
  writer.push("See [the docs](https://shop.example/a");
  assert.doesNotMatch(asHtml(root), /<a/);
  writer.push("bout) now");
  assert.match(asHtml(root), /href="https:\/\/shop.example\/about"/);
});

const WORDS = [
  "*",
  "**",
  "_",
  "`",
  "```",
  "~~",
  "[",
  "](",
  ")",
  "https://x.example/",
  "!",
  "<",
  "br>",
  "\\",
  "\n",
  "\n\n",
  "- ",
  "1. ",
  "2) ",
  "  ",
  "> ",
  "# ",
  "|",
  "a",
  "b c",
  "x_y",
  " ",
  "&amp;",
  "h",
  "🎒",
  "\t",
  "\n| a | b |\n|--|:-:|\n| 1 | 2 |\n",
  "***",
  "---\n",
  "\r\n",
  "日本",
];

test("text of any kind looks the same however it came in, and nothing that was shown is changed", () => {
  const chance = createChance(17);
  for (let round = 0; round < 4000; round++) {
    const text = Array.from({ length: 1 + chance() * 25 }, () => WORDS[Math.floor(chance() * WORDS.length)]).join("");
    const whole = write([text]);
    for (const pieces of [text.split(""), cutAtRandom(text, chance)]) {
      const { html, text: end, shown } = write(pieces);
      assert.equal(html, whole.html, JSON.stringify(text));
      for (const early of shown) assert.ok(end.startsWith(early), JSON.stringify(text));
    }
  }
});

test("emphasis that never closes does not hold its paragraph back for ever", () => {
  const { shown } = write(["a **b ", "word ".repeat(200), "end"]);
  assert.ok(shown[1].length > 300);
});

test("what is spoken is the text, without its marks", () => {
  const heard = [];
  const codes = [];
  const writer = createMarkdown(createRoot(), { say: (text) => heard.push(text), code: (_, text) => codes.push(text) });
  writer.push("# Yes\nIt is **done**.\n```\none\ntwo\n```\n- [x](https://x.example)");
  writer.end();
  assert.equal(heard.join("").replace(/\n+/g, "\n"), "Yes\nIt is done.\nx\n");
  assert.deepEqual(codes, ["one\ntwo"]);
});

test("marks without partners cost no more than their reach", () => {
  const begin = process.cpuUsage().user;
  for (const text of [
    "*a ".repeat(5000),
    "[".repeat(10_000),
    "![a](".repeat(3000),
    "**a **b ".repeat(2000),
    "- ".repeat(2000),
  ])
    write([text]);
  assert.ok(process.cpuUsage().user - begin < 5_000_000);
});

test("a link leads only to the hosts that are named, and is plain text elsewhere", () => {
  const root = createRoot();
  const writer = createMarkdown(root, { hosts: ["shop.example"] });
  writer.push(
    "[a](https://shop.example/x) [b](https://help.shop.example) [c](https://evil.example/?q=1) https://notshop.example/ " +
      "[d](https://shop.example@evil.example/) [e](mailto:us@else.example) [f](tel:123) ![g](https://evil.example/p.png)",
  );
  writer.end();
  const leads = [...asHtml(root).matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
  assert.deepEqual(leads, ["https://shop.example/x", "https://help.shop.example/", "mailto:us@else.example", "tel:123"]);
  assert.equal(root.textContent, "a b c https://notshop.example/ d e f g");
});

/** Markdown grows on the page: it looks the same however it came in, and what was shown is never changed. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { maybeSafeAddress } from "../../../widget/src/view/inline.js";
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
  ["a\nb  \nc\\\nd", "<p>a<br>b<br>c<br>d</p>"],
  ["- a\n- b\n  - c\n- d\n\nend", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul><p>end</p>"],
  ["1. a\n\n   more\n2. b", "<ol><li>a<p>more</p></li><li>b</li></ol>"],
  ["1. a\n```\nx\n```\n2. b", '<ol><li>a</li></ol><pre><code>x</code></pre><ol start="2"><li>b</li></ol>'],
  ["1. a\n  - b", "<ol><li>a<ul><li>b</li></ul></li></ol>"],
  ["* a\n+ b", "<ul><li>a</li></ul><ul><li>b</li></ul>"],
  ["- [ ] open\n- [x] done\n- [x](/a)\n- [no]", '<ul><li>☐ open</li><li>☑ done</li><li><a href="https://shop.example/a">x</a></li><li>[no]</li></ul>'],
  ["in\n2024. Then", "<p>in<br>2024. Then</p>"],
  ["60 days", "<p>60 days</p>"],
  ["---\n***\n- - -", "<hr><hr><hr>"],
  ["```js\nlet x = 1;\n\n  go();\n```\nafter", "<pre><code>let x = 1;\n\n  go();</code></pre><p>after</p>"],
  ["```\nnever closed *x*", "<pre><code>never closed *x*</code></pre>"],
  ["- a\n  ```\n  x\n  ```\n- b", "<ul><li>a<pre><code>x</code></pre></li><li>b</li></ul>"],
  ["`a``b` and ``c`d`` and `open", "<p><code>a``b</code> and <code>c`d</code> and `open</p>"],
  ["> a\n> b\n\nc", "<blockquote><p>a<br>b</p></blockquote><p>c</p>"],
  ["> - a\n> - b", "<blockquote><ul><li>a</li><li>b</li></ul></blockquote>"],
  [
    "| a | b |\n|:-:|--:|\n| `x` | 1 |\n| y\\|z |\n\nend",
    '<div><table><thead><tr><th className="mid" scope="col">a</th><th className="end" scope="col">b</th></tr></thead>' +
      '<tbody><tr><td className="mid"><code>x</code></td><td className="end">1</td></tr>' +
      '<tr><td className="mid">y|z</td><td className="end"></td></tr></tbody></table></div><p>end</p>',
  ],
  ["| no table\nat all", "<p>| no table<br>at all</p>"],
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
  ["&lt;b&gt; &amp; &copy; AT&T &#8364; &#x1F392; &nope; &#xffffff;", "<p>&lt;b> &amp; © AT&amp;T € 🎒 &amp;nope; &amp;#xffffff;</p>"],
  ["a<br>b <b>c</b> x<sup>2</sup>", "<p>a<br>b <strong>c</strong> x<sup>2</sup></p>"],
  ["<b>a <i>b</b> c</i> <u>d</u> <B>e</B>", "<p><strong>a &lt;i>b</strong> c&lt;/i> &lt;u>d&lt;/u> <strong>e</strong></p>"],
  ["**注意：**正文 中**文**字 *「引」*と **“강조”**는", "<p><strong>注意：</strong>正文 中<strong>文</strong>字 <em>「引」</em>と <strong>“강조”</strong>는</p>"],
  [`${"A line that is as long as the ones that somebody's editor ".trim()}\nwrapped`, "<p>A line that is as long as the ones that somebody's editor\nwrapped</p>"],
  ["12 High Street\nHaldon\n\nMon to Fri\n9 to 5", "<p>12 High Street<br>Haldon</p><p>Mon to Fri<br>9 to 5</p>"],
  ["• a\n• b", "<ul><li>a</li><li>b</li></ul>"],
  [
    "What | Pay\n:-- | --:\nRefund | $0\nRepair\n\nend",
    '<div><table><thead><tr><th scope="col">What</th><th className="end" scope="col">Pay</th></tr></thead>' +
      '<tbody><tr><td>Refund</td><td className="end">$0</td></tr></tbody></table></div><p>Repair</p><p>end</p>',
  ],
  ["Use a|b here\nand there", "<p>Use a|b here<br>and there</p>"],
  ["Use a|b", "<p>Use a|b</p>"],
  ["**a | b\n-|-\n1|2", '<div><table><thead><tr><th scope="col">**a</th><th scope="col">b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>'],
  ["# A # b ##\n## C#", "<h3>A # b</h3><h4>C#</h4>"],
  ["a\r\nb\r\n\r\nc", "<p>a<br>b</p><p>c</p>"],
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
  assert.deepEqual(leads, ["https://shop.example/x", "https://help.shop.example/"]);
  assert.equal(
    root.textContent,
    "a b c (https://evil.example/?q=1) https://notshop.example/ d (https://shop.example@evil.example/) " +
      "e (mailto:us@else.example) f (tel:123) g (https://evil.example/p.png)",
  );
});

const ADDRESSES = [
  ["mailto:help@shop.example", true],
  ["mailto:help@post.shop.example", true],
  ["mailto:a@evil.example,b@shop.example", false],
  ["mailto:help@shop.example?bcc=a@evil.example", false],
  ["mailto:help@notshop.example", false],
  ["tel:+493012345", true],
  ["tel:+4930666", false],
  ["https://somebody@shop.example/", false],
  ["https://somebody:secret@shop.example/", false],
  ["https://:secret@shop.example/", false],
  ["https://SHOP.example:8443/x?y#z", true],
  ["mailto:a@evil.example?subject=x.shop.example", false],
  ["mailto:a@evil.example%2Cb.shop.example", false],
  ["mailto:a@evil.example,b@x.shop.example", false],
  ["tel:1900.+493012345", false],
  ["tel:1900;x=.+493012345", false],
  ["tel:+493012345/66", false],
];
for (const [address, isKnown] of ADDRESSES) {
  test(`${address} is ${isKnown ? "a link" : "plain text"} where the site gives ${isKnown ? "it" : "none such"}`, () => {
    assert.equal(maybeSafeAddress(address, ["shop.example", "+493012345"]) !== undefined, isKnown);
  });
}

const LABELS = [
  ["https://bank.example", "https://shop.example/x", "https://shop.example/x"],
  ["Sign in at https://bank.example now", "https://shop.example/x", "https://shop.example/x"],
  ["www.bank.example", "https://shop.example/", "https://shop.example/"],
  ["**bank.example**/login", "https://shop.example/?bank.example", "https://shop.example/?bank.example"],
  ["банк.рф", "https://shop.example/", "https://shop.example/"],
  ["ceo@shop.example", "mailto:other@shop.example", "mailto:other@shop.example"],
  ["https://bank.example@shop.example", "https://shop.example/", "https://shop.example/"],
  ["www.shop.example/returns", "https://shop.example/returns", "www.shop.example/returns"],
  ["shop.example", "https://help.shop.example/", "https://help.shop.example/"],
  ["help@shop.example", "mailto:help@shop.example", "help@shop.example"],
  ["Visit bank.example, please", "https://shop.example/", "https://shop.example/"],
  ["(bank.example)", "https://shop.example/", "https://shop.example/"],
  ["bank．example", "https://shop.example/", "https://shop.example/"],
  ["bank.\u200bexample", "https://shop.example/", "https://shop.example/"],
  ["bank.example:443#x", "https://shop.example/", "https://shop.example/"],
  ["see shop.example", "https://shop.example/a", "see shop.example"],
  ["Size 2.0, e.g. the larger one", "https://shop.example/", "Size 2.0, e.g. the larger one"],
];
for (const [label, address, shown] of LABELS) {
  test(`a link to ${address} that says ${label} shows ${shown}`, () => {
    assert.equal(write([`[${label}](${address})`]).text, shown.replaceAll("*", ""));
  });
}

/** How deep the elements lie in one another. */
const depthOf = (node) => 1 + Math.max(0, ...(node.childNodes ?? []).map(depthOf));

const DEEP = {
  "lists in lists": `${"- ".repeat(1500)}x`,
  "numbered lists in lists": `${"1. ".repeat(1500)}x`,
  "quotes in quotes": `${">".repeat(4000)} x\n${"> ".repeat(4000)}y`,
  "quotes and lists": "> - ".repeat(1000) + "x",
  emphasis: `${"*a **b ".repeat(80)}x${"** *".repeat(80)}`,
  stars: `${"*".repeat(250)}x${"*".repeat(250)}`,
  tags: `${"<b>".repeat(90)}x${"</b>".repeat(90)}`,
  brackets: `${"[".repeat(80)}x${"](/a)".repeat(80)}`,
  "lists over lines": Array.from({ length: 500 }, (_, at) => `${"  ".repeat(at)}- x`).join("\n"),
};
for (const [name, text] of Object.entries(DEEP)) {
  test(`${name} go a few levels deep, and no word is lost`, () => {
    const root = createRoot();
    const writer = createMarkdown(root);
    writer.push(text);
    writer.end();
    assert.ok(depthOf(root) < 40, `${depthOf(root)} levels`);
    assert.match(root.textContent, /x/);
  });
}

test("a very long table goes on in another one", () => {
  const { html } = write([`a|b\n-|-\n${"1|2\n".repeat(5000)}`]);
  assert.equal(html.match(/<td>1<\/td>/g).length, 5000);
  assert.ok(Math.max(...html.split("<table>").map((table) => table.split("<tr>").length)) <= 102);
});

/** What costs an expression most: long runs of what it looks for, that never end as it wants. */
const HOSTILE = [
  "a", "*", "_", "`", "~", "[", "]", "](", "<", "&", "#", "|", "-", "- ", ">", "> ", " ", "\n", "\t", "\\", "h", "http://",
  "https://a.", "![", "<b>", "</b>", "# ", "# #", "1. ", "&#", "- - ", "``", "a@", "a.", "日", "**日", "a | ", "|-", "(", "[a](", "[a]( ",
];
test("no run of anything takes twice the time for a bit more text, or longer than a page may be kept waiting", () => {
  const PIECE = 512;
  const slow = [];
  for (const unit of HOSTILE) {
    for (const ends of ["", "x", "\n"]) {
      const writer = createMarkdown(createRoot());
      const text = unit.repeat(Math.ceil(16_000 / unit.length)) + ends;
      let longest = 0;
      for (let at = 0; at < text.length; at += PIECE) {
        const before = process.cpuUsage();
        writer.push(text.slice(at, at + PIECE));
        longest = Math.max(longest, process.cpuUsage(before).user / 1000);
      }
      if (longest > 50) slow.push(`${JSON.stringify(unit + ends)}: ${longest} ms`);
    }
  }
  assert.deepEqual(slow, []);
});

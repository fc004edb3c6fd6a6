"""What the generators of documentation sites add never reaches a reader; what they show does."""

from __future__ import annotations

import pytest

from backend.knowledge.intake.formats.dialects import looks_like_jsx
from backend.knowledge.intake.formats.markdown import read_markdown_text

HEADED = "## Title\n\nText *here*."


@pytest.mark.parametrize(
    "source",
    [
        ":::tip[Title]\nText *here*.\n:::",
        ":::tip Title\n\nText *here*.\n\n:::",
        "::: warning Title\nText *here*.\n:::",
        '::: {.callout title="Title"}\nText *here*.\n:::',
        '!!! warning "Title"\n    Text *here*.',
        '??? note "Title"\n\n    Text *here*.\n',
        '???+ faq inline end "Title"\n    Text *here*.',
        '=== "Title"\n\n    Text *here*.',
        '{{< tab "Title" >}}\nText *here*.\n{{< /tab >}}',
        '{{% alert title="Title" color="info" %}}\nText *here*.\n{{% /alert %}}',
        '{% tabs %}{% tab title="Title" %}\nText *here*.\n{% endtab %}{% endtabs %}',
        '<Accordion title="Title">\n\nText *here*.\n\n</Accordion>',
        '<Tabs>\n  <TabItem\n    value="a"\n    label="Title">\n\n    Text *here*.\n\n  </TabItem>\n</Tabs>',
        '<Tabs.Tab title={"Title"}>\nText *here*.\n</Tabs.Tab>',
        "<details markdown><summary>Title</summary>\nText *here*.\n</details>",
    ],
)
def test_the_title_of_a_note_or_a_tab_is_a_heading_of_what_it_holds(source: str) -> None:
    assert read_markdown_text(source) == HEADED


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("import Tabs from '@theme/Tabs';\nimport {\n  A,\n} from \"b\";\n\nText.", "Text."),
        ("import 'a.css'\n\nexport const x = {\n  a: 1,\n};\n\nText {/* a\nb */}here.", "Text here."),
        ("import A from 'a';\n\nSince {props.version}, it is {'free'} and <b style={{color: 'red'}}>new</b>.",
         "Since , it is free and new."),
        ("Text.\n{: .no_toc }\n\n## Head {#head}\n\n[Go](https://x.example){ .md-button }", "Text.\n\n## Head\n\n[Go](https://x.example)"),
        ("* TOC\n{:toc}\n\nText", "Text"),
        ("[TOC]\n\nText\n\n--8<-- \"a.md\"", "Text"),
        ("{% include a.html %}Text {% link a.md %}of {{ site.title }}.", "Text of ."),
        ("{% comment %}Never\n\nshown{% endcomment %}Text", "Text"),
        ("{% highlight sh %}\nrun <A>\n{% endhighlight %}", "```sh\nrun <A>\n```"),
        ("{%- highlight -%}\nrun <A>\n{%- endhighlight -%}", "```\nrun <A>\n```"),
        ('{{< figure src="a.png" caption="The map" >}}', "The map"),
        ("{{< button >}}Buy now{{< /button >}}", "Buy now"),
        ('Ask in {% slack_channel "helpers" %} or {% include "a.html" %}.', "Ask in helpers or ."),
        ('{% image "a/b.png" "The way to us" %}', "The way to us"),
        ('{% alert "Closed in May" %}\nCome later.\n{% endalert %}', "## Closed in May\n\nCome later."),
        ("Write {{first_name}} into the mail.", "Write {{first_name}} into the mail."),
        ("> [!NOTE]\n> Keep the receipt.", "Keep the receipt."),
        ("> [!tip] Paper\n> Keep it.", "**Paper**\n\nKeep it."),
        ("<Steps>\n\n1. One\n2. Two\n\n</Steps>", "1. One\n2. Two"),
        ('<Card title="Fast" description="In two days." href="/x" />', "Fast: In two days."),
        ("Press <Kbd>Ctrl</Kbd>, `<Kbd>` is text, <Badge text=\"new\" />.", "Press Ctrl, `<Kbd>` is text, new."),
        ('<Tip title="Paper">\n\nUse `a` and `b`.\n\n```\n<Tip>\n```\n\n</Tip>\n\nAfter.',
         "## Paper\n\nUse `a` and `b`.\n\n```\n<Tip>\n```\n\nAfter."),
        (":material-check: Done at 10:30:00 :smile:", "Done at 10:30:00 :smile:"),
        ('!!! note\n    One.\n\n    ```sh\n    run\n    ```\n\nAfter.', "One.\n\n```sh\nrun\n```\n\nAfter."),
        ('=== "A"\n\n    !!! tip "B"\n        Deep.', "## A\n\n### B\n\nDeep."),
        ("a ::: b and {curly} and 3 :: 4", "a ::: b and {curly} and 3 :: 4"),
        (':::image type="content" source="a.png" alt-text="The way to us":::', "The way to us"),
        (':::row:::\n   :::column span="":::\nText.\n   :::column-end:::\n:::row-end:::\n\nEnd.', "Text.\n\nEnd."),
        ('::: zone pivot="web"\nText.\n::: zone-end\n\nEnd.', "Text.\n\nEnd."),
        ('<div class="a">\n  <p>One</p>\n</div>\n```sh\nrun *it*\n```\n\n*Two*', 
         "One\n\n```sh\nrun *it*\n```\n\n*Two*"),
        ('<img src="a.png" alt="The way">\n*Here*\n<p>x</p>\n## Head', "The way\n\n*Here*\n\nx\n\n## Head"),
        ("<template #title>Our *team*</template>\n<template #lead>\nFrom Vienna\n</template>",
         "Our *team*\n\nFrom Vienna"),
        ("<a href=\"https://a.example/\" style={{ width: '9px' }}>Go</a> now", "[Go](https://a.example/) now"),
        ("> Do\n> ```sh\n> run\n> ```\n\n:::tip\nText.\n:::", "Do\n\n```sh\nrun\n```\n\nText."),
        ("See [the list]({{ '/list/#a' | relative_url }}).", "See the list."),
        ("See [us](https://a.example/){.link target=\\_blank} and [b](/b){ class='x' }.",
         "See [us](https://a.example/) and b."),
        ("Text {{#include more.md}}\n\n```py\n{!> ../a.py!}\n```\n\n```\n--8<-- \"b\"\nrun\n```",
         "Text\n\n```\nrun\n```"),
        ("Install <PACKAGE> or <Package Name>.", "Install <PACKAGE> or <Package Name>."),
    ],
)  # fmt: skip
def test_what_steers_a_generator_goes_and_what_it_shows_stays(source: str, read: str) -> None:
    assert read_markdown_text(source) == read


@pytest.mark.parametrize(
    "code",
    ["import a from 'b'", "{% raw %}", "{{< tab >}}", "{: .x}", ":::tip", '!!! note "x"', "<Tab title='x'>", "{/* */}"],
)
def test_code_is_never_touched(code: str) -> None:
    assert read_markdown_text(f"```\n{code}\n```") == f"```\n{code}\n```"
    assert read_markdown_text(f"- Run\n\n  ```\n  {code}\n  ```") == f"- Run\n  ```\n  {code}\n  ```"
    assert read_markdown_text(f"Use `{code}` now") == f"Use `{code}` now"


def test_a_page_that_imports_is_read_as_jsx() -> None:
    assert looks_like_jsx("import A from './a.js'\n\nText")
    assert not looks_like_jsx("import your data from a file, or from 'Export'")

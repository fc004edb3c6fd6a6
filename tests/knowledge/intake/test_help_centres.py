"""The exports of help centres are taken apart into their articles; every sample here is of our own making."""

from __future__ import annotations

import json

import pytest

from backend.domain.errors import SettingsError
from backend.knowledge.intake.help_centres import Article, in_html, names_of, read_export

BODY = "<p>Within <b>60 days</b>.</p>"
ZENDESK = {
    "articles": [
        {"id": 7, "title": "Returns", "body": BODY, "html_url": "https://help.example/7", "draft": False},
        {"id": 8, "title": "Secret", "body": "<p>Soon</p>", "html_url": "https://help.example/8", "draft": True},
    ],
    "next_page": None,
}
INTERCOM = {
    "type": "list",
    "data": [
        {"id": "a1", "title": "Returns", "body": BODY, "url": "https://help.example/a1", "state": "published"},
        {"id": "a2", "title": "Not yet", "body": BODY, "url": None, "state": "draft"},
    ],
}
HELP_SCOUT = {
    "articles": {
        "items": [
            {
                "id": "5f",
                "number": 3,
                "name": "Returns",
                "text": BODY,
                "publicUrl": "https://d.example/3",
                "status": "published",
            },
            {"id": "5e", "name": "Old", "text": BODY, "status": "notpublished"},
        ]
    }
}
FRESHDESK = [
    {"id": 11, "title": "Returns", "description": BODY, "status": 2},
    {"id": 12, "title": "Draft", "description": BODY, "status": 1},
]
WORDPRESS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:wp="http://wordpress.org/export/1.2/"><channel>
<item><title>Returns</title><link>https://shop.example/returns</link><content:encoded><![CDATA[{BODY}]]></content:encoded>
<excerpt:encoded><![CDATA[Short.]]></excerpt:encoded><wp:post_id>21</wp:post_id><wp:status>publish</wp:status>
<wp:post_type>page</wp:post_type></item>
<item><title>Photo</title><link>https://shop.example/p</link><content:encoded><![CDATA[<p>x</p>]]></content:encoded>
<wp:post_id>22</wp:post_id><wp:status>inherit</wp:status><wp:post_type>attachment</wp:post_type></item>
</channel></rss>"""
FRESHDESK_XML = """<solution-articles><solution-article><id>31</id><title>Returns</title>
<description>&lt;p&gt;Within &lt;b&gt;60 days&lt;/b&gt;.&lt;/p&gt;</description><status>2</status></solution-article>
<solution-article><id>32</id><title>Draft</title><description>x</description><status>1</status></solution-article>
</solution-articles>"""


@pytest.mark.parametrize(
    ("name", "written", "source", "key", "url", "unpublished"),
    [
        ("z.json", ZENDESK, "Zendesk", "zendesk/7.html", "https://help.example/7", 1),
        ("i.json", INTERCOM, "Intercom", "intercom/a1.html", "https://help.example/a1", 1),
        ("h.json", HELP_SCOUT, "Help Scout", "help-scout/5f.html", "https://d.example/3", 1),
        ("f.json", FRESHDESK, "Freshdesk", "freshdesk/11.html", "", 1),
        ("w.xml", WORDPRESS, "WordPress", "wordpress/21.html", "https://shop.example/returns", 1),
        ("f.XML", FRESHDESK_XML, "Freshdesk", "freshdesk/31.html", "", 1),
    ],
)
def test_each_export_gives_its_published_articles(
    name: str, written: object, source: str, key: str, url: str, unpublished: int
) -> None:
    content = written if isinstance(written, str) else json.dumps(written)
    export = read_export(name, content.encode())
    assert list(export.articles) == [Article(key, "Returns", BODY, url)]
    assert (export.source, export.unpublished) == (source, unpublished)


def test_a_table_is_read_by_the_names_of_its_columns_whatever_parts_them() -> None:
    for mark in (",", ";", "\t"):
        rows = [("Question", "Answer", "Link"), ("Do you ship?", "Yes, daily.", "javascript:x"), ("", "", "")]
        content = "\ufeff" + "\r\n".join(mark.join(f'"{cell}"' for cell in row) for row in rows)
        (article,) = read_export("faq.csv", content.encode("utf-8")).articles
        assert article == Article("table/1.txt", "Do you ship?", "Yes, daily.", "", is_html=False)


def test_columns_of_other_names_are_named_by_hand() -> None:
    content = b"Nr,Kopf,Inhalt\n4,Returns,<p>60 days</p>\n"
    with pytest.raises(SettingsError, match="no column is known as the title"):
        read_export("t.csv", content)
    columns = dict(names_of("title=Kopf, text=inhalt,id=Nr"))
    assert [each.key for each in read_export("t.csv", content, columns).articles] == ["table/4.html"]
    with pytest.raises(SettingsError, match="has no column 'Titel'; it has Nr, Kopf, Inhalt"):
        read_export("t.csv", content, {"title": "Titel"})
    with pytest.raises(SettingsError, match="write title=COLUMN"):
        dict(names_of("headline=x"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", b"{", "is no JSON"),
        ("a.json", b"[" * 100_000, "is no JSON"),
        ("a.json", b'{"rows": []}', "is no export of Zendesk"),
        ("a.json", b"[1, 2]", "is no export of"),
        ("a.xml", b"<rss><channel/></rss>", "holds none of <item> \\(WordPress\\)"),
        ("a.xml", b"<rss>", "cannot be read as XML"),
        ("a.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "cannot be read as XML"),
        ("a.csv", b"", "no column is known"),
        ("a.csv", b"title,text\nOnly a title,\n", "holds no published article"),
    ],
)
def test_what_is_no_export_is_refused_by_name(name: str, content: bytes, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as refused:
        read_export(name, content)
    assert str(refused.value).startswith(f"{name}: ")


def test_an_article_becomes_a_page_whose_title_can_close_nothing() -> None:
    page = in_html(Article("k", "A </title><script>x</script>", BODY, ""))
    assert "<script>" not in page
    assert page.endswith(BODY)

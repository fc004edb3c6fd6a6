"""A sitemap says which pages there are."""

from __future__ import annotations

import gzip

from tests.knowledge.intake.crawl.conftest import Answer, Robot, Web


def test_a_sitemap_says_which_pages_there_are(robot: Robot, web: Web) -> None:
    index = f"<sitemapindex><sitemap><loc>{web.url('/a.xml.gz')}</loc></sitemap></sitemapindex>"
    listed = "".join(f"<url><loc><![CDATA[{web.url(path)}]]></loc></url>" for path in ("/a", "/b?x=1&amp;y=2"))
    web.pages["/sitemap.xml"] = Answer(index.encode())
    web.pages["/a.xml.gz"] = Answer(gzip.compress(f"<urlset>{listed}</urlset>".encode()))
    web.put("/a", "Returns")
    robot.crawl("/sitemap.xml")
    assert robot.known() == {"/a": "Returns"}
    web.pages["/robots.txt"] = Answer(f"Sitemap: {web.url('/sitemap.xml')}".encode())
    web.put("/", "Home")
    robot.crawl("/")
    assert "/a" in robot.pages("/")

"""The book of crawls, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from backend.domain.crawl import CrawlPage
from backend.domain.site import Site
from backend.store import Store

START = "https://tea.example/"


def test_a_start_has_one_crawl_whose_schedule_can_be_changed(store: Store, site: Site, other_site: Site) -> None:
    crawl = store.crawls.open(site.id, START, None)
    assert (crawl.every_hours, crawl.state, crawl.ended_at) == (0, "done", None)
    assert store.crawls.open(site.id, START, 24).id == crawl.id
    assert store.crawls.open(site.id, START, None).every_hours == 24
    other = store.crawls.open(other_site.id, START, None)
    assert [each.id for each in store.crawls.crawls(site.id)] == [crawl.id]
    assert [each.id for each in store.crawls.crawls()] == [crawl.id, other.id]


def test_one_process_at_a_time_is_at_a_crawl_until_it_gives_no_sign_of_life(
    store_url: str, store: Store, site: Site
) -> None:
    long_ago = Store.open(store_url, bytes(range(32)), lambda: datetime.now(UTC) - timedelta(hours=1))
    crawl = long_ago.crawls.open(site.id, START, None)
    assert long_ago.crawls.begin(crawl)
    assert store.crawls.begin(crawl)  # an hour later, without a sign of life
    assert not store.crawls.begin(crawl)
    store.crawls.keep_alive(crawl)
    store.crawls.end(crawl, "failed", "the disk is full")
    assert [(each.state, each.note) for each in store.crawls.crawls()] == [("failed", "the disk is full")]
    assert store.crawls.begin(crawl)
    long_ago.close()


def test_pages_wait_nearest_first_are_settled_once_and_wait_again_in_the_next_round(store: Store, site: Site) -> None:
    crawl = store.crawls.open(site.id, START, None)
    store.crawls.begin(crawl)
    first, second = CrawlPage(f"{START}a", 1), CrawlPage(f"{START}b", 0)
    store.crawls.add_pages(crawl, [first, second])
    store.crawls.add_pages(crawl, [replace(first, depth=0)])
    assert list(store.crawls.waiting(crawl, 5)) == [second, first]
    written = replace(second, state="written", etag='"1"', document=second.url)
    store.crawls.keep_pages(crawl, [written])
    assert list(store.crawls.waiting(crawl, 5)) == [first]
    assert list(store.crawls.pages(crawl)) == [first, written]
    store.crawls.end(crawl, "stopped")
    store.crawls.begin(crawl)
    assert list(store.crawls.waiting(crawl, 5)) == [first]  # a round that was stopped goes on
    store.crawls.keep_pages(crawl, [replace(first, state="gone", code="status_404", why="gone")])
    store.crawls.end(crawl, "done")
    store.crawls.begin(crawl)
    assert {page.url for page in store.crawls.waiting(crawl, 5)} == {first.url, second.url}
    assert [page.etag for page in store.crawls.pages(crawl)] == ["", '"1"']


def test_a_crawl_is_forgotten_with_its_pages(store: Store, site: Site, other_site: Site) -> None:
    crawl, other = (store.crawls.open(each.id, START, None) for each in (site, other_site))
    for each in (crawl, other):
        store.crawls.add_pages(each, [CrawlPage(START, 0)])
    store.crawls.remove(crawl)
    assert [each.id for each in store.crawls.crawls()] == [other.id]
    assert len(store.crawls.pages(other)) == 1

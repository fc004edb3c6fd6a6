"""Documents, their passages, and the posting table that finds them.

Rules:
1. A audience sees the knowledge base as it was before a change or as it is after it, never between.
2. `term.passages` is always the number of the site's passages that hold the term; a term that none holds is gone.
3. Ranking is whole-number arithmetic with ties broken by passage id, so every database gives the same order.
4. A posting belongs to the site of its term: every search goes in by the site's terms.
5. What is kept of a passage's meaning stays with its words: a passage that is made anew with the same ones keeps it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, Subquery, Table, and_, bindparam, delete, func, or_, select, update

from backend.domain.errors import UnknownSite
from backend.domain.indexed import Cut, Origin, Outline, Stocked, TermStatistics, Titled
from backend.domain.knowledge import Audience, Document, Passage
from backend.store import tables
from backend.store.database import Database, in_batches, insert_into, insert_numbers
from backend.store.document_changes import note_changes

UNREADABLE = """
    SELECT passage.id FROM document JOIN passage ON passage.document_id = document.id
    WHERE document.site_id = :site_id AND (
        (document.audience <> '' AND document.audience NOT LIKE CAST(:audience AS TEXT))
        OR (CAST(:language AS TEXT) <> '' AND document.language <> CAST(:language AS TEXT))
    )
"""
LISTED = ("id", "site_id", "key", "title", "url", "source", "created_at", "marks", "twin", "audience")  # no text
MOST_IN_A_LIST = 2_000  # ids or keys in one statement; SQLite takes 32,766 parameters, PostgreSQL 65,535

REVISION = "SELECT knowledge_revision FROM site WHERE id = :site_id"
PASSAGE_COUNT = "SELECT passage_count FROM site WHERE id = :site_id"
HOLDERS = """
    SELECT posting.passage_id FROM term JOIN posting ON posting.term_id = term.id
    WHERE term.site_id = :site_id AND term.term = :term
"""


MEANING = ("meaning", "meaning_of")  # what is kept of one, and the model that made it
KeptMeaning = tuple[bytes, str]


class StoredPassages:
    """Implements PassageBook."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def documents(
        self, site_id: int, *, with_twins: bool = True, keys: Sequence[str] | None = None
    ) -> Sequence[Document]:
        document = tables.document
        wanted = select(document).where(document.c.site_id == site_id)
        if not with_twins:
            wanted = wanted.where(document.c.twin == "")
        if keys is not None:
            wanted = wanted.where(document.c.key.in_(list(keys)))
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        # Ordered here, since databases order letters by their own rules.
        return sorted(map(_document, rows), key=lambda each: each.key)

    def document(self, site_id: int, key: str) -> Document | None:
        document = tables.document
        wanted = select(document).where(document.c.site_id == site_id, document.c.key == key)
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else _document(row)

    def outlines(self, site_id: int, after: int, most: int) -> Sequence[Outline]:
        document = tables.document
        columns = (document.c.id, document.c.key, document.c.title, func.length(document.c.text), document.c.hosts)
        wanted = (
            select(*columns, document.c.twin, document.c.language, document.c.audience, document.c.marks)
            .where(document.c.site_id == site_id, document.c.id > after)
            .order_by(document.c.id)
            .limit(most)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return [
            Outline(
                *row[:4],
                tuple(row.hosts.split()),
                row.twin,
                row.language,
                tuple(row.audience.split()),
                is_marked=bool(row.marks),
            )
            for row in rows
        ]

    def document_ids(self, site_id: int) -> Sequence[int]:
        wanted = select(tables.document.c.id).where(tables.document.c.site_id == site_id)
        with self._database.reading() as connection:
            return connection.execute(wanted).scalars().all()

    def ids_of(self, site_id: int, keys: Sequence[str]) -> frozenset[int]:
        document, found = tables.document, set[int]()
        with self._database.reading() as connection:
            for batch in in_batches(keys, MOST_IN_A_LIST):
                wanted = select(document.c.id).where(document.c.site_id == site_id, document.c.key.in_(batch))
                found.update(connection.execute(wanted).scalars())
        return frozenset(found)

    def passages_of(self, site_id: int, key: str) -> Sequence[Passage]:
        document, passage = tables.document, tables.passage
        wanted = _passages().where(document.c.site_id == site_id, document.c.key == key).order_by(passage.c.id)
        with self._database.reading() as connection:
            return [Passage(*row) for row in connection.execute(wanted)]

    def stocked(self, site_id: int, keys: Sequence[str] | None = None) -> Mapping[str, Stocked]:
        document = tables.document
        wanted = select(
            document.c.key,
            document.c.digest,
            document.c.source,
            document.c.file_digest,
            document.c.fingerprint,
            document.c.twin,
        ).where(document.c.site_id == site_id)
        if keys is not None:
            wanted = wanted.where(document.c.key.in_(list(keys)))
        with self._database.reading() as connection:
            return {
                row.key: Stocked(row.digest, Origin(row.source, row.file_digest), row.fingerprint, row.twin)
                for row in connection.execute(wanted)
            }

    def digests(self, site_id: int, keys: Sequence[str] | None = None) -> Mapping[str, str]:
        document, found = tables.document, dict[str, str]()
        wanted = select(document.c.key, document.c.digest).where(document.c.site_id == site_id)
        with self._database.reading() as connection:
            if keys is None:
                return dict(connection.execute(wanted).all())
            for batch in in_batches(keys, MOST_IN_A_LIST):
                found.update(connection.execute(wanted.where(document.c.key.in_(batch))).all())
        return found

    def count(self, site_id: int, below: int | None = None, hidden: Sequence[str] = ()) -> tuple[int, int]:
        document, passage, site = tables.document, tables.passage, tables.site
        sites = [site_id] if below is None else [site_id, below]
        is_hidden = and_(document.c.site_id == below, document.c.key.in_(list(hidden)))
        counts = (
            select(func.count()).select_from(document).where(document.c.site_id.in_(sites)),
            select(func.count()).select_from(document).where(is_hidden),
            select(func.sum(site.c.passage_count)).where(site.c.id.in_(sites)),
            select(func.count()).select_from(passage.join(document)).where(is_hidden),
        )
        with self._database.reading() as connection:
            found = connection.execute(select(*(each.scalar_subquery() for each in counts))).one()
        documents, hidden_documents, passages, hidden_passages = (int(each or 0) for each in found)
        return documents - hidden_documents, passages - hidden_passages

    def titles(
        self,
        site_id: int,
        before: int | None = None,
        most: int = 50,
        keys: Sequence[str] | None = None,
        *,
        below: int | None = None,
    ) -> Sequence[Titled]:
        document, passage = tables.document, tables.passage
        pieces = select(func.count()).where(passage.c.document_id == document.c.id).scalar_subquery().label("pieces")
        listed = [document.c[name] for name in LISTED]

        def last_of(each: int) -> Subquery:  # of each site by itself, so that no other row is looked at
            wanted = select(document.c.id).where(document.c.site_id == each).order_by(document.c.id.desc())
            if before is not None:
                wanted = wanted.where(document.c.id < before)
            if keys is not None:
                wanted = wanted.where(document.c.key.in_(list(keys)))
            return wanted.limit(most).subquery()

        lasts = [last_of(each) for each in ([site_id] if below is None else [site_id, below])]
        shown = or_(*(document.c.id.in_(select(each.c.id)) for each in lasts))
        wanted = select(*listed, pieces).where(shown).order_by(document.c.id.desc())
        with self._database.reading() as connection:
            return [_titled(row) for row in connection.execute(wanted.limit(most)).all()]

    def put(self, site_id: int, cuts: Sequence[tuple[Cut, str]], gone: Sequence[str] = ()) -> None:
        if not cuts and not gone:
            return
        replaced = [*(cut.document.key for cut, _ in cuts), *gone]
        with self._database.writing() as connection:
            _begin_revision(connection, site_id)
            note_changes(connection, site_id, {cut.document.key: digest for cut, digest in cuts}, gone)
            meanings = _meanings_of(connection, site_id, [cut.document.key for cut, _ in cuts])
            removed = _remove_documents(connection, site_id, replaced)
            passages = self._add_passages(connection, site_id, cuts, meanings)
            term_ids = _count_terms(connection, site_id, cuts)
            insert_numbers(connection, tables.posting, _postings(passages, cuts, term_ids))
            _end_revision(connection, site_id, len(passages) - removed)

    def note_files(self, site_id: int, file_digests: Mapping[str, str]) -> None:
        document = tables.document
        noting = update(document).where(document.c.site_id == site_id, document.c.key == bindparam("named"))
        rows = [{"named": key, "noted": file_digest} for key, file_digest in file_digests.items()]
        if rows:
            with self._database.writing() as connection:
                connection.execute(noting.values(file_digest=bindparam("noted")), rows)

    def revision(self, site_id: int) -> int:
        found = self._database.rows(REVISION, {"site_id": site_id})
        if not found:
            raise UnknownSite
        return int(found[0][0])

    def synonyms(self, site_id: int) -> Sequence[Sequence[str]]:
        wanted = select(tables.site.c.synonyms).where(tables.site.c.id == site_id)
        with self._database.reading() as connection:
            return [tuple(group) for group in connection.execute(wanted).scalar_one_or_none() or ()]

    def set_synonyms(self, site_id: int, groups: Sequence[Sequence[str]]) -> None:
        with self._database.writing() as connection:
            _begin_revision(connection, site_id)
            connection.execute(
                update(tables.site)
                .where(tables.site.c.id == site_id)
                .values(synonyms=[list(group) for group in groups])
            )

    def statistics(self, site_id: int, terms: Sequence[str]) -> TermStatistics:
        """Return the number of the site's passages, and for every term asked for the number that hold it, or 0."""
        found = self._database.rows(PASSAGE_COUNT, {"site_id": site_id})
        held: dict[str, int] = {}
        for batch in in_batches(terms, MOST_IN_A_LIST):
            named = _named("term", batch)
            rows = self._database.rows(_frequency(len(named)), {"site_id": site_id, **named})
            held.update({row[0]: row[1] for row in rows})
        return TermStatistics(found[0][0] if found else 0, {word: held.get(word, 0) for word in terms})

    def vocabulary(self, site_id: int) -> Mapping[str, int]:
        term = tables.term
        wanted = select(term.c.term, term.c.passages).where(term.c.site_id == site_id)
        with self._database.reading() as connection:
            return dict(connection.execute(wanted).all())

    def words(self, site_id: int, after: int, most: int) -> Sequence[tuple[int, str]]:
        term = tables.term
        wanted = (
            select(term.c.id, term.c.term)
            .where(term.c.site_id == site_id, term.c.id > after)
            .order_by(term.c.id)
            .limit(most)
        )
        with self._database.reading() as connection:
            return [(row[0], row[1]) for row in connection.execute(wanted)]

    def terms_in(self, site_id: int, terms: Sequence[str], passage_ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        if terms and passage_ids:
            named, named_ids = _named("term", terms), _named("passage", passage_ids)
            statement = _terms_in(len(named), len(named_ids))
            for passage_id, word in self._database.rows(statement, {"site_id": site_id, **named, **named_ids}):
                found[passage_id].add(word)
        return {passage_id: frozenset(words) for passage_id, words in found.items()}

    def holders(self, site_id: int, term: str) -> frozenset[int]:
        return frozenset(row[0] for row in self._database.rows(HOLDERS, {"site_id": site_id, "term": term}))

    def best(
        self, site_id: int, weights: Mapping[str, int], most: int, audience: Audience | None = None
    ) -> Sequence[tuple[Passage, int]]:
        if not weights:
            return []
        parameters: dict[str, object] = {"site_id": site_id, "most": most}
        if audience is not None:
            parameters["audience"] = f"% {audience.name} %" if audience.name else ""
            parameters["language"] = audience.only_language
        for number, (word, weight) in enumerate(weights.items()):
            parameters[f"term_{number}"] = word
            parameters[f"weight_{number}"] = weight
        rows = self._database.rows(_search(len(weights), audience is not None), parameters)
        return [(Passage(*row[:6]), int(row[6])) for row in rows]

    def meanings(self, site_id: int, passage_ids: Sequence[int], model: str) -> Mapping[int, bytes]:
        passage, kept = tables.passage, {}
        with self._database.reading() as connection:
            for batch in in_batches(passage_ids, MOST_IN_A_LIST):
                wanted = select(passage.c.id, passage.c.meaning).where(
                    passage.c.id.in_(batch), passage.c.site_id == site_id, passage.c.meaning_of == model
                )
                kept.update({row.id: bytes(row.meaning) for row in connection.execute(wanted)})
        return kept

    def without_meaning(self, site_id: int, after: int, most: int, model: str) -> Sequence[Passage]:
        passage = tables.passage
        wanted = (
            _passages()
            .where(passage.c.site_id == site_id, passage.c.id > after)
            .where(or_(passage.c.meaning_of.is_(None), passage.c.meaning_of != model))
            .order_by(passage.c.id)
            .limit(most)
        )
        with self._database.reading() as connection:
            return [Passage(*row) for row in connection.execute(wanted)]

    def keep_meanings(self, site_id: int, meanings: Mapping[int, bytes], model: str) -> None:
        passage = tables.passage
        named = (passage.c.id == bindparam("named"), passage.c.site_id == site_id)
        keeping = update(passage).where(*named).values(meaning=bindparam("kept"), meaning_of=model)
        rows = [{"named": passage_id, "kept": kept} for passage_id, kept in meanings.items()]
        if rows:
            with self._database.writing() as connection:
                connection.execute(keeping, rows)

    def _add_passages(
        self,
        connection: Connection,
        site_id: int,
        cuts: Sequence[tuple[Cut, str]],
        meanings: Mapping[tuple[str, str, str], KeptMeaning],
    ) -> list[int]:
        """Insert documents and passages; return the passages' ids in the order of `cuts`."""
        now = self._now()
        documents = [
            {
                "site_id": site_id,
                "key": cut.document.key,
                "title": cut.document.title,
                "url": cut.document.url,
                "text": cut.document.text,
                "marks": list(cut.document.marks),
                "digest": digest,
                "created_at": now,
                "language": cut.document.language,
                "source": cut.origin.source,
                "file_digest": cut.origin.file_digest,
                "fingerprint": cut.fingerprint,
                "twin": cut.twin,
                "hosts": " ".join(cut.hosts),
                "audience": "".join(f" {name} " for name in cut.document.audience),
                "left_out": list(cut.document.left_out),
            }
            for cut, digest in cuts
        ]
        document_ids = _insert_counted(connection, tables.document, documents)
        passages = [
            {
                "site_id": site_id,
                "document_id": document_id,
                "heading": each.heading,
                "text": each.text,
                **_kept(meanings.get((cut.document.title, each.heading, each.text))),
            }
            for document_id, (cut, _) in zip(document_ids, cuts, strict=True)
            for each in cut.passages
        ]
        return _insert_counted(connection, tables.passage, passages)


def _titled(row: Row[*tuple[Any, ...]]) -> Titled:
    return Titled(
        row.id,
        row.site_id,
        row.key,
        row.title,
        row.url,
        row.source,
        row.created_at,
        row.pieces,
        tuple(row.marks),
        row.twin,
        tuple(row.audience.split()),
    )


def _document(row: Row[Any]) -> Document:
    marks, audience, left_out = tuple(row.marks), tuple(row.audience.split()), tuple(row.left_out)
    return Document(row.key, row.title, row.url, row.text, marks, row.language, audience, left_out)


def _passages() -> Select[Any]:
    """Return the query for passages as `Passage` has them."""
    document, passage = tables.document, tables.passage
    return select(
        passage.c.id, document.c.key, document.c.title, document.c.url, passage.c.heading, passage.c.text
    ).join(document, document.c.id == passage.c.document_id)


def _kept(meaning: KeptMeaning | None) -> dict[str, bytes | str | None]:
    return dict(zip(MEANING, meaning or (None, None), strict=True))


def _meanings_of(connection: Connection, site_id: int, keys: Sequence[str]) -> dict[tuple[str, str, str], KeptMeaning]:
    """Return what is kept of the meaning of these documents' passages and by which model: by title, heading, text."""
    document, passage = tables.document, tables.passage
    meanings = {}
    for batch in in_batches(keys, MOST_IN_A_LIST):
        wanted = (
            select(document.c.title, passage.c.heading, passage.c.text, passage.c.meaning, passage.c.meaning_of)
            .join(document, document.c.id == passage.c.document_id)
            .where(document.c.site_id == site_id, document.c.key.in_(batch), passage.c.meaning.is_not(None))
        )
        rows = connection.execute(wanted)
        meanings.update({(row.title, row.heading, row.text): (row.meaning, row.meaning_of) for row in rows})
    return meanings


def _begin_revision(connection: Connection, site_id: int) -> None:
    """Count the revision up; on PostgreSQL this also makes a second writer of the same site wait."""
    site = tables.site
    counted = update(site).where(site.c.id == site_id).values(knowledge_revision=site.c.knowledge_revision + 1)
    if connection.execute(counted).rowcount != 1:
        raise UnknownSite


def _end_revision(connection: Connection, site_id: int, more_passages: int) -> None:
    site = tables.site
    connection.execute(
        update(site).where(site.c.id == site_id).values(passage_count=site.c.passage_count + more_passages)
    )
    connection.execute(delete(tables.term).where(tables.term.c.site_id == site_id, tables.term.c.passages <= 0))


def _remove_documents(connection: Connection, site_id: int, keys: Sequence[str]) -> int:
    """Remove the site's documents with these keys; return how many passages went with them."""
    document = tables.document
    removed = 0
    for batch in in_batches(keys, MOST_IN_A_LIST):
        theirs = select(document.c.id).where(document.c.site_id == site_id, document.c.key.in_(batch))
        ids = connection.execute(theirs).scalars().all()
        if ids:
            removed += _remove_passages(connection, ids)
            connection.execute(delete(document).where(document.c.id.in_(ids)))
    return removed


def _remove_passages(connection: Connection, document_ids: Sequence[int]) -> int:
    passage, posting, term = tables.passage, tables.posting, tables.term
    theirs = select(passage.c.id).where(passage.c.document_id.in_(document_ids))
    lost = (
        select(posting.c.term_id, func.count().label("passages"))
        .where(posting.c.passage_id.in_(theirs))
        .group_by(posting.c.term_id)
        .subquery("lost")
    )
    connection.execute(
        update(term).where(term.c.id == lost.c.term_id).values(passages=term.c.passages - lost.c.passages)
    )
    connection.execute(delete(posting).where(posting.c.passage_id.in_(theirs)))
    return connection.execute(delete(passage).where(passage.c.document_id.in_(document_ids))).rowcount


def _insert_counted(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> list[int]:
    """Insert rows and return the ids that the database counted for them, in their order."""
    if not rows:
        return []
    adding = table.insert().returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(adding, rows).scalars())


def _count_terms(connection: Connection, site_id: int, cuts: Sequence[tuple[Cut, str]]) -> dict[str, int]:
    """Add every passage to the count of each of its terms; return the terms' ids."""
    counts = Counter(word for cut, _ in cuts for passage in cut.passages for word in passage.impacts)
    if not counts:
        return {}
    term = tables.term
    adding = insert_into(connection, term)
    counting = adding.on_conflict_do_update(
        index_elements=[term.c.site_id, term.c.term],
        set_={"passages": term.c.passages + adding.excluded.passages},
    ).returning(term.c.term, term.c.id)
    rows = [{"site_id": site_id, "term": word, "passages": count} for word, count in counts.items()]
    return dict(connection.execute(counting, rows).all())


def _postings(
    passage_ids: Sequence[int], cuts: Sequence[tuple[Cut, str]], term_ids: Mapping[str, int]
) -> Iterator[tuple[int, int, int]]:
    passages = (passage for cut, _ in cuts for passage in cut.passages)
    for passage_id, passage in zip(passage_ids, passages, strict=True):
        for word, impact in passage.impacts.items():
            yield term_ids[word], passage_id, impact


@cache
def _frequency(terms: int) -> str:
    """Return the statement that tells of so many terms how many passages hold each."""
    listed = _numbered("term", terms)
    return f"SELECT term, passages FROM term WHERE site_id = :site_id AND term IN ({listed})"  # noqa: S608 - our numbers


@cache
def _terms_in(terms: int, passages: int) -> str:
    """Return the statement that tells which of so many passages hold which of so many terms."""
    return f"""
        SELECT posting.passage_id, term.term FROM term JOIN posting ON posting.term_id = term.id
        WHERE term.site_id = :site_id AND term.term IN ({_numbered("term", terms)})
        AND posting.passage_id IN ({_numbered("passage", passages)})
    """  # noqa: S608 - our numbers


def _named(name: str, values: Sequence[object]) -> dict[str, object]:
    """Return these as parameters, the last one again until there are 1, 2, 4, 8 …: few lengths make few statements,
    however many words a question has."""
    size = 1 << (len(values) - 1).bit_length()
    return {f"{name}_{number}": values[min(number, len(values) - 1)] for number in range(size)}


def _numbered(name: str, many: int) -> str:
    return ", ".join(f":{name}_{number}" for number in range(many))


@cache
def _search(terms: int, has_reader: bool = False) -> str:
    """Return the search for so many terms, of what a audience may read where there is one.

    Plain SQL: both databases read it alike, and it is compiled once.
    """
    rows = ", ".join(f"(CAST(:term_{number} AS TEXT), CAST(:weight_{number} AS BIGINT))" for number in range(terms))
    readable = f"WHERE posting.passage_id NOT IN ({UNREADABLE})" if has_reader else ""
    return f"""
        WITH wanted(term, weight) AS (VALUES {rows}),
        ranked AS (
            SELECT posting.passage_id, SUM(posting.impact * wanted.weight) AS score
            FROM wanted
            JOIN term ON term.site_id = :site_id AND term.term = wanted.term
            JOIN posting ON posting.term_id = term.id
            {readable}
            GROUP BY posting.passage_id
            ORDER BY score DESC, posting.passage_id
            LIMIT :most
        )
        SELECT passage.id, document.key, document.title, document.url, passage.heading, passage.text, ranked.score
        FROM ranked
        JOIN passage ON passage.id = ranked.passage_id AND passage.site_id = :site_id
        JOIN document ON document.id = passage.document_id
        ORDER BY ranked.score DESC, passage.id
    """  # noqa: S608 - what is put in is our own numbering

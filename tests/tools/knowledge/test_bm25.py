"""BM25: rare words count more, often said ones less and less, and a share means the same for any length."""

import pytest

from tools.knowledge.bm25 import BM25

DOCUMENTS = [["disk", "full"], ["disk", "slow", "slow", "slow"], ["lock", "stale"], []]


def test_without_a_word_in_common_every_share_is_0() -> None:
    assert BM25(DOCUMENTS).shares(["kernel"]) == BM25(DOCUMENTS).shares([]) == [0.0] * 4
    assert BM25([]).shares(["disk"]) == []


def test_a_rare_word_decides() -> None:
    shares = BM25(DOCUMENTS).shares(["disk", "slow"])
    assert shares[1] > shares[0] > shares[2] == 0.0


def test_a_word_that_nothing_has_lowers_every_share() -> None:
    known, unknown = BM25(DOCUMENTS).shares(["lock"]), BM25(DOCUMENTS).shares(["lock", "zfs"])
    assert unknown[2] < known[2] / 2


def test_a_share_is_the_score_of_okapi_by_the_weight_of_the_question() -> None:
    # N = 4, one of them has the word, two words against an average of 2: 2.2 / (1 + 1.2) = 1
    assert BM25(DOCUMENTS).shares(["lock"])[2] == pytest.approx(1.0)


def test_the_cosine_of_the_same_words_is_1() -> None:
    bm25 = BM25(DOCUMENTS)
    assert bm25.cosine(["stale", "lock", "lock"], 2) == pytest.approx(1.0)
    assert bm25.cosine(["disk"], 2) == bm25.cosine([], 0) == bm25.cosine(["disk"], 3) == 0.0

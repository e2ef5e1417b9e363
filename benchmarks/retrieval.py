"""How well incidents are found again: `python -m benchmarks.retrieval INCIDENTS.jsonl`.

The incidents are divided into five parts, ten times; each part is asked of the other four, by Macha's search without a
model and by BM25 alone. The level from which something fits is the one in use, the best one in hindsight, and the best
one of other incidents than those it is tried on.
"""

import json
import sys
from pathlib import Path

from tools.evaluation.retrieval import (
    Ranked,
    across_folds,
    balanced_accuracy,
    best_level,
    by_all,
    by_bm25,
    cases_of,
    figures,
)
from tools.knowledge.ranking import FITS_FROM

SEEDS = 10
PARTS = 7


def unseen(found: list[list[Ranked]]) -> float:
    """Balanced accuracy where the level for every seventh incident was chosen on the others."""
    told: list[Ranked] = []
    for part in range(PARTS):
        level = best_level([one for each in found for at, one in enumerate(each) if at % PARTS != part])
        tried = [one for each in found for at, one in enumerate(each) if at % PARTS == part]
        told += [Ranked(one.rank, float(one.fit >= level)) for one in tried]
    return balanced_accuracy(told, 0.5)


def main() -> None:
    incidents = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    cases = list(cases_of(incidents))
    print(f"{len(cases)} incidents, {SEEDS} times five parts")
    for name, rank in (("macha", by_all), ("bm25 alone", by_bm25)):
        found = [across_folds(cases, rank, seed) for seed in range(SEEDS)]
        every = [one for each in found for one in each]
        level = FITS_FROM if rank is by_all else best_level(every)
        all_ = figures(every, level)
        worst = min(figures(each, level).hit1 for each in found)
        print(
            f"{name:<10}  hit@1 {all_.hit1:.3f} (worst time {worst:.3f})  hit@3 {all_.hit3:.3f}  MRR {all_.mrr:.3f}  "
            f"n {all_.n}; nothing fits, of {all_.without_answer}: {all_.balanced_accuracy:.3f} at {level:.3f}, best "
            f"{balanced_accuracy(every, best_level(every)):.3f} at {best_level(every):.3f}, unseen {unseen(found):.3f}"
        )


if __name__ == "__main__":
    main()

"""HealthBench's meta-evaluation: how well one rater predicts what the physicians said.

Every (rater, other physician) pair on an example is one count; balanced F1 is the mean of the F1 of "met" and
the F1 of "not met" (openai/simple-evals, healthbench_meta_eval.py; Arora et al. 2025, arXiv:2505.08775). A
physician is compared with the others of the same examples, herself left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.agreement.figures import Figure, Floats, figure, ratio
from app.agreement.resampling import Bootstrap, patterns, weights
from app.errors import InputError
from app.i18n import mark

NO_SIDE = mark("One of the two sides was never said by either, so its F1 is undefined.")
NO_COUNTS = mark("No example was judged by this grader and by another one.")


@dataclass(frozen=True, slots=True)
class Example:
    """labels: met or not, by the physician at the same place."""

    labels: tuple[bool, ...]
    physicians: tuple[str, ...]
    category: str = ""


@dataclass(frozen=True, slots=True)
class Balanced:
    """n: pairs counted."""

    n: int
    balanced_f1: Figure
    f1_met: Figure
    f1_not_met: Figure


@dataclass(frozen=True)
class MetaEvaluation:
    """Overall and by category. physicians: each left out in turn and compared with the others."""

    graders: dict[str, Balanced]
    physicians: dict[str, Balanced]
    by_category: dict[str, dict[str, Balanced]]


def example_from_json(record: Mapping[str, object], where: str) -> Example:
    """An example of HealthBench's own file. InputError when labels and physicians do not fit together."""
    labels, physicians = record.get("binary_labels"), record.get("anonymized_physician_ids")
    if (
        not isinstance(labels, list)
        or not isinstance(physicians, list)
        or len(labels) != len(physicians)
        or not all(isinstance(label, bool) for label in labels)
    ):
        raise InputError(
            "agreement.labels",
            "“binary_labels” and “anonymized_physician_ids” must be lists of one length.",
            where=where,
        )
    return Example(tuple(labels), tuple(map(str, physicians)), str(record.get("category") or ""))


def meta_evaluation(
    examples: Sequence[Example],
    graders: Mapping[str, Sequence[bool | None]],
    bootstrap: Bootstrap | None = None,
) -> MetaEvaluation:
    """graders: for each its verdict on every example, None where it has none."""
    bootstrap = bootstrap or Bootstrap()
    everybody = sorted({name for example in examples for name in example.physicians})
    categories = sorted({example.category for example in examples})

    def judged(kept: Sequence[int]) -> dict[str, Balanced]:
        others = [examples[i].labels for i in kept]
        return {
            name: balanced_f1([verdicts[i] for i in kept], others, bootstrap)
            for name, verdicts in graders.items()
        }

    return MetaEvaluation(
        graders=judged(range(len(examples))),
        physicians={name: _left_out(examples, name, bootstrap) for name in everybody},
        by_category={
            category: judged([i for i, e in enumerate(examples) if e.category == category])
            for category in categories
        },
    )


def _left_out(examples: Sequence[Example], physician: str, bootstrap: Bootstrap) -> Balanced:
    own: list[bool | None] = []
    others: list[list[bool]] = []
    for example in examples:
        for place, name in enumerate(example.physicians):
            if name == physician:
                own.append(example.labels[place])
                others.append(
                    [l for i, l in enumerate(example.labels) if i != place]  # noqa: E741
                )
    return balanced_f1(own, others, bootstrap)


def balanced_f1(
    own: Sequence[bool | None], others: Sequence[Sequence[bool]], bootstrap: Bootstrap | None = None
) -> Balanced:
    """One rater against the others of each example; intervals over examples."""
    bootstrap = bootstrap or Bootstrap()
    counts = np.zeros((len(own), 4))
    for row, (mine, theirs) in enumerate(zip(own, others, strict=True)):
        if mine is not None:
            for label in theirs:
                counts[row, 2 * (not mine) + (not label)] += 1
    counts = counts[counts.sum(1) > 0]
    point = _f1(counts.sum(0, keepdims=True))
    rounds = None
    if len(counts):
        drawn = [found @ counts for found in weights(patterns(None, len(counts)), bootstrap)]
        rounds = _f1(np.concatenate(drawn)) if drawn else None
    n = int(counts.sum())
    reason = NO_SIDE if n else NO_COUNTS
    one, two, both = (
        figure(float(value[0]), None if rounds is None else rounds[place], reason, len(counts))
        for place, value in enumerate(point)
    )
    return Balanced(n, both, one, two)


def _f1(sums: Floats) -> tuple[Floats, Floats, Floats]:
    """(F1 of met, F1 of not met, their mean) from (rounds, [both met, own only, other only, neither])."""
    both, mine, theirs, neither = sums.T
    met = ratio(2 * both, 2 * both + mine + theirs)
    not_met = ratio(2 * neither, 2 * neither + mine + theirs)
    return met, not_met, (met + not_met) / 2

"""Agreement as `assay agreement --json` prints it: its shape, and how it is made of the figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypedDict

from app.agreement.figures import FigureReply
from app.agreement.healthbench import Balanced, BalancedReply
from app.agreement.pairs import Pair
from app.agreement.resampling import Bootstrap
from app.agreement.summary import Agreement


class PairReply(TypedDict):
    """Two graders. n: units that both rated."""

    raters: list[str]
    n: int
    observed: FigureReply
    cohen_kappa: FigureReply
    cohen_kappa_linear: FigureReply
    cohen_kappa_quadratic: FigureReply


class IntervalReply(TypedDict):
    """How intervals were made; with the same seed they are the same again."""

    method: Literal["bootstrap"]
    resampled: Literal["units"]
    confidence: float
    rounds: int
    seed: int


class AgreementReply(TypedDict):
    """units: items, rated or not; pairable: with two ratings or more; incomplete: not rated by everybody.

    units, raters, ratings, pairable, incomplete: how many. prevalence: the share of each category, 0 to 1. pairs: null
    when there are too many graders and categories for a table of each two. balanced_f1: each grader against all others,
    null unless every verdict is met or not met.
    """

    units: int
    raters: int
    ratings: int
    pairable: int
    incomplete: int
    level: str
    observed: FigureReply
    cohen_kappa: FigureReply
    cohen_kappa_linear: FigureReply
    cohen_kappa_quadratic: FigureReply
    fleiss_kappa: FigureReply
    krippendorff_alpha: FigureReply
    gwet_ac1: FigureReply
    gwet_ac2: FigureReply
    prevalence: dict[str, FigureReply]
    pairs: list[PairReply] | None
    interval: IntervalReply
    balanced_f1: dict[str, BalancedReply] | None


def as_json(found: Agreement, bootstrap: Bootstrap, alone: Mapping[str, Balanced]) -> AgreementReply:
    """alone: each grader against all others."""
    return {
        "units": found.units,
        "raters": len(found.raters),
        "ratings": found.ratings,
        "pairable": found.pairable,
        "incomplete": found.incomplete,
        "level": str(found.level),
        "observed": found["observed"].as_json(),
        "cohen_kappa": found["cohen_kappa"].as_json(),
        "cohen_kappa_linear": found["cohen_kappa_linear"].as_json(),
        "cohen_kappa_quadratic": found["cohen_kappa_quadratic"].as_json(),
        "fleiss_kappa": found["fleiss_kappa"].as_json(),
        "krippendorff_alpha": found["krippendorff_alpha"].as_json(),
        "gwet_ac1": found["gwet_ac1"].as_json(),
        "gwet_ac2": found["gwet_ac2"].as_json(),
        "prevalence": {name: one.as_json() for name, one in found.prevalence.items()},
        "pairs": None if found.pairs is None else [_pair(pair) for pair in found.pairs],
        "interval": {
            "method": "bootstrap",
            "resampled": "units",
            "confidence": 0.95,
            "rounds": bootstrap.rounds,
            "seed": bootstrap.seed,
        },
        "balanced_f1": {name: one.as_json() for name, one in alone.items()} or None,
    }


def _pair(pair: Pair) -> PairReply:
    return {
        "raters": [pair.first, pair.second],
        "n": pair.n,
        "observed": pair.observed.as_json(),
        "cohen_kappa": pair.cohen_kappa.as_json(),
        "cohen_kappa_linear": pair.cohen_kappa_linear.as_json(),
        "cohen_kappa_quadratic": pair.cohen_kappa_quadratic.as_json(),
    }

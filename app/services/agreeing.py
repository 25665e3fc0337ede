"""Agreement for scripts: a table of ratings in, every figure with its interval out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import InputError

if TYPE_CHECKING:
    from app.agreement.replies import AgreementReply

LEVELS = ("nominal", "ordinal", "interval")


def agreement_of_file(
    path: Path,
    level: str = LEVELS[0],
    *,
    rounds: int | None = None,
    seed: int | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> AgreementReply:
    """Figures of a CSV file with the columns unit, rater and value, as `assay agreement --json` prints them.

    rounds, seed: of the bootstrap. InputError names the file and the line.
    """
    from app.agreement.healthbench import each_left_out
    from app.agreement.ratings import Level
    from app.agreement.replies import as_json
    from app.agreement.resampling import ROUNDS, SEED, Bootstrap
    from app.agreement.summary import agreement
    from app.agreement.tables import read_csv

    if level not in LEVELS:
        raise InputError(
            "agreement.level",
            "There is no level “{level}”.",
            hint="Known: {known}.",
            params={"level": level[:40], "known": ", ".join(LEVELS)},
        )
    chosen = Level(level)
    ratings = read_csv(path, chosen, tell)
    bootstrap = Bootstrap(ROUNDS if rounds is None else rounds, SEED if seed is None else seed, tell)
    found = agreement(ratings, chosen, bootstrap)
    alone = each_left_out(ratings.without_idle(), Bootstrap(bootstrap.rounds, bootstrap.seed))
    return as_json(found, bootstrap, alone)

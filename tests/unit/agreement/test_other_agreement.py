"""I2 and its neighbours: HealthBench's balanced F1, MT-bench's votes, spans; real data with published figures."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from app.agreement.healthbench import (
    NO_COUNTS,
    NO_SIDE,
    balanced_f1,
    each_left_out,
)
from app.agreement.ratings import Level, Ratings, collect
from app.agreement.resampling import Bootstrap
from app.agreement.spans import Marked, shared
from app.agreement.summary import agreement
from tests.shared_data import shared_data
from tests.unit.agreement import naive_agreement as naive
from tests.unit.agreement.votes import NO_TWO_VOTES, Vote, vote_agreement

QUICK = Bootstrap(rounds=50)


# HealthBench


def test_balanced_f1_has_the_reference_numbers() -> None:
    found = balanced_f1([True, False, True], [[True, True, False], [True, False], [False]], QUICK)
    assert found.n == 6
    assert found.f1_met.value == pytest.approx(0.5714, abs=5e-5)
    assert found.f1_not_met.value == 0.4
    assert found.balanced_f1.value == pytest.approx(0.4857, abs=5e-5)


def test_a_side_that_nobody_said_is_undefined_not_zero() -> None:
    found = balanced_f1([True, True], [[True], [True, True]], QUICK)
    assert found.f1_met.value == 1.0
    assert (found.f1_not_met.value, found.f1_not_met.reason) == (None, NO_SIDE)
    assert found.balanced_f1.value is None
    assert balanced_f1([None, True], [[True], []], QUICK).balanced_f1.reason == NO_COUNTS


def verdicts(*rows: str) -> Ratings:
    """A row a unit: what each rater said, `p1+ p2-`."""
    said = [(unit, word[:-1], word[-1]) for unit, row in enumerate(rows) for word in row.split()]
    return collect([(u, name, "met" if sign == "+" else "not_met") for u, name, sign in said])


def test_physicians_are_left_out_one_by_one() -> None:
    found = each_left_out(verdicts("p1+ p2+ p3-", "p1- p2-", "p2+ p3-"), QUICK)
    assert found["p1"].n == 3  # p2 and p3 on the first, p2 on the second
    assert found["p3"].n == 3
    assert found["p1"].f1_met.value == pytest.approx(2 / 3, abs=1e-6)
    judged = each_left_out(verdicts("p1+ p2+ p3- j+", "p1- p2- j-", "p2+ p3-"), QUICK)
    assert judged["j"].n == 5
    assert judged["j"].f1_met.value == 0.8
    assert judged["j"].f1_not_met.value == 0.8


def test_leaving_out_equals_one_rater_against_lists_of_the_others() -> None:
    random = Random(3)
    rows = [[(f"p{n}", random.random() < 0.7) for n in range(4) if random.random() < 0.8] for _ in range(60)]
    ratings = verdicts(*(" ".join(f"{name}{'+' if met else '-'}" for name, met in row) for row in rows))
    for name, found in each_left_out(ratings, QUICK).items():
        own = [dict(row).get(name) for row in rows]
        others = [[met for other, met in row if other != name] for row in rows]
        wanted = balanced_f1(own, others, QUICK)
        assert found.n == wanted.n
        assert found.balanced_f1.value == wanted.balanced_f1.value
        assert found.f1_not_met.value == wanted.f1_not_met.value
        assert found.balanced_f1.low is not None


def test_other_verdicts_than_two_have_no_balanced_f1() -> None:
    said = [(0, "a", "met"), (0, "b", "partly")]
    assert each_left_out(collect(said), QUICK) == {}
    assert each_left_out(collect([]), QUICK) == {}


# MT-bench


def test_votes_meet_in_either_order_and_any_two_ties_agree() -> None:
    votes = [
        Vote("q1", "m1", "m2", "first", "expert"),
        Vote("q1", "m2", "m1", "second", "expert"),
        Vote("q1", "m1", "m2", "tie", "expert"),
        Vote("q1", "m1", "m2", "tie", "judge"),
        Vote("q1", "m1", "m2", "first", "expert", turn=2),
    ]
    within = vote_agreement(votes, "expert", "expert", bootstrap=QUICK)
    assert (within.agreed, within.n, within.places) == (1, 3, 1)
    across = vote_agreement(votes, "judge", "expert", bootstrap=QUICK)
    assert (across.agreed, across.n) == (1, 3)
    assert vote_agreement(votes, "expert", "expert", ties=False, bootstrap=QUICK).share.value == 1.0
    assert vote_agreement(votes, "expert", "expert", turn=2).share.reason == NO_TWO_VOTES


PUBLISHED = [  # Zheng et al. 2023, Table 5: (turn, ties, judge, votes, share in per cent)
    (1, True, "gpt4", 1343, 66),
    (1, True, "expert", 721, 63),
    (1, False, "gpt4", 859, 85),
    (1, False, "expert", 479, 81),
    (2, True, "gpt4", 1325, 66),
    (2, True, "expert", 707, 67),
    (2, False, "gpt4", 864, 85),
    (2, False, "expert", 474, 82),
]


def mt_bench(folder: Path) -> list[Vote]:
    votes = []
    for name in ("human.jsonl", "gpt4_pair.jsonl"):
        for line in (folder / name).read_text().splitlines():
            row = json.loads(line)
            winner = {"model_a": "first", "model_b": "second"}.get(row["winner"], "tie")
            group = row["judge"].partition("_")[0]
            question = str(row["question_id"])
            votes.append(Vote(question, row["model_a"], row["model_b"], winner, group, row["turn"]))
    return votes


def test_mt_bench_gives_the_published_table() -> None:
    data = shared_data()
    if data is None:
        return
    votes = mt_bench(data / "4-preference" / "mtbench")
    for turn, ties, judge, n, share in PUBLISHED:
        found = vote_agreement(votes, judge, "expert", ties=ties, turn=turn, bootstrap=QUICK)
        assert found.n == n
        assert found.share.value is not None
        assert round(100 * found.share.value) == share


# Spans


def test_characters_marked_by_both() -> None:
    one = [Marked(0, 10, "wrong"), Marked(5, 12, "wrong"), Marked(20, 30, "right")]
    other = [Marked(8, 20, "wrong"), Marked(20, 30, "wrong")]
    assert shared(one, other) == {"wrong": (4, 12 + 22), "right": (0, 10)}
    assert shared(one, one) == {"wrong": (12, 24), "right": (10, 20)}
    assert shared([], []) == {}
    assert shared(one, []) == {"wrong": (0, 12), "right": (0, 10)}


def test_shared_characters_equal_sets_of_characters() -> None:
    random = Random(2)
    for _ in range(50):
        sides = [
            [Marked(s, s + random.randrange(12), random.choice("xy")) for s in random.choices(range(60), k=6)]
            for _ in range(2)
        ]
        one, other = ({(c, s.label) for s in side for c in range(s.start, s.end)} for side in sides)
        found = shared(*sides).values()
        assert sum(both for both, _ in found) == len(one & other)
        assert sum(total for _, total in found) == len(one) + len(other)


# Real graders


def test_three_physicians_of_kqa() -> None:
    data = shared_data()
    if data is None:
        return
    with (data / "1-medical" / "kqa_nli_three_physicians.csv").open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines))
    names = ("label_0", "label_1", "label_2")
    codes = {"Contradiction": -1.0, "Neutral": 0.0, "Entailment": 1.0}
    rows = [(u, name, codes[row[name]]) for u, row in enumerate(table) for name in names]
    ratings = collect(
        [(u, name, str(v)) for u, name, v in rows], categories=["-1.0", "0.0", "1.0"], scores=[-1, 0, 1]
    )
    found = agreement(ratings, Level.NOMINAL, QUICK)
    assert found.units == 399
    counts = [Counter(row[name] for name in names).most_common(1)[0] for row in table]
    majority = sum(
        times >= 2 and value == row["majority_label"]
        for (value, times), row in zip(counts, table, strict=True)
    )
    assert majority >= 390  # the file's own majority label, where there is one
    assert found["observed"].value == pytest.approx(naive.observed(rows), abs=1e-6)
    assert found["fleiss_kappa"].value == pytest.approx(naive.fleiss(rows), abs=1e-6)
    assert found["krippendorff_alpha"].value == pytest.approx(naive.alpha(rows, "nominal"), abs=1e-6)
    ordinal = agreement(ratings, Level.ORDINAL, QUICK)
    assert ordinal["krippendorff_alpha"].value == pytest.approx(naive.alpha(rows, "ordinal"), abs=1e-6)


def test_two_reviewers_of_radiation_oncology() -> None:
    data = shared_data()
    if data is None:
        return
    path = data / "1-medical" / "radiation_oncology_two_reviewers.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        table = list(csv.reader(lines, delimiter=";"))[1:]
    rows = [
        (u, name, float(value.replace(",", ".")))
        for u, row in enumerate(table)
        for name, value in zip(("questioner", "second"), row[-2:], strict=True)
        if value.strip()
    ]
    known = sorted({value for _, _, value in rows})
    ratings = collect([(u, r, str(v)) for u, r, v in rows], categories=[str(v) for v in known], scores=known)
    found = agreement(ratings, Level.INTERVAL, QUICK)
    assert found.units == len({u for u, _, _ in rows})
    for power, name in enumerate(("cohen_kappa", "cohen_kappa_linear", "cohen_kappa_quadratic")):
        wanted = naive.cohen(rows, "questioner", "second", power, known)
        assert found[name].value == pytest.approx(wanted, abs=1e-6)
    assert found["krippendorff_alpha"].value == pytest.approx(naive.alpha(rows, "interval"), abs=1e-6)

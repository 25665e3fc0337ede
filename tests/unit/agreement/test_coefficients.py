"""I1: every coefficient against published worked examples, reference values and a naive second computation."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from app.agreement import figures
from app.agreement.coefficients import coefficients
from app.agreement.ratings import Level, Ratings, collect
from app.agreement.resampling import Bootstrap
from app.agreement.summary import Agreement, agreement
from app.agreement.terms import terms
from app.agreement.weighting import Weighting
from tests.shared_data import shared_data
from tests.unit.agreement import naive_agreement as naive

PLAIN = Bootstrap(rounds=0)

# Krippendorff 2004, p. 230: four observers, twelve units, missing values.
P230 = [
    (1, 1, None, 1), (2, 2, 3, 2), (3, 3, 3, 3), (3, 3, 3, 3), (2, 2, 2, 2), (1, 2, 3, 4), (4, 4, 4, 4),
    (1, 1, 2, 1), (2, 2, 2, 2), (None, 5, 5, 5), (None, None, 1, 1), (None, None, 3, None),
]  # fmt: skip


def of_table(table: list[tuple[int | None, ...]], level: Level, bootstrap: Bootstrap = PLAIN) -> Agreement:
    rows = [(u, f"r{r}", str(v)) for u, row in enumerate(table) for r, v in enumerate(row) if v is not None]
    known = sorted({value for _, _, value in rows}, key=float)
    return agreement(collect(rows, categories=known, scores=[float(v) for v in known]), level, bootstrap)


def of_counts(counts: dict[tuple[str, str], int], level: Level = Level.NOMINAL) -> Agreement:
    """Two graders, from their table."""
    rows: list[tuple[int, str, str]] = []
    for (first, second), times in counts.items():
        for _ in range(times):
            rows += [(len(rows), "a", first), (len(rows), "b", second)]
    return agreement(collect(rows), level, PLAIN)


def test_krippendorff_with_missing_values() -> None:
    assert of_table(P230, Level.NOMINAL)["krippendorff_alpha"].value == pytest.approx(0.743, abs=0.0005)
    assert of_table(P230, Level.ORDINAL)["krippendorff_alpha"].value == pytest.approx(0.815, abs=0.0005)
    assert of_table(P230, Level.INTERVAL)["krippendorff_alpha"].value == pytest.approx(0.849, abs=0.0005)


def test_gwet_and_fleiss_as_irrcac_has_them() -> None:
    """Reference values of irrCAC 0.4.4 on the same table."""
    nominal = of_table(P230, Level.NOMINAL)
    assert nominal["gwet_ac1"].value == 0.775444
    assert nominal["fleiss_kappa"].value == 0.761169
    assert of_table(P230, Level.ORDINAL)["gwet_ac2"].value == 0.89894
    assert of_table(P230, Level.INTERVAL)["gwet_ac2"].value == 0.914001


def test_kappa_alone_would_call_good_graders_random() -> None:
    found = of_counts({("met", "met"): 85, ("not", "not"): 1, ("met", "not"): 7, ("not", "met"): 7})
    assert found["observed"].value == 0.86
    assert found["cohen_kappa"].value == pytest.approx(0.049, abs=0.0005)
    assert found["krippendorff_alpha"].value == pytest.approx(0.054, abs=0.0005)
    assert found["gwet_ac1"].value == pytest.approx(0.836, abs=0.0005)
    assert found.prevalence["met"].value == 0.92


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("level", list(Level))
def test_equals_the_naive_computation(level: Level, seed: int) -> None:
    random = Random(seed)
    values = [-3.0, -1.0, 0.0, 0.5, 2.0, 7.0]
    rows = [
        (unit, rater, random.choice(values))
        for unit in range(40)
        for rater in ("a", "b", "c", "d")[: random.randint(2, 4)]
        if random.random() < 0.8 or rater == "a"
    ]
    units = naive.units_of(rows)
    numbered = {unit: place for place, unit in enumerate(units)}
    rows = [(numbered[unit], rater, value) for unit, rater, value in rows]
    ratings = collect(
        [(unit, rater, str(value)) for unit, rater, value in rows],
        categories=[str(v) for v in values],
        scores=values,
    )
    found = agreement(ratings, level, PLAIN)
    assert found["observed"].value == pytest.approx(naive.observed(rows), abs=1e-6)
    assert found["fleiss_kappa"].value == pytest.approx(naive.fleiss(rows), abs=1e-6)
    assert found["gwet_ac1"].value == pytest.approx(naive.gwet_ac1(rows, len(values)), abs=1e-6)
    assert found["krippendorff_alpha"].value == pytest.approx(naive.alpha(rows, level), abs=1e-6)
    if level is not Level.NOMINAL:
        assert found["gwet_ac2"].value == pytest.approx(naive.gwet_ac2(rows, level, values), abs=1e-6)
    assert found.pairs is not None
    for pair in found.pairs:
        plain = naive.cohen(rows, pair.first, pair.second, 0, values)
        assert pair.cohen_kappa.value == pytest.approx(plain, abs=1e-6)
        if level is Level.INTERVAL:
            linear = naive.cohen(rows, pair.first, pair.second, 1, values)
            assert pair.cohen_kappa_linear.value == pytest.approx(linear, abs=1e-6)
            quadratic = naive.cohen(rows, pair.first, pair.second, 2, values)
            assert pair.cohen_kappa_quadratic.value == pytest.approx(quadratic, abs=1e-6)


@pytest.mark.parametrize("level", list(Level))
def test_sums_over_entries_equal_sums_over_the_table(level: Level) -> None:
    random = np.random.default_rng(5)
    unit, rater = np.repeat(np.arange(60), 3), np.tile(np.arange(3), 60)
    at = np.arange(30.0)
    ratings = Ratings(
        unit, rater, random.integers(0, 30, 180), 60, ("a", "b", "c"), tuple(map(str, range(30))), at
    )
    drawn = random.integers(0, 3, (4, 60)).astype(np.float64)
    dense = terms(ratings, at, list(Weighting))
    one = coefficients(dense, drawn, level, at)
    other = coefficients(replace(dense, dense_cells=0), drawn, level, at)
    for name in ("observed", "fleiss_kappa", "krippendorff_alpha", "gwet_ac1", "gwet_ac2", "prevalence"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-9)


def test_two_graders_with_very_many_values() -> None:
    """No table of values × values is held for them."""
    random = Random(3)
    rows: list[tuple[int, str, float]] = []
    for unit in range(8_000):
        value = float(random.randrange(10_000_000))
        rows += [(unit, "a", value), (unit, "b", value + random.choice((0, 0, 5000)))]
    known = sorted({value for _, _, value in rows})
    ratings = collect([(u, r, str(v)) for u, r, v in rows], categories=[str(v) for v in known], scores=known)
    found = agreement(ratings, Level.INTERVAL, Bootstrap(rounds=8))
    quadratic = found["cohen_kappa_quadratic"]
    assert quadratic.value == pytest.approx(1, abs=1e-4)
    assert quadratic.low is not None
    assert found["observed"].value == pytest.approx(2 / 3, abs=0.03)
    assert found.prevalence == {}


def test_intervals_are_the_same_again_and_hold_the_value() -> None:
    one = of_table(P230, Level.NOMINAL, Bootstrap(rounds=400, seed=7))
    again = of_table(P230, Level.NOMINAL, Bootstrap(rounds=400, seed=7))
    other = of_table(P230, Level.NOMINAL, Bootstrap(rounds=400, seed=8))
    assert one == again
    assert one != other
    alpha = one["krippendorff_alpha"]
    assert alpha.value is not None
    assert alpha.low is not None
    assert alpha.high is not None
    assert alpha.low < alpha.value < alpha.high


def test_patterns_give_the_intervals_of_drawing_items_one_by_one() -> None:
    """The same items as clusters of one are drawn without patterns: both bootstraps agree closely."""
    random = np.random.default_rng(1)
    truth = random.random(2_000) < 0.8
    code = ((random.random((2_000, 3)) < 0.15) ^ truth[:, None]).astype(np.int64).ravel()
    unit, rater = np.repeat(np.arange(2_000), 3), np.tile(np.arange(3), 2_000)
    ratings = Ratings(unit, rater, code, 2_000, ("a", "b", "c"), ("no", "yes"), np.arange(2.0))
    fast = agreement(ratings, Level.NOMINAL, Bootstrap(rounds=2_000))
    slow = agreement(replace(ratings, clusters=np.arange(2_000)), Level.NOMINAL, Bootstrap(rounds=2_000))
    for name in ("observed", "krippendorff_alpha", "gwet_ac1"):
        assert fast[name].value == slow[name].value
        assert fast[name].low == pytest.approx(slow[name].low, abs=0.005)
        assert fast[name].high == pytest.approx(slow[name].high, abs=0.005)


def test_clusters_are_resampled_together() -> None:
    """Twenty copies of each item are no more evidence than one: the interval stays wide."""
    rows = [(f"{u}-{copy}", f"r{r}", str(v)) for copy in range(20) for u, row in enumerate(P230[:9])
            for r, v in enumerate(row) if v is not None]  # fmt: skip
    ratings = collect(rows)
    cluster = np.array([u for _ in range(20) for u in range(9)])
    alone = agreement(ratings, Level.NOMINAL)["observed"]
    together = agreement(replace(ratings, clusters=cluster), Level.NOMINAL)["observed"]
    assert alone.value == together.value
    assert None not in (alone.low, alone.high, together.low, together.high)
    assert together.high - together.low > 3 * (alone.high - alone.low)  # type: ignore[operator]


UNDEFINED = [
    ([], figures.NO_RATINGS),
    ([(1, "a", "x"), (2, "a", "y")], figures.ONE_RATER),
    ([(1, "a", "x"), (2, "b", "y")], figures.NO_PAIRS),
    ([(1, "a", "x"), (1, "b", "x"), (2, "a", "x"), (2, "b", "x")], figures.ONE_CATEGORY),
]


@pytest.mark.parametrize(("rows", "reason"), UNDEFINED)
@pytest.mark.parametrize("level", list(Level))
def test_undefined_says_why(rows: list[tuple[int, str, str]], reason: str, level: Level) -> None:
    found = agreement(collect(rows), level)
    for name, figure in found.figures.items():
        if figure.value is None:
            assert figure.reason
            assert figure.low is figure.high is None
        else:
            assert name == "observed"
            assert figure.value == 1.0
    assert found["krippendorff_alpha"].reason == reason


def test_one_item_has_no_interval_and_says_so() -> None:
    found = agreement(collect([(1, "a", "x"), (1, "b", "x"), (1, "c", "y")]), Level.NOMINAL)["observed"]
    assert (found.value, found.low, found.reason) == (pytest.approx(1 / 3, abs=1e-6), None, figures.FEW_ITEMS)


def test_kappa_of_more_than_two_stands_with_each_pair() -> None:
    found = of_table(P230, Level.NOMINAL)
    assert found["cohen_kappa"].reason == figures.NOT_TWO_RATERS
    assert found.pairs is not None
    assert {(p.first, p.second): p.n for p in found.pairs}["r0", "r2"] == 8


def test_all_worked_examples_of_the_shared_data() -> None:
    data = shared_data()
    if data is None:
        return
    examples = json.loads((data / "7-agreement" / "worked_examples.json").read_text())["examples"]
    checked = 0
    for example in examples:
        rows = [
            (unit, str(rater), str(value))
            for unit, values in enumerate(example["items"])
            for rater, value in enumerate(values)
            if value is not None
        ]
        known = sorted({value for _, _, value in rows})
        for wanted in example["expected"]:
            level, name = Level(wanted["level"]), wanted["coefficient"].replace("fleiss_obs", "obs")
            scores = None if level is Level.NOMINAL else [float(v) for v in known]
            found = agreement(collect(rows, scores=scores), level, PLAIN)
            if name in found.figures:
                checked += 1
                assert found[name].value == pytest.approx(wanted["expected"], abs=wanted["tolerance"])
    assert checked == 13


def test_reference_values_of_the_shared_data() -> None:
    data = shared_data()
    if data is None:
        return
    folder = data / "7-agreement" / "irrCAC"
    for file, by_weights in json.loads((folder / "reference_values.json").read_text()).items():
        with (folder / file).open() as lines:
            table = list(csv.reader(lines))[1:]
        rows = [(u, str(r), v) for u, row in enumerate(table) for r, v in enumerate(row[1:]) if v]
        nominal = agreement(collect(rows), Level.NOMINAL, PLAIN)
        wanted = by_weights["identity"]
        for name, key in (
            ("gwet_ac1", "gwet"),
            ("fleiss_kappa", "fleiss"),
            ("krippendorff_alpha", "krippendorff"),
        ):
            assert nominal[name].value == pytest.approx(wanted[key]["value"], abs=1e-6)
    for path in sorted(data.glob("7-agreement/dkpro_gwet_fixture_*.json")):
        fixture = json.loads(path.read_text())
        counts = {
            (str(a), str(b)): fixture["table"][i][j]
            for i, a in enumerate(fixture["categories"])
            for j, b in enumerate(fixture["categories"])
        }
        for case in fixture["cases"]:
            level = Level.NOMINAL if case["measure"] == "AC1" else Level.INTERVAL
            name = "gwet_ac1" if case["measure"] == "AC1" else "gwet_ac2"
            assert of_counts(counts, level)[name].value == pytest.approx(case["coefficient"], abs=0.0005)

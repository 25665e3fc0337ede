"""The coefficients again, in plain Python and straight from their definitions: slow, and nothing shared."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

Rows = list[tuple[int, str, float]]


def units_of(rows: Rows) -> dict[int, list[float]]:
    found: dict[int, list[float]] = defaultdict(list)
    for unit, _, value in rows:
        found[unit].append(value)
    return found


def observed(rows: Rows) -> float:
    shares = []
    for values in units_of(rows).values():
        pairs = list(combinations(values, 2))
        if pairs:
            shares.append(sum(a == b for a, b in pairs) / len(pairs))
    return sum(shares) / len(shares)


def shares(rows: Rows) -> dict[float, float]:
    units = units_of(rows)
    found: dict[float, float] = defaultdict(float)
    for values in units.values():
        for value, count in Counter(values).items():
            found[value] += count / len(values) / len(units)
    return found


def fleiss(rows: Rows) -> float:
    chance = sum(p * p for p in shares(rows).values())
    return (observed(rows) - chance) / (1 - chance)


def gwet_ac1(rows: Rows, categories: int) -> float:
    chance = sum(p * (1 - p) for p in shares(rows).values()) / (categories - 1)
    return (observed(rows) - chance) / (1 - chance)


def alpha(rows: Rows, level: str) -> float:
    """From the coincidence matrix, cell by cell (Krippendorff 2011, "Computing Krippendorff's Alpha")."""
    cells: dict[tuple[float, float], float] = defaultdict(float)
    for values in units_of(rows).values():
        for i, a in enumerate(values):
            for j, b in enumerate(values):
                if i != j:
                    cells[a, b] += 1 / (len(values) - 1)
    totals: dict[float, float] = defaultdict(float)
    for (a, _), count in cells.items():
        totals[a] += count
    known, n = sorted(totals), sum(totals.values())

    def distance(a: float, b: float) -> float:
        if level == "nominal":
            return float(a != b)
        if level == "interval":
            return (a - b) ** 2
        low, high = min(a, b), max(a, b)
        between = sum(totals[g] for g in known if low <= g <= high)
        return (between - (totals[low] + totals[high]) / 2) ** 2 if a != b else 0.0

    seen = sum(count * distance(a, b) for (a, b), count in cells.items())
    expected = sum(totals[a] * totals[b] * distance(a, b) for a in known for b in known) / (n - 1)
    return 1 - seen / expected


def cohen(rows: Rows, first: str, second: str, power: int, categories: list[float]) -> float:
    """power: 0 plain, 1 linear, 2 quadratic weights over the values."""
    one = {unit: value for unit, rater, value in rows if rater == first}
    two = {unit: value for unit, rater, value in rows if rater == second}
    both = sorted(set(one) & set(two))

    def distance(a: float, b: float) -> float:
        return float(a != b) if power == 0 else abs(a - b) ** power

    seen = sum(distance(one[u], two[u]) for u in both) / len(both)
    chance = sum(distance(one[u], two[v]) for u in both for v in both) / len(both) ** 2
    return 1 - seen / chance


def gwet_ac2(rows: Rows, level: str, categories: list[float]) -> float:
    size = len(categories)
    place = {value: i for i, value in enumerate(categories)}
    span = categories[-1] - categories[0]

    def weight(a: float, b: float) -> float:
        if level == "interval":
            return 1 - ((a - b) / span) ** 2
        apart = abs(place[a] - place[b])
        return 1 - apart * (apart + 1) / (size * (size - 1))

    found = []
    for values in units_of(rows).values():
        pairs = list(combinations(values, 2))
        if pairs:
            found.append(sum(weight(a, b) for a, b in pairs) / len(pairs))
    agree = sum(found) / len(found)
    total = sum(weight(a, b) for a in categories for b in categories)
    chance = total / (size * (size - 1)) * sum(p * (1 - p) for p in shares(rows).values())
    return (agree - chance) / (1 - chance)

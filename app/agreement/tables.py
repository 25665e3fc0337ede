"""Ratings from a CSV file with the columns unit, rater and value: read a line at a time, errors with their line."""

from __future__ import annotations

import csv
import math
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.agreement.figures import Tell
from app.agreement.ratings import Level, Ratings
from app.errors import InputError

COLUMNS = ("unit", "rater", "value")
MARKS = {"not_met": 0.0, "partly": 0.5, "met": 1.0}
"""Our own verdicts have an order and may be weighted."""
MAX_FIELD = 1_000_000
EVERY = 20_000


def read_csv(path: Path, level: Level, tell: Tell | None = None) -> Ratings:
    """Ratings of a UTF-8 CSV file (`,`, `;` or tab; the header decides). An empty value is a missing rating.

    InputError names file and line: no such column, a row too short, a value that is no number where the level
    asks for one, a second rating of a unit by one rater.
    """
    reader = _Reader(path, level, tell)
    try:
        with path.open(encoding="utf-8-sig", newline="", errors="strict") as lines:
            return reader.read(lines)
    except OSError as exc:
        raise InputError(
            "file.read", "The file {file} cannot be read.", params={"file": str(path)}, where=str(path)
        ) from exc
    except UnicodeDecodeError as exc:
        raise reader.error("agreement.encoding", "The file is not UTF-8 text from here on.") from exc
    except csv.Error as exc:
        raise reader.error("agreement.csv", "The line cannot be read as CSV: {what}.", what=str(exc)) from exc


class _Reader:
    def __init__(self, path: Path, level: Level, tell: Tell | None) -> None:
        self._path = path
        self._level = level
        self._tell = tell
        self._line = 1
        self._units: dict[str, int] = {}
        self._raters: dict[str, int] = {}
        self._values: dict[str, int] = {}
        self._numbers: list[float] = []
        self._codes: dict[float, int] = {}

    def error(self, code: str, message: str, **params: str | int) -> InputError:
        return InputError(code, message, params=params, where=f"{self._path}:{self._line}")

    def read(self, lines: Iterator[str]) -> Ratings:
        entries = (array("q"), array("q"), array("q"), array("q"))
        for unit, rater, value in self._rows(lines):
            u = self._units.setdefault(unit, len(self._units))
            r = self._raters.setdefault(rater, len(self._raters))
            if not value:
                continue
            code = self._values.get(value)
            if code is None:
                code = self._new_value(value)
            for column, number in zip(entries, (u, r, code, self._line), strict=True):
                column.append(number)
        unit_codes, rater_codes, codes, at = (np.array(column, np.int64) for column in entries)
        codes, categories, scores = self._ordered(codes)
        found = Ratings(
            unit=unit_codes,
            rater=rater_codes,
            code=codes,
            units=len(self._units),
            raters=tuple(self._raters),
            categories=categories,
            scores=scores,
        )
        doubles = found.doubles()
        if len(doubles):
            self._line = int(at[doubles].min())
            raise self.error("agreement.double", "This rater has rated this unit on an earlier line.")
        return found

    def _rows(self, lines: Iterator[str]) -> Iterator[tuple[str, str, str]]:
        csv.field_size_limit(MAX_FIELD)
        header = next(lines, "")
        names = next(csv.reader([header], delimiter=_delimiter(header)), [])
        folded = [name.strip().casefold() for name in names]
        for name in COLUMNS:
            if folded.count(name) != 1:
                raise self.error(
                    "agreement.column", "There must be one column “{name}” in the first line.", name=name
                )
        places = [folded.index(name) for name in COLUMNS]
        rows = csv.reader(lines, delimiter=_delimiter(header), strict=True)
        while True:
            self._line = rows.line_num + 2
            row = next(rows, None)
            if row is None:
                return
            if not row:
                continue
            if len(row) <= max(places):
                raise self.error("agreement.short", "The line has fewer columns than the first one.")
            unit, rater, value = (row[place].strip() for place in places)
            for name, text in (("unit", unit), ("rater", rater)):
                if not text:
                    raise self.error("agreement.empty", "The column “{name}” is empty here.", name=name)
            yield unit, rater, value
            if self._tell is not None and self._line % EVERY == 0:
                self._tell(self._line, 0)

    def _new_value(self, value: str) -> int:
        """A code for a value that was not met before; equal numbers share one (`1`, `1.0`)."""
        if self._level is Level.NOMINAL:
            code = self._values[value] = len(self._numbers)
            self._numbers.append(float(code))
            return code
        number = MARKS.get(value)
        if number is None:
            try:
                number = float(value)
            except ValueError:
                number = math.nan
            if not math.isfinite(number) or abs(number) > 1e12:
                raise self.error(
                    "agreement.number",
                    "“{value}” is no number, and the level {level} needs one.",
                    value=value[:40],
                    level=str(self._level),
                )
        code = self._codes.setdefault(number, len(self._numbers))
        if code == len(self._numbers):
            self._numbers.append(number)
        self._values[value] = code
        return code

    def _ordered(self, codes: np.ndarray) -> tuple[np.ndarray, tuple[str, ...], np.ndarray]:
        """Codes with categories ascending: by number, or by name where they have no order."""
        names: dict[int, str] = {}
        for name, code in self._values.items():
            names.setdefault(code, name)
        if self._level is Level.NOMINAL:
            order = sorted(names, key=lambda code: names[code])
        else:
            order = sorted(names, key=lambda code: self._numbers[code])
        place = np.zeros(len(order), np.int64)
        place[order] = np.arange(len(order))
        nominal = self._level is Level.NOMINAL
        scores = [float(at) if nominal else self._numbers[code] for at, code in enumerate(order)]
        return place[codes] if order else codes, tuple(names[c] for c in order), np.array(scores)


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)

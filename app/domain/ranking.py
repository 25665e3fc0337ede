"""Places of responses in a ranking: 1 is the best, no place is left out."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.ids import ResponseId
from app.domain.review import Review, place_path
from app.domain.task import Task
from app.errors import InputError


def places_of(task: Task, review: Review) -> dict[ResponseId, int]:
    """The place of each response that has one."""
    found = {r.id: review.values.get(place_path(r.id)) for r in task.responses}
    return {response: int(place) for response, place in found.items() if place is not None}


def check_places(task: Task, review: Review) -> None:
    """Places used are 1 … k, each once unless ties are allowed. InputError `ranking.hole` or `ranking.tie`."""
    asked = task.questions.ranking
    used = sorted(places_of(task, review).values())
    if asked is None or not used:
        return
    for wanted, place in enumerate(sorted(set(used)), 1):
        if place != wanted:
            raise InputError(
                "ranking.hole",
                "The ranking has nothing in place {place}.",
                params={"place": wanted},
                where="/ranking/places",
                hint="Nothing was changed. Give the places 1, 2, 3 … without a gap.",
            )
    if not asked.ties and len(set(used)) != len(used):
        raise InputError(
            "ranking.tie",
            "Two responses share a place, and this ranking takes no ties.",
            where="/ranking/places",
            hint="Nothing was changed.",
        )


def closed_up(numbers: Mapping[ResponseId, int]) -> dict[ResponseId, int]:
    """The places that these numbers give: their order and what is the same in them, without a hole."""
    places = {number: at for at, number in enumerate(sorted(set(numbers.values())), 1)}
    return {response: places[number] for response, number in numbers.items()}


def typed(
    task: Task, numbers: Mapping[ResponseId, int], response: ResponseId, number: int
) -> dict[ResponseId, int]:
    """The numbers once a response was given one. They may leave holes: what was called the third stays behind what is
    called the first later. A number that is taken is shared, or without ties goes before who had it.
    """
    asked, others = task.questions.ranking, {r: n for r, n in numbers.items() if r != response}
    if asked is None or not asked.ties:
        left = numbers.get(response)
        if left is not None:
            others = {r: n - (n > left) for r, n in others.items()}
        free = number
        while free in others.values():
            free += 1
        others = {r: n + (number <= n < free) for r, n in others.items()}
    return others | {response: number}


def placed(
    task: Task, review: Review, response: ResponseId, place: int | None, *, beside: bool = False
) -> dict[str, int | None]:
    """The leaves that put a response in a place and close up the others: one group of edits.

    place: from 1, None takes it out of the ranking. beside: it shares the place with who is there (a tie);
    otherwise it stands before them.
    """
    groups: dict[int, list[ResponseId]] = {}
    for other, at in places_of(task, review).items():
        if other != response:
            groups.setdefault(at, []).append(other)
    rows = [groups[at] for at in sorted(groups)]
    if place is not None:
        index = min(max(place, 1), len(rows) + 1) - 1
        if beside and index < len(rows):
            rows[index].append(response)
        else:
            rows.insert(index, [response])
    new = {other: at for at, row in enumerate(rows, 1) for other in row}
    return {place_path(r.id): new.get(r.id) for r in task.responses}

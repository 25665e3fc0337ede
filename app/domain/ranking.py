"""Places of responses in a ranking: 1 is the best, no place is left out."""

from __future__ import annotations

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

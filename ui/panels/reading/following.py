"""Columns that scroll together: what belongs together stands on one height, in between by the share read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ui.panels.reading.comparing import Comparing
from ui.panels.reading.text_page import TextPage

Steps = tuple[tuple[int, int], ...]


def steps(marks: Sequence[tuple[int, int]], most: tuple[int, int]) -> Steps:
    """Heights of parts that belong together (leader, follower) as a way from (0, 0) to the two ends that never
    falls; what the follower cannot bring to the top stands as high as it goes."""
    way = [(0, 0)]
    for here, there in marks:
        if way[-1][0] < here < most[0] and way[-1][1] <= min(there, most[1]):
            way.append((here, min(there, most[1])))
    if most[0] > way[-1][0]:
        way.append((most[0], most[1]))
    return tuple(way)


def height(way: Steps, value: int) -> int:
    """Where the follower stands when the leader stands at `value`."""
    at = bisect_right(way, (value, 1 << 60)) - 1
    if at >= len(way) - 1:
        return way[-1][1]
    (x0, y0), (x1, y1) = way[at], way[at + 1]
    return round(y0 + (value - x0) * (y1 - y0) / (x1 - x0))


class Following:
    """The ways between the pages in view; worked out anew when a page has another height."""

    def __init__(self, comparing: Comparing) -> None:
        self._comparing = comparing
        self._ways: dict[tuple[object, ...], Steps] = {}

    def follow(self, leader: TextPage, others: Sequence[TextPage]) -> None:
        """Bring the others to where the leader is."""
        for page in others:
            value = height(self._way(leader, page), leader.view.verticalScrollBar().value())
            page.view.verticalScrollBar().setValue(value)

    def _way(self, leader: TextPage, page: TextPage) -> Steps:
        most = leader.view.verticalScrollBar().maximum(), page.view.verticalScrollBar().maximum()
        pairs = self._comparing.pairs(leader.text, page.text)
        key = (leader.text, page.text, leader.view, page.view, *most, pairs is None)
        way = self._ways.get(key)
        if way is None:
            marks = [(leader.view.scroll_of(a), page.view.scroll_of(b)) for a, b in pairs or ()]
            if len(self._ways) > 12:
                self._ways.clear()
            way = self._ways[key] = steps(marks, most)
        return way

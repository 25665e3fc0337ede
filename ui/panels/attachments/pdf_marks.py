"""What is marked on the pages of a PDF: the stretch that is chosen, and the places that were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Spot = tuple[int, int]
"""A boundary between characters: page from 0, place in its text."""


class Marks:
    def __init__(self) -> None:
        self.anchor: Spot | None = None
        self.head: Spot | None = None
        self._found: Mapping[int, Sequence[tuple[int, int]]] = {}
        self._front: tuple[int, int] | None = None

    def choose(self, anchor: Spot | None, head: Spot | None = None) -> None:
        self.anchor, self.head = anchor, head if head is not None else anchor

    def show(self, found: Mapping[int, Sequence[tuple[int, int]]], front: tuple[int, int] | None) -> None:
        self._found, self._front = found, front

    def on(self, page: int) -> Sequence[tuple[int, int]]:
        """The places found on a page."""
        return self._found.get(page, ())

    def is_front(self, page: int, at: int) -> bool:
        return (page, at) == self._front

    @property
    def chosen(self) -> tuple[Spot, Spot] | None:
        """The stretch, first end first; None when it is empty."""
        if self.anchor is None or self.head is None or self.anchor == self.head:
            return None
        first, last = sorted((self.anchor, self.head))
        return first, last

    def chosen_on(self, page: int, length: int) -> tuple[int, int] | None:
        """The part of the stretch that lies on a page with so many characters."""
        if self.chosen is None:
            return None
        first, last = self.chosen
        if not first[0] <= page <= last[0]:
            return None
        return first[1] if page == first[0] else 0, last[1] if page == last[0] else length

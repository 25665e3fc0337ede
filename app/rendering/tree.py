"""The tree of a parsed answer: the only thing that leaves the parser.

Offsets are Python code points `[start, end)` into `Document.source`, the text exactly as it was received.
A leaf is *exact* when `source[start:end] == text`; otherwise it is *atomic* (an entity, a soft break, a
formula, ...): a selection that touches an atomic leaf takes the whole of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Alignment: TypeAlias = Literal["none", "left", "center", "right"]
TaskState: TypeAlias = Literal["none", "open", "done"]
WarningKind: TypeAlias = Literal["bidi_control", "zero_width", "tag", "variation", "invisible"]


@dataclass(frozen=True, slots=True)
class Text:
    """A shown piece of text. A soft break is an atomic blank."""

    text: str
    start: int
    end: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class CodeSpan:
    """Inline code; an exact one spans its content, an atomic one its backticks too."""

    text: str
    start: int
    end: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Maths:
    """A formula; `tex` is without its delimiters, except that an environment keeps `\\begin` and `\\end`."""

    tex: str
    display: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class HardBreak:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FootnoteReference:
    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Image:
    """A picture the answer points to. It is never loaded: it is shown as `label`."""

    url: str
    alt: str
    start: int
    end: int

    @property
    def label(self) -> str:
        return f"[image: {self.alt}] ({self.url})"


@dataclass(frozen=True, slots=True)
class Emphasis:
    inlines: tuple[Inline, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Strong:
    inlines: tuple[Inline, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Strikethrough:
    inlines: tuple[Inline, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link with any target: who opens it must check the scheme (`links.safe_url`)."""

    url: str
    inlines: tuple[Inline, ...]
    start: int
    end: int


Inline: TypeAlias = (
    Text | CodeSpan | Maths | HardBreak | FootnoteReference | Image | Emphasis | Strong | Strikethrough | Link
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    inlines: tuple[Inline, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    inlines: tuple[Inline, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Code:
    """A fenced or indented block; `info` is the fence's info string, the runs join to the code.

    as_written: it is no code, but the source of what would be too much to lay out.
    """

    info: str
    runs: tuple[Text, ...]
    start: int
    end: int
    as_written: bool = False

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple[Block, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Item:
    task: TaskState
    blocks: tuple[Block, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class BulletList:
    """A tight list has no blank lines between its items."""

    tight: bool
    items: tuple[Item, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OrderedList:
    first: int
    tight: bool
    items: tuple[Item, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cell:
    inlines: tuple[Inline, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """The first row is the header; a row may hold more cells than there are alignments."""

    alignments: tuple[Alignment, ...]
    rows: tuple[Row, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rule:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FootnoteDefinition:
    id: str
    blocks: tuple[Block, ...]
    start: int
    end: int


Block: TypeAlias = (
    Paragraph | Heading | Code | Quote | BulletList | OrderedList | Table | Rule | FootnoteDefinition
)
Node: TypeAlias = Block | Inline | Item | Row | Cell


@dataclass(frozen=True, slots=True)
class TextWarning:
    """Characters that make text read otherwise than it is; `name` is Unicode's name of the first one."""

    kind: WarningKind
    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Document:
    source: str
    blocks: tuple[Block, ...]
    warnings: tuple[TextWarning, ...] = ()


CHILD_FIELDS = frozenset({"inlines", "blocks", "items", "rows", "cells", "runs"})
"""The fields that hold a tuple of nodes; every node has at most one of them."""


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside `node`."""
    match node:
        case Paragraph() | Heading() | Cell() | Emphasis() | Strong() | Strikethrough() | Link():
            return node.inlines
        case Quote() | Item() | FootnoteDefinition():
            return node.blocks
        case BulletList() | OrderedList():
            return node.items
        case Table():
            return node.rows
        case Row():
            return node.cells
        case Code():
            return node.runs
        case _:
            return ()

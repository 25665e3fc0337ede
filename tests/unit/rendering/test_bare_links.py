from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.rendering.answer import parse
from app.rendering.links import safe_url
from app.rendering.tree import Link, Node, children


def links(nodes: tuple[Node, ...]) -> Iterator[Link]:
    for node in nodes:
        if isinstance(node, Link):
            yield node
        yield from links(children(node))


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("see https://a.b/c.", ["https://a.b/c"]),
        ("(https://a.b/c)", ["https://a.b/c"]),
        ("https://a.b/c_(d)", ["https://a.b/c_(d)"]),
        ("https://a.b/c&copy;", ["https://a.b/c"]),
        ("https://a.b/?x=1&amp;y=2", ["https://a.b/?x=1&y=2"]),
        ("**https://a.b**", ["https://a.b"]),
        ("www.a.b, WWW.C.D", ["http://www.a.b", "http://WWW.C.D"]),
        ("请看https://a.b/c", ["https://a.b/c"]),
        ("https://a.b/c\nd", ["https://a.b/c"]),
        ("mail a.b+c@d.ef.", ["mailto:a.b+c@d.ef"]),
        ("https://a.b/~x https://a.b/<c", ["https://a.b/~x", "https://a.b/"]),
        ("https://user@a.b/c", ["https://user@a.b/c"]),
        ("xhttps://a.b", []),
        ("www.", []),
        ("https://", []),
        ("https://a_b.c", []),
        ("a@b", []),
        ("a@b.c-", []),
        ("`https://a.b`", []),
        ("[https://a.b](https://c.d)", ["https://c.d"]),
        ("![https://a.b](https://c.d)", []),
        ("ftp://a.b", []),
    ],
)
def test_bare_addresses(text: str, urls: list[str]) -> None:
    assert [link.url for link in links(parse(text).blocks)] == urls


def test_the_span_of_a_bare_link_is_its_text() -> None:
    text = "é https://a.b/c."
    (link,) = links(parse(text).blocks)
    assert text[link.start : link.end] == "https://a.b/c"


@pytest.mark.parametrize("url", ["javascript:x", "file:///x", "//a.b", "x.html", " https://a", "data:x", ""])
def test_unsafe_targets(url: str) -> None:
    assert safe_url(url) is None


def test_safe_targets_are_encoded() -> None:
    assert safe_url("https://a.b/é d") == "https://a.b/%C3%A9%20d"
    assert safe_url("MAILTO:a@b.c") == "MAILTO:a@b.c"

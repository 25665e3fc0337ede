from __future__ import annotations

import pytest

from app.rendering import tree
from app.rendering.answer import parse
from app.rendering.html import to_html
from app.rendering.runs import runs
from app.rendering.tree import Text


def html(text: str) -> str:
    return to_html(parse(text)).strip()


def test_inline_spans_point_into_the_source() -> None:
    (paragraph,) = parse("a **b** `c` d").blocks
    assert paragraph == tree.Paragraph(
        (
            Text("a ", 0, 2),
            tree.Strong((Text("b", 4, 5),), 2, 7),
            Text(" ", 7, 8),
            tree.CodeSpan("c", 9, 10),
            Text(" d", 11, 13),
        ),
        0,
        13,
    )


def test_offsets_count_code_points_with_carriage_returns_and_byte_order_mark() -> None:
    source = "\ufeff# 😀 é\r\n\r\na\r\nb\rc\r\n\r\n```\r\nx\r\ny\r\n```\r\n"
    document = parse(source)
    assert document.source == source
    assert isinstance(document.blocks[0], tree.Heading)
    shown = runs(document)
    exact = [(text, a, b) for text, a, b in shown if source[a:b] == text]
    assert [text for text, _, _ in exact] == ["😀 é", "a", "b", "c", "x", "y"]
    line_ends = [source[a:b] for text, a, b in shown if text in {" ", "\n"}]
    assert line_ends == ["\r\n", "\r", "\r\n", "\r\n"]


def test_entities_escapes_and_breaks_are_atomic() -> None:
    (paragraph,) = parse("a&amp;b\\*c  \nd\ne").blocks
    assert isinstance(paragraph, tree.Paragraph)
    assert paragraph.inlines == (
        Text("a", 0, 1),
        Text("&", 1, 6, False),
        Text("b", 6, 7),
        Text("*c", 8, 10),
        tree.HardBreak(10, 13),
        Text("d", 13, 14),
        Text(" ", 14, 15, False),
        Text("e", 15, 16),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>x **y**</b>", "<p>&lt;b&gt;x <strong>y</strong>&lt;/b&gt;</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("a <int:id> b", "<p>a &lt;int:id&gt; b</p>"),
        ("\\<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("<!-- x\n\ny -->", "<p>&lt;!-- x</p>\n<p>y --&gt;</p>"),
        ("<https://a.b/c>", '<p><a href="https://a.b/c" rel="noreferrer">https://a.b/c</a></p>'),
        ("<a@b.c>", '<p><a href="mailto:a@b.c" rel="noreferrer">a@b.c</a></p>'),
        ("[x](<https://a.b/c d>)", '<p><a href="https://a.b/c%20d" rel="noreferrer">x</a></p>'),
        ("[x](javascript:alert(1))", "<p>x</p>"),
        ("[x](data:text/html,y)", "<p>x</p>"),
        ("![alt](https://a.b/c.png)", "<p>[image: alt] (https://a.b/c.png)</p>"),
        ("3~5天 and ~~gone~~", "<p>3~5天 and <del>gone</del></p>"),
        ("[x](https://a.b/~me)", '<p><a href="https://a.b/~me" rel="noreferrer">x</a></p>'),
        ('[x](https://a.b/"onclick=1)', '<p><a href="https://a.b/%22onclick=1" rel="noreferrer">x</a></p>'),
        ("`a&b<c>`", "<p><code>a&amp;b&lt;c&gt;</code></p>"),
        ("a\x00b\ud800c", "<p>a\ufffdb\ufffdc</p>"),
    ],
)
def test_html_is_structure_only(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("**中文，**后面", "中文，"),
        ("他说**“你好”**。", "“你好”"),
        ("これは**重要（注）**です", "重要（注）"),
        ("이것은 **중요(주의)**입니다", "중요(주의)"),
        ("注意：**Python（3.11）**的版本", "Python（3.11）"),
    ],
)
def test_emphasis_beside_cjk(text: str, bold: str) -> None:
    assert f"<strong>{bold}</strong>" in html(text)


def test_list_right_after_a_paragraph_and_nested_by_two_blanks() -> None:
    assert html("Intro:\n- a\n  - b\n- c") == (
        "<p>Intro:</p>\n<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n<li>c</li>\n</ul>"
    )


def test_loose_and_numbered_lists() -> None:
    assert html("3. a\n\n4. b") == '<ol start="3">\n<li><p>a</p></li>\n<li><p>b</p></li>\n</ol>'


def test_tasks() -> None:
    expected = (
        '<ul>\n<li><input type="checkbox" disabled checked> done</li>\n'
        '<li><input type="checkbox" disabled> open</li>\n<li>none</li>\n</ul>'
    )
    assert html("- [x] done\n- [ ] open\n- none") == expected


def test_table_keeps_surplus_cells() -> None:
    (table,) = parse("| a | b |\n|:-|:-:|\n| 1 \\| 2 | 3 | four | $x$ |\n| 5 |").blocks
    assert isinstance(table, tree.Table)
    assert table.alignments == ("left", "center")
    assert [len(row.cells) for row in table.rows] == [2, 4, 2]
    assert table.rows[1].cells[2].inlines == (Text("four", 34, 38),)
    assert isinstance(table.rows[1].cells[3].inlines[0], tree.Maths)
    assert "<td>four</td>" in to_html(parse("|a|\n|-|\n|1|four|"))


def test_maths_in_text_lists_tables_and_quotes() -> None:
    assert html("so $x<1$.") == '<p>so <span class="math" data-tex="x&lt;1">x&lt;1</span>.</p>'
    assert html("\\[\na\n=\nb\n\\]").startswith('<p><span class="math display" data-tex="\na\n=\nb\n">')
    (quote,) = parse("> $$a\n> +b$$").blocks
    assert isinstance(quote, tree.Quote)
    (paragraph,) = quote.blocks
    assert isinstance(paragraph, tree.Paragraph)
    assert paragraph.inlines == (tree.Maths("a\n+b", True, 2, 12),)


def test_formulas_beside_each_other() -> None:
    (paragraph,) = parse("$a$$b$ \\(c\\)\\(d\\)").blocks
    assert isinstance(paragraph, tree.Paragraph)
    assert [i.tex for i in paragraph.inlines if isinstance(i, tree.Maths)] == ["c", "d"]


def test_masked_characters_come_back_in_code() -> None:
    (block,) = parse("```c++ <x>\n<b> ~ \\(a\\) $x$\n```").blocks
    assert isinstance(block, tree.Code)
    assert (block.info, block.text) == ("c++ <x>", "<b> ~ \\(a\\) $x$\n")
    assert html("`a\n<b> ~c`") == "<p><code>a &lt;b&gt; ~c</code></p>"
    assert html("> `a\n> b`") == "<blockquote>\n<p><code>a b</code></p>\n</blockquote>"


def test_indented_code_keeps_the_rest_of_a_tab() -> None:
    (block,) = parse("-\t\tx").blocks
    assert isinstance(block, tree.BulletList)
    (code,) = block.items[0].blocks
    assert isinstance(code, tree.Code)
    assert code.text == "  x"


def test_footnotes() -> None:
    assert html("a[^n]\n\n[^n]: note").startswith(
        '<p>a<sup class="footnote-ref" data-id="n">n</sup></p>\n<div class="footnote" data-id="n">'
    )


def test_own_private_use_characters_stay() -> None:
    assert html("\ue000 \u2e0e \u2e0f \ua015 $x$").startswith("<p>\ue000 \u2e0e \u2e0f \ua015 <span")


def test_nesting_beyond_the_cap_stays_visible() -> None:
    text = "> " * 300 + "deep\n\nafter"
    shown = [text for text, _, _ in runs(parse(text))]
    assert shown == ["deep", "after"]
    levels, node = 0, parse(text).blocks[0]
    while isinstance(node, tree.Quote):
        levels, node = levels + 1, node.blocks[0]
    assert levels == 100


def test_deep_marks_do_not_split_the_item_they_stand_in() -> None:
    text = "- " * 100 + "a *b* c"
    assert "".join(shown for shown, _, _ in runs(parse(text))).endswith("a b c")
    node: tree.Block = parse(text).blocks[0]
    while isinstance(node, tree.BulletList):
        assert len(node.items[0].blocks) == 1
        node = node.items[0].blocks[0]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("*a* `b`\r\n" * 1100, tree.Code),
        ("**" + "$a$ " * 2100 + "b**", tree.Code),
        ("# " + "`a` " * 2100, tree.Code),
        ("|a" * 201 + "|\n" + "|-" * 201 + "|\n|1|\n", tree.Code),
        ("|a|\n|-|\n|" + "`b` " * 2100 + "|\n", tree.Code),
        ("*a* `b`\n" * 900, tree.Paragraph),
        ("|a" * 200 + "|\n" + "|-" * 200 + "|\n", tree.Table),
        ("a word\n" * 4000, tree.Paragraph),
    ],
)
def test_what_is_too_much_for_a_page_is_shown_as_it_is_written(text: str, kind: type[tree.Block]) -> None:
    (block,) = parse(text).blocks
    assert type(block) is kind
    if isinstance(block, tree.Code):
        assert block.text.replace("\n", "\r\n" if "\r" in text else "\n").strip() == text.strip()
        for run in block.runs:
            assert not run.exact or text[run.start : run.end] == run.text


def test_empty_and_blank_answers() -> None:
    for text in ("", "\ufeff", "\r\n", "  \n\t"):
        assert parse(text).blocks == ()
        assert to_html(parse(text)).strip() == ""

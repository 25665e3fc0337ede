from __future__ import annotations

import json
import subprocess
import sys

from app.rendering.answer import parse
from app.rendering.code import LIMIT, ROLES, language_of, tokens
from app.rendering.formula import svg
from app.rendering.outline import chunks
from app.rendering.plain import to_plain
from app.rendering.runs import runs
from app.rendering.serialise import dump, load

SAMPLE = (
    "# Title\n\nText *with* `code`, [link](https://a.b) ![alt](u) $x$[^1].\n\n"
    "- [x] a\n  1. b\n\n     c\n- d\n\n| h |\n|:-:|\n| 1 | 2 |\n\n> quoted\n\n"
    "```py\nx = 1\n```\n\n---\n\n[^1]: note\n"
)


def test_plain_text() -> None:
    assert to_plain(parse(SAMPLE)) == (
        "Title\n\nText with code, link [image: alt] (u) x[1].\n\n"
        "- [x] a\n  1. b\n\n     c\n- d\n\nh\n1\t2\n\n> quoted\n\nx = 1\n\n---\n\n[1] note"
    )


def test_runs_are_everything_shown_in_order() -> None:
    assert runs(parse("# A\n\n`b` $c$ ![d](e)\nf")) == [
        ("A", 2, 3),
        ("b", 6, 7),
        (" ", 8, 9),
        ("c", 9, 12),
        (" ", 12, 13),
        ("[image: d] (e)", 13, 20),
        (" ", 20, 21),
        ("f", 21, 22),
    ]


def test_dump_and_load() -> None:
    for text in (SAMPLE, SAMPLE.replace("\n", "\r\n"), "a\ud83d\ude00\x00 \u202e &amp; **b**", ""):
        document = parse(text)
        assert load(dump(document)) == document


def test_load_refuses_another_version() -> None:
    value = json.loads(dump(parse("a")))
    assert load(json.dumps(value | {"v": 0}).encode()) is None


def test_chunks_keep_every_block_in_order() -> None:
    document = parse("\n\n".join(f"paragraph {i} " + "x" * 100 for i in range(200)))
    portions = chunks(document, 1000)
    assert tuple(block for portion in portions for block in portion) == document.blocks
    assert all(portion[-1].end - portion[0].start < 1200 for portion in portions)
    assert len(chunks(parse("a\n\nb"))) == 1
    assert chunks(parse("")) == ()


def test_language_of_an_info_string() -> None:
    infos = [
        "python",
        "Python3",
        "{.python .numberLines}",
        'py title="a"',
        "language-c++",
        "rust,ignore",
        "",
        "  ",
    ]
    assert [language_of(info) for info in infos] == [
        "python",
        "python3",
        "python",
        "py",
        "c++",
        "rust",
        "",
        "",
    ]


def test_tokens_cover_exactly_the_source() -> None:
    for source in ("def f(x):\n    return 'a'  # c", "\n\n  x = 1\n\n", "x = '\u00e9\U0001f600'\n"):
        spans = tokens(source, "python")
        assert spans is not None
        assert [a for a, _, _ in spans] == [0, *(b for _, b, _ in spans[:-1])]
        assert spans[-1][1] == len(source)
        assert {role for _, _, role in spans} <= set(ROLES)


def test_token_roles() -> None:
    source = "def f(): return 'a' + 1 # c"
    spans = tokens(source, "py")
    assert spans is not None
    roles = {source[a:b].strip(): role for a, b, role in spans}
    assert roles["def"] == "keyword"
    assert roles["f"] == "function"
    assert roles["'a'"] == "string"
    assert roles["1"] == "number"
    assert roles["# c"] == "comment"
    diff = tokens("+a\n-b\n", "diff")
    assert diff is not None
    assert [role for _, _, role in diff] == ["inserted", "plain", "deleted", "plain"]


def test_no_colours_rather_than_wrong_ones() -> None:
    assert tokens("x", "no-such-language") is None
    assert tokens("x", "") is None
    assert tokens("a\r\nb", "python") is None
    assert tokens("x" * (LIMIT + 1), "python") is None


def test_colouring_gives_up_when_its_time_is_over() -> None:
    seconds = iter(range(100))
    assert tokens("a + b + c + d", "python", budget_s=3, now=lambda: next(seconds)) is None
    assert tokens("a + b", "python", budget_s=90, now=lambda: next(seconds)) is not None


def test_formula_pictures() -> None:
    picture = svg(r"\frac{a}{b}", 16, "#112233", True)
    assert picture is not None
    assert picture.startswith(b"<svg")
    assert b"#112233" in picture
    assert b"<symbol" not in picture


def test_powers_of_matrices_and_sized_delimiters_have_pictures() -> None:
    for tex in (
        r"\begin{pmatrix} a & b \\ c & d\end{pmatrix}^{-1} = \frac{1}{e}\begin{pmatrix} d & -b\\ -c & a\end{pmatrix}",
        r"\begin{bmatrix} 1 & 2 \end{bmatrix}^T x",
        r"k=\Bigl\lfloor\frac{S}{n}\Bigr\rfloor",
        r"\bigl\langle x, y \bigr\rangle \le \Big\lVert x \Big\rVert",
    ):
        assert svg(tex, 16, "#000000", True) is not None, tex
    assert svg(r"\begin{pmatrix} a", 16, "#000000", True) is None


def test_formulas_that_would_be_drawn_wrong_have_no_picture() -> None:
    for tex in (
        r"\ce{H2O}",
        r"\text{中文}",
        r"\text{مرحبا}",
        "x^",
        r"\frac{",
        "a & b",
        " ",
        "x" * 6000,
        "{" * 4000,
    ):
        assert svg(tex, 16, "#000000", False) is None


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys, app.rendering.answer, app.rendering.html, app.rendering.code, app.rendering.formula,"
        " app.rendering.serialise, app.rendering.outline, app.rendering.plain, app.rendering.runs;"
        "print([m for m in ('pyromark', 'pygments', 'ziamath', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

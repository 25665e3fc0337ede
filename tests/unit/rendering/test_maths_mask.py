import pytest

from app.rendering.maths import find_formulas


def found(text: str) -> list[tuple[bool, str]]:
    return [(formula.display, formula.tex) for formula in find_formulas(text)]


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("$x$", "x"),
        ("$5$", "5"),
        ("$3.14$", "3.14"),
        ("$3x+2=5$", "3x+2=5"),
        ("$2^n$", "2^n"),
        (r"\(a+b\)", "a+b"),
        ("其中$x$是", "x"),
        (r"$\text{一个很长的中文说明文字在里面}x$", r"\text{一个很长的中文说明文字在里面}x"),
    ],
)
def test_inline_formula(text: str, tex: str) -> None:
    assert found(text) == [(False, tex)]


@pytest.mark.parametrize(
    "text",
    [
        "It is $5 to $10.",
        "$5-$10",
        "$10–20$",
        "$10 kg$",
        "US$5$",
        "$1,000 (about $2)",
        "$VAR and $HOME",
        "a $ b $",
        "5$ and 6$",
        r"\$5$",
        r"\\(a\\)",
        "$a `b` c$",
        "$中文字一二三四五六七八$",
        r"\( \)",
        "$$ $$",
        r"\(a",
        "$$a\n\nb$$",
        "$a\nb$",
    ],
)
def test_not_a_formula(text: str) -> None:
    assert found(text) == []


def test_display_formulas() -> None:
    assert found("\\[\na\n=\nb\n\\]") == [(True, "\na\n=\nb\n")]
    assert found("$$x$$") == [(True, "x")]
    assert found(r"\begin{align*}a&=b\end{align*}") == [(True, r"\begin{align*}a&=b\end{align*}")]
    assert found(r"\begin{align}a\end{gather}") == []


def test_nothing_in_code_is_maths() -> None:
    assert found("`$x$` and ``\\(y\\)``") == []
    assert found("- ```\n  $x$\n  ```\n$y$") == [(False, "y")]
    assert found("1. ~~~\n$x$\n~~~~\n$y$") == [(False, "y")]
    assert found("```\n$x$") == []
    assert found("`unclosed $x$") == [(False, "x")]


def test_spans_cover_the_delimiters() -> None:
    (formula,) = find_formulas(r"ab \(x\) c")
    assert (formula.start, formula.end) == (3, 8)


def test_quote_prefixes_are_not_blank_text_but_blank_lines() -> None:
    assert found("> $$a\n> b$$") == [(True, "a\n> b")]
    assert found("> $$a\n>\n> b$$") == []

"""Formulas that are said on one line, and those that are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rendering.tex_plain import readable


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        ("E=mc^2", "E = mc²"),
        (r"\frac{a}{b} \le 0.5", "a/b ≤ 0.5"),
        (r"\frac{a+b}{2c}", "(a + b)/(2c)"),
        (r"x_{i+1}^2 \ge \sqrt{2x}", "xᵢ₊₁² ≥ √(2x)"),
        (r"37^\circ\text{C per hour}", "37°C per hour"),
        (r"\alpha-\beta", "α − β"),
        ("10^{-3}", "10⁻³"),
        (r"e^{i\pi}+1=0", "e^(iπ) + 1 = 0"),
        (r"5\%", "5%"),
        ("H_2O", "H₂O"),
        (r"\log_2 n", "log ₂n"),
    ],
)
def test_said(tex: str, said: str) -> None:
    assert readable(tex) == said


@pytest.mark.parametrize(
    "tex",
    [r"\begin{matrix}a\\b\end{matrix}", r"\mathbb{R}", "{", "}", "a^", r"\frac{a}", "a & b", ""],
)
def test_not_said(tex: str) -> None:
    assert readable(tex) is None


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="\\{}^_$&abfrcsqtx12 +-=", max_size=60))
def test_any_tex_ends(tex: str) -> None:
    found = readable(tex)
    assert found is None or found == found.strip() != ""


def test_deep_nesting_is_no_trouble() -> None:
    assert readable("{" * 150 + "a" + "}" * 150) is None
    assert readable("^" * 300) is None

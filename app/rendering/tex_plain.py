"""Short formulas as one line of text, where nothing is drawn: screen readers, lists, criteria until it is.

readable(r"E=mc^2") == "E = mc²";  readable(r"\\frac{a}{b} \\le 0.5") == "a/b ≤ 0.5";  readable(r"\\begin{...") is None

Only what keeps its meaning on one line is converted; anything else (matrices, unknown commands) gives None, and
the TeX itself is shown.
"""

from __future__ import annotations

import re

_MOST, _DEEPEST = 400, 20
_TABLE = """
alpha α  beta β  gamma γ  delta δ  epsilon ϵ  varepsilon ε  zeta ζ  eta η  theta θ  iota ι
kappa κ  lambda λ  mu μ  nu ν  xi ξ  pi π  rho ρ  sigma σ  tau τ  upsilon υ  phi ϕ  varphi φ
chi χ  psi ψ  omega ω  Gamma Γ  Delta Δ  Theta Θ  Lambda Λ  Xi Ξ  Pi Π  Sigma Σ  Phi Φ  Psi Ψ
Omega Ω  times ×  cdot ·  div ÷  pm ±  mp ∓  le ≤  leq ≤  ge ≥  geq ≥  ne ≠  neq ≠  approx ≈
equiv ≡  sim ∼  propto ∝  infty ∞  to →  rightarrow →  leftarrow ←  Rightarrow ⇒  Leftrightarrow ⇔
in ∈  notin ∉  subset ⊂  subseteq ⊆  cup ∪  cap ∩  emptyset ∅  forall ∀  exists ∃  neg ¬  land ∧
lor ∨  sum ∑  prod ∏  int ∫  partial ∂  nabla ∇  sqrt √  circ ∘  degree °  prime ′  ldots …
dots …  cdots ⋯  angle ∠  perp ⊥  parallel ∥  ell ℓ  hbar ℏ  Re ℜ  Im ℑ  langle ⟨  rangle ⟩  lt <
gt >
"""
"""A command and its sign, then the next."""
_WORDS = _TABLE.split()
_SYMBOLS = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True)) | {"quad": " ", "qquad": " "}
_NAMES = frozenset(
    (
        "sin",
        "cos",
        "tan",
        "log",
        "ln",
        "exp",
        "lim",
        "max",
        "min",
        "det",
        "gcd",
        "deg",
        "arg",
        "sup",
        "inf",
        "mod",
    )
)
_DROPPED = frozenset(("left", "right", "displaystyle", "textstyle", "limits", "big", "Big", "bigl", "bigr"))
_WRITTEN = frozenset(("text", "mbox", "textbf", "textit"))
_UPRIGHT = frozenset(("mathrm", "mathbf", "mathit", "mathsf", "operatorname", "boldsymbol"))
_UP = dict(zip("0123456789+-=()niaxyT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃˣʸᵀ", strict=True))
_DOWN = dict(zip("0123456789+-=()aeoxnijkmt", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₙᵢⱼₖₘₜ", strict=True))
_TOKEN = re.compile(r"\\([A-Za-z]+)\s?|\\([%$#&_{}])|\\([,;:! ])|([{}^_])|(\s+)|(.)", re.DOTALL)
_WIDE = frozenset("=<>≤≥≠≈≡∼∝→←⇒⇔±×+−")


def readable(tex: str) -> str | None:
    """`tex` (without its delimiters) on one line; None when that would lose its meaning."""
    if len(tex) > _MOST:
        return None
    reader = _Reader([match.groups() for match in _TOKEN.finditer(tex)])
    try:
        found = reader.group(ends=False)
    except _Lost:
        return None
    return re.sub(r" {2,}", " ", found).strip() or None


class _Lost(Exception):
    """What stands here cannot be said on one line."""


class _Reader:
    def __init__(self, tokens: list[tuple[str | None, ...]]) -> None:
        self._tokens = tokens
        self._at = self._depth = 0

    def group(self, *, ends: bool = True) -> str:
        """Up to the closing brace, or to the end."""
        parts: list[str] = []
        while self._at < len(self._tokens):
            if self._tokens[self._at][3] == "}":
                if not ends:
                    raise _Lost
                self._at += 1
                return "".join(parts)
            parts.append(self._one())
        if ends:
            raise _Lost
        return "".join(parts)

    def _one(self) -> str:
        """The next thing: a letter, a command with what it takes, a group."""
        self._depth += 1
        if self._at >= len(self._tokens) or self._depth > _DEEPEST:
            raise _Lost
        found = self._next()
        self._depth -= 1
        return found

    def _next(self) -> str:
        command, escaped, space, sign, blank, char = self._tokens[self._at]
        self._at += 1
        if command is not None:
            return self._command(command)
        if escaped is not None:
            return escaped
        if space is not None:
            return "" if space == "!" else " "
        if sign == "{":
            return self.group()
        if sign is not None:
            return self._raised(sign, self._argument())
        if blank is not None:
            return ""
        shown = "−" if char == "-" else char or ""
        if shown == "&":
            raise _Lost
        return f" {shown} " if shown in _WIDE else shown

    def _argument(self) -> str:
        while self._at < len(self._tokens) and self._tokens[self._at][4] is not None:
            self._at += 1
        return self._one()

    def _command(self, name: str) -> str:
        if name in ("frac", "dfrac", "tfrac"):
            return f"{_closed(self._argument())}/{_closed(self._argument())}"
        if name == "sqrt":
            return f"√{_closed(self._argument())}"
        if name in _WRITTEN:
            return self._text()
        if name in _UPRIGHT:
            return self._argument()
        if name in _NAMES:
            return f"{name} "
        if name in _DROPPED:
            return ""
        symbol = _SYMBOLS.get(name)
        if symbol is None:
            raise _Lost
        return f" {symbol} " if symbol in _WIDE else symbol

    def _text(self) -> str:
        """Words, whose blanks count."""
        if self._at >= len(self._tokens) or self._tokens[self._at][3] != "{":
            return self._argument()
        self._at += 1
        parts: list[str] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token[3] == "}":
                return "".join(parts)
            if token[0] is not None or token[3] is not None:
                raise _Lost
            parts.append(next(part for part in token if part is not None))
        raise _Lost

    @staticmethod
    def _raised(sign: str, what: str) -> str:
        table = _UP if sign == "^" else _DOWN
        plain = what.replace(" ", "").replace("−", "-")
        if plain and all(char in table for char in plain):
            return "".join(table[char] for char in plain)
        if sign == "^" and plain in ("∘", "°"):
            return "°"
        return f"{sign}{_closed(plain)}"


def _closed(text: str) -> str:
    """In brackets, unless it is one number or one letter."""
    bare = text.strip()
    return bare if len(bare) == 1 or bare.replace(".", "", 1).isdecimal() else f"({bare})"

"""Which 32 bytes are an Ed25519 public key that can be trusted to bind its owner.

`cryptography` verifies signatures under any point it can decode. Under the eight points of small order
forged signatures verify, so that an owner of such a key could disown what it signed; encodings with
y ≥ p are a second name for another key. Both are refused wherever a key is loaded.
Curve: RFC 8032 §5.1, p = 2^255 − 19, −x² + y² = 1 + d·x²·y².
"""

from __future__ import annotations

P = 2**255 - 19
D = -121665 * pow(121666, P - 2, P) % P
_SIGN = 1 << 255


def _order_eight_y() -> tuple[int, int]:
    """The two y of the four points of order 8.

    Their double has y = 0, so x² = −y²; put into the curve: d·y⁴ + 2y² − 1 = 0, y² = (−1 ± √(1 + d)) / d.
    """
    root = _square_root_or_none((1 + D) % P) or 0
    squares = [(-1 + sign * root) * pow(D, P - 2, P) % P for sign in (1, -1)]
    (y,) = (y for y in map(_square_root_or_none, squares) if y is not None)
    return y, P - y


def _square_root_or_none(square: int) -> int | None:
    """A square root modulo p (RFC 8032 §5.1.3), or None."""
    root = pow(square, (P + 3) // 8, P)
    if root * root % P != square:
        root = root * pow(2, (P - 1) // 4, P) % P
    return root if root * root % P == square else None


SMALL_ORDER_Y = frozenset({0, 1, P - 1, *_order_eight_y()})
"""y of the eight points whose order divides 8: y = 1 and −1 (orders 1, 2), 0 (order 4), and two of order
8.
"""


def fault(encoded: bytes) -> str | None:
    """Why these bytes are no acceptable public key: `length`, `canonical`, `small_order`, `point`, or
    None.
    """
    if len(encoded) != 32:
        return "length"
    number = int.from_bytes(encoded, "little")
    y, sign = number & (_SIGN - 1), number >> 255
    if y >= P:
        return "canonical"
    if y in SMALL_ORDER_Y:
        return "small_order"
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = _square_root_or_none(square)
    if x is None:
        return "point"
    if x == 0 and sign:
        return "canonical"
    return None

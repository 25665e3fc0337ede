from __future__ import annotations

import secrets

import pytest

from app.errors import InputError
from app.keys.recovery import ALPHABET, new_code, open_with, parse, seal_under


def test_a_code_is_nine_groups_that_read_back() -> None:
    code = new_code(secrets.token_bytes)
    assert [len(group) for group in code.split("-")] == [4] * 9
    assert set(code) <= {*ALPHABET, "-"}
    assert parse(code) == code


def test_the_first_symbols_are_the_bits_in_crockfords_base32() -> None:
    assert new_code(lambda n: bytes(n)).startswith("0000-0000")
    assert new_code(lambda n: b"\xff" * n).startswith("ZZZZ-ZZZZ")
    # 0x08 0x42 = 00001 00001 00001 0…
    assert new_code(lambda n: bytes.fromhex("0842108421") * 4).startswith("1111-1111")


def test_reading_forgives_case_spaces_dashes_and_look_alikes() -> None:
    code = new_code(lambda n: bytes.fromhex("0842108000") * 4)
    assert code.startswith("1111-1000")
    for typed in (
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " – "),
        f"  {code}\n",
        code.replace("1", "I").replace("0", "O"),
        code.replace("1", "l").replace("0", "o"),
        code.replace("1", "１"),
    ):
        assert parse(typed) == code


def test_each_single_mistake_and_swap_is_noticed() -> None:
    code = new_code(secrets.token_bytes).replace("-", "")
    for place, symbol in enumerate(code):
        wrong = ALPHABET[(ALPHABET.index(symbol) + 1) % 32]
        with pytest.raises(InputError, match="mistake"):
            parse(code[:place] + wrong + code[place + 1 :])
        if place and code[place - 1] != symbol:
            with pytest.raises(InputError, match="mistake"):
                parse(code[: place - 1] + symbol + code[place - 1] + code[place + 1 :])


@pytest.mark.parametrize("typed", ["", "ABCD", "U" * 36, "0" * 35, "0" * 37, "0" * 36, "é" * 36])
def test_what_is_no_code_is_a_typing_mistake(typed: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(typed)
    assert caught.value.code == "recovery.mistyped"


def test_a_box_opens_with_its_own_code_only() -> None:
    code, other = new_code(secrets.token_bytes), new_code(secrets.token_bytes)
    box = seal_under(b"content", code, secrets.token_bytes)
    assert open_with(box, code.lower()) == b"content"
    with pytest.raises(InputError) as caught:
        open_with(box, other)
    assert caught.value.code == "recovery.wrong"

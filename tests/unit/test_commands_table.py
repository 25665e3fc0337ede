"""The one table of keys: no clash, changes checked, docs generated, no Qt."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.commands import BY_ID, COMMANDS, Scope, is_typing, keys_table, plain, resolve
from app.errors import InputError


def test_the_default_keys_do_not_clash() -> None:
    assert resolve({}).first("submit") == "Ctrl+Return"


def test_ids_are_unique_and_every_command_is_explained() -> None:
    assert len(BY_ID) == len(COMMANDS)
    assert all(c.title and c.help and c.keys for c in COMMANDS)


def test_a_letter_means_one_thing_everywhere() -> None:
    letters: dict[str, str] = {}
    for command in COMMANDS:
        for key in command.keys:
            if len(key) == 1 and key.isalpha():
                assert letters.setdefault(key, command.id) == command.id


def test_keys_can_be_changed_and_taken_away() -> None:
    keymap = resolve({"met": ["Z"], "flag": []})
    assert keymap.of("met") == ("Z",)
    assert keymap.first("flag") == ""


@pytest.mark.parametrize("key", ["n", "N", "Ctrl+K", "ctrl+k", "Enter", "Shift+C"])
def test_a_clash_names_both_commands(key: str) -> None:
    with pytest.raises(InputError) as caught:
        resolve({"met": [key]})
    assert caught.value.code == "keys.clash"
    assert "Met" in caught.value.message


def test_two_commands_may_swap_keys() -> None:
    keymap = resolve({"met": ["N"], "not-met": ["Y"]})
    assert keymap.first("met") == "N"


def test_scopes_that_never_meet_may_share_a_key() -> None:
    assert resolve({}).of("continue")[0] == resolve({}).of("next-answer")[0] == "Return"
    assert not Scope.DESK.overlaps(Scope.TASK)
    assert Scope.ANSWER.overlaps(Scope.TASK)


@pytest.mark.parametrize(
    ("change", "code"), [({"no-such": ["A"]}, "keys.unknown"), ({"value": ["A"]}, "keys.fixed")]
)
def test_what_cannot_be_changed_is_refused(change: dict[str, list[str]], code: str) -> None:
    with pytest.raises(InputError) as caught:
        resolve(change)
    assert caught.value.code == code


def test_the_same_key_written_otherwise_is_the_same_key() -> None:
    assert plain("shift+Ctrl+z") == plain("Ctrl+Shift+Z")
    assert plain("Enter") == plain("Return")
    assert plain("Ctrl++") != plain("Ctrl+-")


def test_which_keys_mean_something_in_a_text_field() -> None:
    assert all(is_typing(k) for k in ("Y", "Shift+C", "Space", "Return", "Down", "+", "?", "5"))
    assert not any(is_typing(k) for k in ("Ctrl+K", "F1", "F5", "Alt+Left", "Esc", "Ctrl++"))


def test_the_docs_name_every_command() -> None:
    table = keys_table(resolve({"flag": []}))
    assert all(f"| {c.title} |" in table for c in COMMANDS)
    assert "| — | Flag, park or skip |" in table


def test_the_table_needs_no_qt() -> None:
    code = "import sys, app.commands, app.i18n; assert not any('PySide6' in m for m in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)

"""Tables, Word and text through the real process."""

from __future__ import annotations

import datetime
import io
import zipfile

import pytest

from app.decoding.client import Decoder
from app.decoding.numbering import in_form
from app.decoding.sheets import delimiter_of
from app.decoding.values import Kind
from app.errors import InputError
from app.rendering.answer import parse
from app.rendering.plain import to_plain
from tests.attached_files import contract, letter, rezipped, source, workbook


def code_of(decoder: Decoder, name: str, data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        decoder.look(source(name, data))
    return caught.value.code


# Tables


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2\n", ";"),
        ("a\tb\tc\n1\t2\t3\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('"a,b";c\n"1,2";3\n', ";"),
        ("one column\nanother, line\n", ","),
    ],
)
def test_the_mark_between_cells_is_found(text: str, mark: str) -> None:
    assert delimiter_of(text) == mark


def test_cells_of_a_csv_with_quotes_and_line_ends_in_them(decoder: Decoder) -> None:
    file = source("labs.csv", b'name;note\r\n"Troponin";"two\nlines; one cell"\r\n')
    assert decoder.look(file).sheets[0].columns == 2
    found = decoder.rows(file, 0, 0, 10)
    assert found.rows == (("name", "note"), ("Troponin", "two\nlines; one cell"))
    assert not found.more


def test_rows_come_in_portions(decoder: Decoder) -> None:
    file = source("many.csv", "".join(f"{n},x\n" for n in range(1000)).encode())
    first = decoder.rows(file, 0, 0, 400)
    last = decoder.rows(file, 0, 800, 400)
    assert len(first.rows) == 400
    assert first.more
    assert last.rows[-1] == ("999", "x")
    assert not last.more


def test_values_of_a_workbook(decoder: Decoder) -> None:
    rows: list[list[object]] = [
        ["day", "value", "ok", "nothing"],
        [datetime.date(2026, 11, 22), 1.1 + 2.2, True, None],
        [datetime.datetime.fromisoformat("2026-11-22 08:30"), 7, "=SUM(B2:B3)", ""],
    ]
    file = source("labs.xlsx", workbook({"Labs": rows, "Vitals": [["BP"]]}))
    look = decoder.look(file)
    assert (look.kind, [s.name for s in look.sheets]) == (Kind.TABLE, ["Labs", "Vitals"])
    found = decoder.rows(file, 0, 0, 10).rows
    assert found[1] == ("2026-11-22", "3.3", "TRUE")
    assert found[2][:2] == ("2026-11-22 08:30:00", "7")
    assert "SUM" not in str(found)  # a formula shows its stored value, and this one has none
    assert decoder.rows(file, 1, 0, 10).rows == (("BP",),)
    with pytest.raises(InputError):
        decoder.rows(file, 2, 0, 10)


# Office archives


def test_a_bomb_is_refused_before_it_is_unpacked(decoder: Decoder) -> None:
    data = rezipped(workbook({"A": [["x"]]}), {"xl/media/image.bin": bytes(200 * 1024 * 1024)})
    assert len(data) < 2 * 1024 * 1024
    assert code_of(decoder, "bomb.xlsx", data) == "decode.large"


def test_entries_over_each_other_are_refused(decoder: Decoder) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/a.xml", b"0" * 3000)
        archive.writestr("xl/b.xml", b"1" * 3000)
        # The second entry of the directory points at the first one's bytes: the overlapping bomb.
        archive.infolist()[1].header_offset = archive.infolist()[0].header_offset
    assert code_of(decoder, "overlap.xlsx", out.getvalue()) == "decode.damaged"


def test_two_parts_of_one_name_are_refused(decoder: Decoder) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", b"<a/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("word/document.xml", b"<b/>")
    assert code_of(decoder, "double.docx", out.getvalue()) == "decode.damaged"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_document_type_is_refused(decoder: Decoder, encoding: str) -> None:
    part = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    data = rezipped(letter(), {"word/document.xml": part.encode(encoding)})
    assert code_of(decoder, "entity.docx", data) == "decode.damaged"


def test_other_archives_are_not_opened(decoder: Decoder) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert code_of(decoder, "all.zip", out.getvalue()) == "decode.unknown"


# Word and text


def test_a_word_file_is_read_as_markdown(decoder: Decoder) -> None:
    file = source("letter.docx", letter())
    assert decoder.look(file).kind is Kind.WORDS
    text = decoder.text(file).text
    assert text.startswith("# Discharge letter\n\nHe was **stable** \\*at last\\*, 2 \\< 3.\n")
    assert "- Aspirin 100 mg\n- Ticagrelor 90 mg\n" in text
    assert "| drug | dose |\n| --- | --- |\n| aspirin | a\\|b |" in text
    assert "picture" in text
    assert "\\# no heading" in text


def test_a_contract_keeps_its_numbers_its_lines_and_what_changed(decoder: Decoder) -> None:
    text = decoder.text(source("contract.docx", contract())).text
    assert (
        "7\\. Indemnity\n\n7.1 Scope\n\n(a) loss\n\n(b) cost\n\n7.2 Cap\n\n8\\. Term\n\n1\\. Annex\n" in text
    )
    assert "9\\. Typed by hand\n\nAcme Ltd\\\n12 Main Street\\\n\\- London\n" in text
    assert "The fee is ~~100~~ 250 EUR[^2]\n\nIn a box\n" in text
    assert text.startswith("Form field\n")
    assert "| outer inner |" in " ".join(text.split())
    assert text.endswith("[^2]: Plus VAT.\n")
    shown = to_plain(parse(text))
    for line in ("7. Indemnity", "9. Typed by hand", "12 Main Street", "- London", "Plus VAT."):
        assert line in shown
    assert "\\" not in shown


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("lowerLetter", "z aa"),
        ("upperRoman", "XXVI XXVII"),
        ("decimalZero", "26 27"),
        ("taiwaneseCountingThousand", "二十六 二十七"),
        ("unheard of", "26 27"),
    ],
)
def test_numbers_are_written_in_the_forms_of_word(form: str, shown: str) -> None:
    assert f"{in_form(26, form)} {in_form(27, form)}" == shown
    assert in_form(10, "chineseCounting") == "十"
    assert in_form(-3, "lowerRoman") == "-3"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("naïve 急診".encode(), "UTF-8"),
        ("\ufeffBOM".encode(), "UTF-8"),
        ("wide 文".encode("utf-16"), "UTF-16"),
        ("急診室的心電圖顯示下壁心肌梗塞".encode("big5"), "Big5"),
        ("心电图显示下壁心肌梗死".encode("gb18030"), "GB 18030"),
        ("naïve café".encode("cp1252"), "Windows-1252"),
    ],
)
def test_text_says_how_it_was_read(decoder: Decoder, data: bytes, encoding: str) -> None:
    file = source("notes.txt", data)
    assert decoder.look(file).kind is Kind.TEXT
    found = decoder.text(file)
    assert found.encoding == encoding
    assert "\ufffd" not in found.text


def test_another_encoding_can_be_chosen(decoder: Decoder) -> None:
    file = source("notes.txt", "心電圖".encode("big5"))
    assert decoder.text(file, "Big5").text == "心電圖"
    with pytest.raises(InputError) as caught:
        decoder.text(file, "UTF-8")
    assert caught.value.code == "decode.damaged"


def test_svg_is_shown_as_its_source(decoder: Decoder) -> None:
    data = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    file = source("drawing.png", data, "image/png")
    look = decoder.look(file)
    assert (look.kind, look.note) == (Kind.TEXT, "svg")
    assert decoder.text(file).text == data.decode()


@pytest.mark.parametrize(
    "data", [b"\x00\x01\x02binary", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old office", b"MZ\x90\x00\x03"]
)
def test_what_is_nothing_we_show_says_so(decoder: Decoder, data: bytes) -> None:
    assert code_of(decoder, "file.bin", data) == "decode.unknown"

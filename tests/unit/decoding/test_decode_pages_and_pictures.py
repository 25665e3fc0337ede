"""PDF, pictures and DICOM through the real process: what comes back is what is in the file."""

from __future__ import annotations

import numpy as np
import pytest

from app.decoding.client import Decoder
from app.decoding.dicom import Dicom
from app.decoding.values import Kind, Picture
from app.errors import InputError
from tests.attached_files import dicom, pdf, picture, source, turned_picture


def pixel(shown: Picture, x: int, y: int) -> tuple[int, ...]:
    at = (y * shown.width + x) * 3
    return tuple(shown.pixels[at : at + 3])


def code_of(decoder: Decoder, name: str, data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        decoder.look(source(name, data))
    return caught.value.code


# PDF


def test_pages_have_sizes_and_pixels(decoder: Decoder) -> None:
    file = source("label.pdf", pdf([["One"], ["Two"], ["Three"]]))
    look = decoder.look(file)
    assert look.kind is Kind.PDF
    assert look.pages == ((400.0, 600.0),) * 3
    shown = decoder.page(file, 2, 1.5)
    assert (shown.width, shown.height) == (600, 900)
    assert pixel(shown, 300, 700) == (255, 255, 255)
    assert min(shown.pixels) < 60  # there are letters


def test_every_character_has_its_place(decoder: Decoder) -> None:
    file = source("label.pdf", pdf([["Aspirin 300 mg", "at once"]]))
    page = decoder.page_text(file, 0)
    assert page.text.split() == ["Aspirin", "300", "mg", "at", "once"]
    at = page.text.index("300")
    left, top, right, bottom = page.box(at)
    assert 85 < left < right < 110
    assert 45 < top < bottom < 65  # the baseline is 60 points from the top
    lower = page.box(page.text.index("once"))
    assert lower[1] > bottom


def test_a_page_is_never_larger_than_the_cap(decoder: Decoder) -> None:
    shown = decoder.page(source("label.pdf", pdf([["x"]])), 0, 500)
    assert shown.width * shown.height < 12_500_000


def test_links_are_listed(decoder: Decoder) -> None:
    file = source("label.pdf", pdf([["x"]], link="https://example.org/dose"))
    assert [link.address for link in decoder.page_text(file, 0).links] == ["https://example.org/dose"]


def test_a_page_that_is_not_there(decoder: Decoder) -> None:
    file = source("label.pdf", pdf([["x"]]))
    for page in (1, -1):
        with pytest.raises(InputError) as caught:
            decoder.page(file, page, 1)
        assert caught.value.code == "decode.page"


def test_a_locked_and_a_broken_pdf_say_so(decoder: Decoder) -> None:
    assert code_of(decoder, "a.pdf", pdf([["x"]], password="secret")) == "decode.protected"
    assert code_of(decoder, "b.pdf", b"%PDF-1.7\nnothing more") == "decode.damaged"


# Pictures


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"])
def test_each_format_by_its_content_whatever_its_name(decoder: Decoder, form: str) -> None:
    file = source("picture.txt", picture(form))
    look = decoder.look(file)
    assert (look.kind, look.format, look.size) == (Kind.PICTURE, form, (40, 30))
    red, green, blue = pixel(decoder.picture(file), 20, 15)
    assert red > 240
    assert green < 20
    assert blue < 20


def test_a_picture_is_turned_as_its_camera_says(decoder: Decoder) -> None:
    file = source("photo.jpg", turned_picture())
    assert decoder.look(file).size == (30, 40)
    shown = decoder.picture(file)
    assert (shown.width, shown.height) == (30, 40)
    assert pixel(shown, 15, 5)[0] > 200
    assert pixel(shown, 15, 35)[2] > 200


def test_brightness_and_contrast(decoder: Decoder) -> None:
    file = source("grey.png", picture("PNG", colour=(100, 100, 100)))
    assert pixel(decoder.picture(file, 0, 0.2, 1), 1, 1) == (151, 151, 151)
    assert pixel(decoder.picture(file, 0, 0, 2), 1, 1) == (72, 72, 72)
    assert pixel(decoder.picture(file), 1, 1) == (100, 100, 100)


def test_what_is_transparent_stands_on_white(decoder: Decoder) -> None:
    file = source("clear.png", picture("PNG", colour=(255, 0, 0, 0)))
    assert pixel(decoder.picture(file), 5, 5) == (255, 255, 255)


def test_frames(decoder: Decoder) -> None:
    import io

    from PIL import Image

    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    file = source("scan.tif", out.getvalue())
    assert decoder.look(file).frames == 2
    assert pixel(decoder.picture(file, 1), 2, 2) == (0, 0, 255)
    assert pixel(decoder.picture(file, 0), 2, 2) == (255, 0, 0)


def test_a_large_picture_comes_smaller_and_a_huge_one_not_at_all(decoder: Decoder) -> None:
    file = source("large.png", picture("PNG", (5000, 100)))
    shown = decoder.picture(file)
    assert decoder.look(file).size == (5000, 100)
    assert (shown.width, shown.height) == (3200, 64)
    head = picture("PNG", (1, 1))
    width = (60_000).to_bytes(4, "big")
    huge = head[:16] + width + width + head[24:]
    assert code_of(decoder, "huge.png", huge) in ("decode.large", "decode.damaged")
    assert code_of(decoder, "huge.bmp", picture("BMP", (9000, 5000))) == "decode.large"


def test_a_cut_picture_is_damaged(decoder: Decoder) -> None:
    file = source("cut.jpg", picture("JPEG", (800, 800))[:900])
    with pytest.raises(InputError) as caught:
        decoder.picture(file)
    assert caught.value.code == "decode.damaged"


# DICOM


def test_the_window_of_the_file_and_another_one(decoder: Decoder) -> None:
    values = np.arange(64, dtype=np.uint16).reshape(8, 8) * 40
    data = dicom(values, intercept=-1000, WindowCenter=200, WindowWidth=400)
    file = source("slice", data)
    look = decoder.look(file)
    assert (look.kind, look.size, look.window) == (Kind.DICOM, (8, 8), (200.0, 400.0))
    assert look.span == (-1000.0, 1520.0)
    asked = decoder.dicom(file)
    assert pixel(asked, 0, 0) == (0, 0, 0)
    assert pixel(asked, 7, 7) == (255, 255, 255)
    middle = pixel(asked, 6, 3)[0]  # 30 · 40 − 1000 = 200: the centre
    assert 126 <= middle <= 129
    wide = decoder.dicom(file, 0, 260, 2521)
    assert 0 < pixel(wide, 1, 1)[0] < pixel(wide, 6, 6)[0] < 255


def test_monochrome_1_is_inverted_and_colour_stays(decoder: Decoder) -> None:
    values = np.array([[0, 255], [0, 255]], dtype=np.uint8)
    film = source("film", dicom(values, PhotometricInterpretation="MONOCHROME1"))
    assert pixel(decoder.dicom(film), 0, 0) == (255, 255, 255)
    colour = np.zeros((4, 4, 3), dtype=np.uint8)
    colour[:, :, 1] = 200
    file = source("wound", dicom(colour))
    assert decoder.look(file).window == (0.0, 0.0)
    assert pixel(decoder.dicom(file), 2, 2) == (0, 200, 0)


def test_frames_of_a_series(decoder: Decoder) -> None:
    values = np.stack([np.full((4, 4), v, dtype=np.uint16) for v in (0, 1000)])
    values[:, 0, 0] = 1000
    file = source("series", dicom(values, WindowCenter=500, WindowWidth=1000))
    assert decoder.look(file).frames == 2
    assert pixel(decoder.dicom(file, 0), 2, 2) == (0, 0, 0)
    assert pixel(decoder.dicom(file, 1), 2, 2) == (255, 255, 255)


def test_dicom_files_whose_parts_are_damaged_are_named_so() -> None:
    data = dicom(np.zeros((8, 8), dtype=np.uint16))
    syntax = b"1.2.840.10008.1.2.1\0"
    at = data.index(syntax) + len(syntax)
    deflated = data.replace(syntax, b"1.2.840.10008.1.2.1.99")[: at + 2]
    deflated = deflated.replace(
        b"UI\x14\0" + b"1.2.840.10008.1.2.1.99", b"UI\x16\0" + b"1.2.840.10008.1.2.1.99"
    )
    rows = b"\x28\0\x10\0US"
    odd = data.replace(rows + b"\x02\0\x08\0", rows + b"\x03\0\x08\0\0")
    for bad in (deflated + b"\xff" * 400, odd):
        with pytest.raises(InputError) as refused:
            Dicom(bad)
        assert refused.value.code == "decode.damaged"


def test_a_dicom_fact_that_cannot_be_read_is_left_out() -> None:
    data = dicom(np.zeros((8, 8), dtype=np.uint16))
    strange = data.replace(b"\x08\0\x60\0CS", b"\x08\0\x60\0C\x01")
    facts = [dict(Dicom(one).look().facts) for one in (data, strange)]
    assert facts[0].pop("Modality") == "CT"
    assert facts[0] == facts[1]


def test_a_dicom_file_without_a_picture_or_cut_short(decoder: Decoder) -> None:
    data = dicom(np.zeros((32, 32), dtype=np.uint16))
    assert code_of(decoder, "cut", data[:-1500]) == "decode.damaged"
    assert code_of(decoder, "head", data[:140]) == "decode.damaged"


def test_no_name_of_a_patient_leaves_the_process(decoder: Decoder) -> None:
    data = dicom(np.zeros((4, 4), dtype=np.uint16), PatientName="Doe^Jane", PatientID="7781")
    told = str(decoder.look(source("named", data)))
    assert "Doe" not in told
    assert "7781" not in told

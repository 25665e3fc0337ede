"""Pictures by Pillow: six formats by their content, bounded before a pixel is decoded, turned as EXIF says.

Brightness and contrast go over the decoded picture: `(value − 128) × contrast + 128 + brightness × 255`.
"""

from __future__ import annotations

import io
import struct
import warnings

from PIL import Image, ImageOps

from app.decoding.kinds import damaged, large
from app.decoding.limits import MAX_FRAMES, MAX_PIXELS, MAX_SHOWN_SIDE
from app.decoding.values import Kind, Look, Picture

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP")
_ENDS = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, ZeroDivisionError, OverflowError,
    struct.error, Image.DecompressionBombError, Image.DecompressionBombWarning, AttributeError, RuntimeError,
)  # fmt: skip
"""What Pillow raises on damaged files; it documents only the first."""


class Pictures:
    """InputError `decode.damaged`, `decode.large`. The frame in front stays decoded."""

    def __init__(self, data: bytes, form: str) -> None:
        self._data = data
        self._form = form
        self._shown: tuple[int, Image.Image] | None = None
        image = self._open()
        self._frames = min(_frames(image), MAX_FRAMES)

    def look(self) -> Look:
        image = self._open()
        width, height = image.size
        if _turned(image):
            width, height = height, width
        return Look(Kind.PICTURE, self._form, frames=self._frames, size=(width, height))

    def picture(self, frame: int, brightness: float, contrast: float) -> Picture:
        """brightness: −1 to 1; contrast: 1 leaves it."""
        image = self._frame(max(0, min(frame, self._frames - 1)))
        if brightness or contrast != 1:
            table = [
                max(0, min(255, round((v - 128) * contrast + 128 + brightness * 255))) for v in range(256)
            ]
            image = image.point(table * 3)
        return Picture(image.width, image.height, image.tobytes())

    def _frame(self, number: int) -> Image.Image:
        if self._shown is not None and self._shown[0] == number:
            return self._shown[1]
        self._shown = None
        image = self._open()
        try:
            if number:
                image.seek(number)
            _bounded(image)
            if self._form == "JPEG":
                image.draft("RGB", (MAX_SHOWN_SIDE, MAX_SHOWN_SIDE))
            image.thumbnail((MAX_SHOWN_SIDE, MAX_SHOWN_SIDE), reducing_gap=2.0)
            made = _on_white(ImageOps.exif_transpose(image))
        except _ENDS as exc:
            raise damaged("the picture is damaged") from exc
        self._shown = number, made
        return made

    def _open(self) -> Image.Image:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                image = Image.open(io.BytesIO(self._data), formats=[self._form])
        except _ENDS as exc:
            raise damaged("the picture is damaged") from exc
        _bounded(image)
        return image


def _bounded(image: Image.Image) -> None:
    width, height = image.size
    if width < 1 or height < 1:
        raise damaged("the picture has no size")
    if width * height > MAX_PIXELS:
        raise large("the picture has more than 36 million pixels")


def _frames(image: Image.Image) -> int:
    try:
        return int(getattr(image, "n_frames", 1))
    except _ENDS as exc:
        raise damaged("the picture is damaged") from exc


def _turned(image: Image.Image) -> bool:
    try:
        return int(image.getexif().get(0x0112, 1)) >= 5
    except _ENDS:
        return False


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        return _stretched(image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        whole = image.convert("RGBA")
        ground = Image.new("RGB", whole.size, "white")
        ground.paste(whole, mask=whole.getchannel("A"))
        return ground
    return image.convert("RGB")


def _stretched(image: Image.Image) -> Image.Image:
    """Deep greys over their own range: a plain conversion would clip them to white."""
    deep = image.convert("F")
    extrema = deep.getextrema()
    low, high = float(extrema[0]), float(extrema[1])  # type: ignore[arg-type]
    gain = 255 / (high - low) if high > low else 0.0
    return deep.point(lambda v: v * gain - low * gain).convert("L").convert("RGB")

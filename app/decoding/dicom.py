"""DICOM by pydicom and NumPy: one frame at a window, as grey or colour.

Window: linear function of DICOM PS3.3 C.11.2.1.2.1, over values after the modality's slope and intercept
(C.11.1.1.2); MONOCHROME1 is shown inverted. Names of patients are neither shown nor handed on.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from typing import Any

import numpy as np
import pydicom
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.pixels.processing import apply_color_lut, convert_color_space
from pydicom.pixels.utils import pixel_array

from app.decoding.kinds import damaged, large
from app.decoding.limits import MAX_FRAMES, MAX_PIXELS, MAX_SHOWN_SIDE
from app.decoding.values import Kind, Look, Picture

_ENDS = (
    InvalidDicomError,
    BytesLengthException,  # a number of the wrong length
    AttributeError,  # something that the picture needs is not there
    TypeError,  # several values where there is one, or none
    ValueError,  # values that do not fit each other, or are no numbers
    OverflowError,  # a count that is infinite
    struct.error,  # lengths beyond the file
    OSError,  # a sequence that ends before it is over
    EOFError,  # the same of values without a length
    zlib.error,  # a deflated file that is damaged
    # A picture that its decoder refuses or that has none here; and, which are two of these, NotImplementedError
    # (a transfer syntax, a kind of value) and RecursionError (sequences within sequences).
    RuntimeError,
)
"""What pydicom raises on damaged files, from its source and from files that were changed byte by byte."""
_FACTS = (
    "Modality",
    "BodyPartExamined",
    "ViewPosition",
    "SeriesDescription",
    "SliceThickness",
    "PhotometricInterpretation",
)


class Dicom:
    """InputError `decode.damaged`, `decode.large`."""

    def __init__(self, data: bytes) -> None:
        warnings.simplefilter("ignore")
        try:
            self._file = pydicom.dcmread(io.BytesIO(data), defer_size=None)
            self._rows, self._columns = int(self._file.Rows), int(self._file.Columns)
            self._frames = max(1, min(int(self._file.get("NumberOfFrames", 1) or 1), MAX_FRAMES))
            self._samples = int(self._file.get("SamplesPerPixel", 1))
        except _ENDS as exc:
            raise damaged("the DICOM file holds no picture that can be read") from exc
        if self._rows < 1 or self._columns < 1:
            raise damaged("the DICOM picture has no size")
        if self._rows * self._columns > MAX_PIXELS // 4:
            raise large("the DICOM picture has more than 9 million pixels")
        self._shown: tuple[int, Any] | None = None

    def look(self) -> Look:
        values = self._values(0)
        span, window = (0.0, 0.0), (0.0, 0.0)
        if values.ndim == 2:
            low, high = float(values.min()), float(values.max())
            span, window = (low, high), self._window(low, high)
        facts = tuple((name, fact) for name in _FACTS if (fact := self._fact(name)))
        return Look(
            Kind.DICOM, "DICOM", frames=self._frames, size=(self._columns, self._rows), window=window, span=span,
            facts=facts,
        )  # fmt: skip

    def _fact(self, name: str) -> str:
        try:
            return str(self._file.get(name) or "")[:100]
        except _ENDS:
            return ""

    def picture(self, frame: int, centre: float, width: float) -> Picture:
        """width 0: the window that the file asks for."""
        values = self._values(max(0, min(frame, self._frames - 1)))
        if values.ndim == 3:
            return _picture(values)
        if width < 1:
            centre, width = self._window(float(values.min()), float(values.max()))
        low = centre - 0.5 - (width - 1) / 2
        grey = np.clip((values - low) / max(width - 1, 1) * 255, 0, 255).astype(np.uint8)
        if self._file.get("PhotometricInterpretation") == "MONOCHROME1":
            grey = 255 - grey
        return _picture(np.repeat(grey[:, :, None], 3, axis=2))

    def _window(self, low: float, high: float) -> tuple[float, float]:
        try:
            centre, width = (_first(self._file.get(n)) for n in ("WindowCenter", "WindowWidth"))
            if width >= 1:
                return centre, width
        except (*_ENDS, IndexError):  # a window is a wish of the file
            pass
        return (low + high) / 2 + 0.5, max(high - low + 1, 1.0)

    def _values(self, frame: int) -> Any:
        """The frame: (rows, columns) floats after slope and intercept, or (rows, columns, 3) bytes."""
        if self._shown is not None and self._shown[0] == frame:
            return self._shown[1]
        try:
            index = frame if self._frames > 1 else None
            values = pixel_array(self._file, index=index, raw=True)
            step = -(-max(self._rows, self._columns) // MAX_SHOWN_SIDE)
            values = values[::step, ::step]
            photometric = str(self._file.get("PhotometricInterpretation", ""))
            if photometric == "PALETTE COLOR":
                values = _bytes(apply_color_lut(values, self._file))
            elif values.ndim == 3:
                if photometric.startswith("YBR"):
                    values = convert_color_space(values, "YBR_FULL", "RGB")
                values = _bytes(values[:, :, :3])
            else:
                slope, intercept = (float(self._file.get(n, d)) for n, d in
                                    (("RescaleSlope", 1), ("RescaleIntercept", 0)))  # fmt: skip
                values = values.astype(np.float32) * slope + intercept
        except _ENDS as exc:
            raise damaged("the DICOM picture is damaged, or packed in a way that cannot be read") from exc
        self._shown = frame, values
        return values


def _first(value: Any) -> float:
    return float(value[0]) if isinstance(value, list | pydicom.multival.MultiValue) else float(value)


def _bytes(values: Any) -> Any:
    return values if values.dtype == np.uint8 else (values >> 8).astype(np.uint8)


def _picture(values: Any) -> Picture:
    return Picture(values.shape[1], values.shape[0], np.ascontiguousarray(values).tobytes())

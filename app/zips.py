"""What the standard library's `zipfile` raises on an archive that is damaged, or made to do harm.

Its documentation names the first alone; the others are from its source and from archives that were changed byte by
byte (Python 3.11 to 3.13). MemoryError is none of them: who reads has caps.
"""

from __future__ import annotations

import lzma
import zipfile
import zlib

ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,  # deflated bytes that are none
    lzma.LZMAError,  # the same of LZMA, which is a child of Exception alone
    OSError,  # the same of bzip2
    EOFError,  # an entry that ends before its size (Python before 3.11.8 and 3.12.2; BadZipFile since)
    # An entry under a password; and NotImplementedError, which is one: a newer version of the format, another way of
    # packing, patched data, strong encryption.
    RuntimeError,
    ValueError,  # a place before the start of the file; and UnicodeDecodeError, which is one: a name that is no UTF-8
    OverflowError,  # a place of 64 bits (Zip64) that no seek can take
)

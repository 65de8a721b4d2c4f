"""The part of a file that a player asks for (RFC 9110 §14)."""

import re


class RangeUnsatisfiable(ValueError):
    """The part asked for lies outside the file: a 416, with the size in Content-Range."""

    def __init__(self, size: int) -> None:
        super().__init__(f"The range lies outside the {size} bytes there are")
        self.size = size

    @property
    def content_range(self) -> str:
        return f"bytes */{self.size}"  # RFC 9110 §14.4


# 19 digits are more bytes than any disk holds; longer numbers are not worth reading.
_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,19})-([0-9]{0,19})[ \t]*", re.ASCII | re.IGNORECASE)


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Give the first and the last byte, both included, or None to send the whole file.

    Whole is the answer RFC 9110 §14.2 allows to what cannot be read and to several ranges at once,
    which no player needs and which can be made to cost far more than the file.
    """
    found = _RANGE.fullmatch(header) if header else None
    if found is None:
        return None
    first, last = found.groups()
    if not first:
        return _suffix(int(last), size) if last else None
    start, end = int(first), int(last) if last else size - 1
    if last and end < start:
        return None
    if start >= size:
        raise RangeUnsatisfiable(size)
    return start, min(end, size - 1)


def content_range(start: int, end: int, size: int) -> str:
    """Write the Content-Range of a 206 (RFC 9110 §14.4)."""
    return f"bytes {start}-{end}/{size}"


def _suffix(length: int, size: int) -> tuple[int, int]:
    if not length or not size:
        raise RangeUnsatisfiable(size)
    return max(0, size - length), size - 1

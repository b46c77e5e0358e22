"""Text for and from programs that take a Python's native strings. Runs on Python 2.7 and 3."""

from __future__ import absolute_import, division, print_function, unicode_literals


def native(text):
    # type: (str) -> str
    """`text` as a native string: bytes in UTF-8 on Python 2."""
    return text.encode("utf-8") if str is bytes else text  # type: ignore[return-value]


def as_text(string):
    # type: (str) -> str
    """The text of a native string in UTF-8; what is no UTF-8 becomes U+FFFD."""
    return string.decode("utf-8", "replace") if isinstance(string, bytes) else string

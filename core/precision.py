"""How exactly a network computes, and what that is called."""

from __future__ import annotations

from typing import NamedTuple

import torch

DTYPES = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}
_MIXED = "mixed"


class Precision(NamedTuple):
    """A number format, and what is spared from it.

    Attributes:
        dtype: the format.
        exact: how many of the first convolutions are in float32 on the way forward.
    """

    dtype: torch.dtype
    exact: int = 0

    @property
    def name(self) -> str:
        """Such as "float32", "bfloat16", or "mixed 6" for bfloat16 but for six convolutions."""
        if self.exact:
            return f"{_MIXED} {self.exact}"
        return str(self.dtype).removeprefix("torch.")


def named(name: object) -> Precision | None:
    """The precision of that `name`; None where there is none."""
    kind, _, number = name.partition(" ") if isinstance(name, str) else ("", "", "")
    if kind == _MIXED and number.isascii() and number.isdecimal() and len(number) < 5:
        return Precision(torch.bfloat16, int(number)) if int(number) else None
    return Precision(DTYPES[kind]) if kind in DTYPES and not number else None

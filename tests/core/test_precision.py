"""Names of precisions."""

from __future__ import annotations

import pytest
import torch

from core.precision import Precision, named


@pytest.mark.parametrize(
    ("name", "precision"),
    [
        ("float32", Precision(torch.float32)),
        ("float16", Precision(torch.float16)),
        ("bfloat16", Precision(torch.bfloat16)),
        ("mixed 6", Precision(torch.bfloat16, 6)),
        ("mixed 120", Precision(torch.bfloat16, 120)),
    ],
)
def test_a_precision_and_its_name(name: str, precision: Precision) -> None:
    assert precision.name == name
    assert named(name) == precision


@pytest.mark.parametrize(
    "name",
    ["", "auto", "float64", "mixed", "mixed 0", "mixed -1", "mixed x", "mixed ²", "bfloat16 6", 7,
     None, "mixed 99999999"],
)  # fmt: skip
def test_what_is_no_name(name: object) -> None:
    assert named(name) is None

"""Which operations the nodes of a network's graph are, whether modules, functions or methods."""

from __future__ import annotations

from collections.abc import Collection

import torch
import torch.nn.functional as F
from torch import fx, nn

RELU_CALLS = {F.relu, torch.relu}


def calls(
    node: fx.Node,
    module: nn.Module,
    kinds: tuple[type[nn.Module], ...],
    functions: Collection[object],
    methods: Collection[object] = (),
) -> bool:
    """Whether `node` calls a module of these kinds, one of these functions, or such a method."""
    if node.op == "call_module":
        return isinstance(module.get_submodule(str(node.target)), kinds)
    among = {"call_function": functions, "call_method": methods}.get(node.op, ())
    return node.target in among

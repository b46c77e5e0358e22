"""Means over neighbours that are taken of fewer channels.

A mean over places and a convolution of 1x1 go the same way in either order: each sums over what the
other leaves alone. Behind the convolution there are fewer channels to take means of, which
processors are slow at, above all on the way back. The bias comes last: at the picture's border a
mean counts zeros, and the bias is not to be counted less for that.
"""

from __future__ import annotations

import copy

import torch
import torch.nn.functional as F
from torch import Tensor, fx, nn

from core.networks.nodes import calls

_MEANS = (nn.AvgPool2d,)
_MEAN_CALLS = {F.avg_pool2d}


class Bias(nn.Module):
    """Adds the bias of `conv`, whose numbers are copied, to each channel, in place.

    Args:
        conv: a convolution with a bias.
    """

    bias: Tensor

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        assert conv.bias is not None
        self.register_buffer("bias", conv.bias.detach().clone().view(1, -1, 1, 1))

    def forward(self, values: Tensor) -> Tensor:
        return values.add_(self.bias)


def take_means_of_fewer(extractor: fx.GraphModule, made: dict[str, nn.Module]) -> None:
    """Let means be taken behind a convolution of 1x1 that has fewer channels than they come from.

    Args:
        extractor: changed in place; neither linted nor compiled anew.
        made: keeps the parts of convolutions for the next graph of the same network.
    """
    graph = extractor.graph
    targets = [node.target for node in graph.nodes if node.op == "call_module"]
    for node in list(graph.nodes):
        mean = node.args[0] if node.args else None
        if not (
            isinstance(mean, fx.Node)
            and mean.args
            and len(mean.users) == 1
            and calls(mean, extractor, _MEANS, _MEAN_CALLS)
            and calls(node, extractor, (nn.Conv2d,), ())
            # Whoever else calls it needs it as it is.
            and targets.count(node.target) == 1
        ):
            continue
        name = str(node.target)
        conv = extractor.get_submodule(name)
        if not (isinstance(conv, nn.Conv2d) and _narrows(conv)):
            continue
        key = f"{name} before means{' with bias' if conv.bias is not None else ''}"
        if key not in made:
            made[key] = _without_bias(conv)
            if conv.bias is not None:
                made[f"{key}, its bias"] = Bias(conv)
        values = mean.args[0]
        extractor.add_submodule(name, made[key])
        with graph.inserting_before(mean):
            through = graph.call_module(name, (values,))
        mean.args = (through, *mean.args[1:])
        last = mean
        if conv.bias is not None:
            own = f"{name.replace('.', '_')}_bias"
            extractor.add_submodule(own, made[f"{key}, its bias"])
            with graph.inserting_after(mean):
                last = graph.call_module(own, (mean,))
        node.replace_all_uses_with(last)
        graph.erase_node(node)


def _narrows(conv: nn.Conv2d) -> bool:
    """Whether `conv` looks at single places, at all of their channels, and leaves fewer."""
    return (
        tuple(conv.kernel_size) == (1, 1)
        and tuple(conv.stride) == (1, 1)
        and conv.padding in ((0, 0), "valid")
        and conv.groups == 1
        and conv.out_channels < conv.in_channels
    )


def _without_bias(conv: nn.Conv2d) -> nn.Module:
    plain = copy.deepcopy(conv).requires_grad_(False)
    plain.bias = None
    return plain.to(memory_format=torch.channels_last)

"""The graph of a network made faster, such that it gives the same but for rounding.

Batch normalisation is folded into the convolution before it, where nobody asks for what is between
them. A first convolution is rewritten where that pays, see `core.networks.stems`, and means change
places with convolutions, see `core.networks.means`. ReLUs change places with the maximum pooling
behind them, which leaves them a quarter of the values; for that pooling see
`core.networks.pooling`. ReLUs overwrite what nobody else reads, be it for a gradient; nothing else
overwrites anything but means that nobody else has, so that all that is asked for stays as it was.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import fx, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from core.networks.means import Bias, take_means_of_fewer
from core.networks.nodes import RELU_CALLS, calls
from core.networks.pooling import FastMaxPool, can_be_fast
from core.networks.stems import BlockConv, pays

# What makes a new tensor that its own gradient does not need.
_FRESH = (nn.Conv2d, BlockConv, Bias, nn.Linear, nn.BatchNorm2d, nn.MaxPool2d, FastMaxPool)
_FRESH_CALLS = {operator.add, torch.add, F.max_pool2d}


def rewrite(extractor: fx.GraphModule, made: dict[str, nn.Module]) -> None:
    """Make `extractor`, of an evaluating network, faster.

    Args:
        extractor: changed in place; neither linted nor compiled anew.
        made: keeps the folded and rewritten convolutions for the next graph of the same network.
    """
    _fold(extractor, made)
    _rewrite_stem(extractor, made)
    take_means_of_fewer(extractor, made)
    _pool_before_relus(extractor)
    _pool_fast(extractor)
    _overwrite_where_safe(extractor)


def _fold(extractor: fx.GraphModule, folded: dict[str, nn.Module]) -> None:
    """Fold batch normalisation into the convolution before it, exactly but for rounding."""
    for conv, norm in list(_foldable(extractor)):
        name = str(conv.target)
        if name not in folded:
            folded[name] = _folded(
                extractor.get_submodule(name), extractor.get_submodule(str(norm.target))
            )
        extractor.add_submodule(name, folded[name])
        norm.replace_all_uses_with(conv)
        extractor.graph.erase_node(norm)


def _foldable(extractor: fx.GraphModule) -> Iterator[tuple[fx.Node, fx.Node]]:
    """Convolutions that are followed by batch normalisation and nothing else."""
    targets = [node.target for node in extractor.graph.nodes if node.op == "call_module"]
    for norm in extractor.graph.nodes:
        conv = norm.args[0] if norm.args else None
        if (
            calls(norm, extractor, (nn.BatchNorm2d,), ())
            and isinstance(conv, fx.Node)
            and calls(conv, extractor, (nn.Conv2d,), ())
            and len(conv.users) == 1
            and targets.count(conv.target) == 1
        ):
            yield conv, norm


def _folded(conv: nn.Module, norm: nn.Module) -> nn.Module:
    """One convolution for both, computed in float32 at least."""
    dtype = next(conv.parameters()).dtype
    exact = torch.promote_types(dtype, torch.float32)
    parts = (copy.deepcopy(conv).to(exact), copy.deepcopy(norm).to(exact))
    fused = fuse_conv_bn_eval(*parts)  # type: ignore[type-var]
    return fused.to(dtype).to(memory_format=torch.channels_last).requires_grad_(False)


def _rewrite_stem(extractor: fx.GraphModule, rewritten: dict[str, nn.Module]) -> None:
    """Put a faster equal in the place of a first convolution that has one."""
    for node in extractor.graph.nodes:
        if node.op != "call_module":
            continue
        name = str(node.target)
        conv = extractor.get_submodule(name)
        if isinstance(conv, nn.Conv2d) and pays(conv):
            # With and without batch normalisation folded into it, it is not the same.
            key = f"{name} in blocks{' with bias' if conv.bias is not None else ''}"
            if key not in rewritten:
                rewritten[key] = BlockConv(conv)
            extractor.add_submodule(name, rewritten[key])


def _pool_before_relus(extractor: fx.GraphModule) -> None:
    """Let the maximum be taken before the ReLU: relu(max(x)) is max(relu(x)), its gradient too.

    Also through a concatenation, as behind GoogLeNet's blocks, where a single ReLU then follows.
    """
    graph = extractor.graph
    for pool in list(graph.nodes):
        source = pool.args[0] if pool.args else None
        is_pool = calls(pool, extractor, (nn.MaxPool2d,), {F.max_pool2d})
        if not (is_pool and isinstance(source, fx.Node)):
            continue
        joined = calls(source, extractor, (), {torch.cat})
        relus = list(source.args[0]) if joined else [source]  # type: ignore[arg-type]
        if len(source.users) > 1 or not all(_is_for_one_reader(node, extractor) for node in relus):
            continue
        for relu in relus:
            relu.replace_all_uses_with(relu.args[0])  # type: ignore[arg-type]
            graph.erase_node(relu)
        with graph.inserting_after(pool):
            relu = graph.call_function(F.relu)
        pool.replace_all_uses_with(relu)
        relu.args = (pool,)


def _is_for_one_reader(node: fx.Node, extractor: fx.GraphModule) -> bool:
    """Whether `node` is a ReLU that one other reads, and nobody asks for."""
    return len(node.users) == 1 and calls(node, extractor, (nn.ReLU,), RELU_CALLS)


def _pool_fast(extractor: fx.GraphModule) -> None:
    """Let maximum pooling be that of `core.networks.pooling`."""
    for node in extractor.graph.nodes:
        if calls(node, extractor, (nn.MaxPool2d,), ()):
            pool = extractor.get_submodule(str(node.target))
        elif calls(node, extractor, (), {F.max_pool2d}) and len(node.all_input_nodes) == 1:
            pool = nn.MaxPool2d(*node.args[1:], **node.kwargs)  # type: ignore[arg-type]
        else:
            continue
        if can_be_fast(pool):
            name = f"{node.name}_fast"
            extractor.add_submodule(name, FastMaxPool(pool))
            node.op, node.target = "call_module", name
            node.args, node.kwargs = node.args[:1], {}


def _overwrite_where_safe(extractor: fx.GraphModule) -> None:
    """Let ReLUs write over what they are made from where nobody else reads it; modules stay."""
    for node in extractor.graph.nodes:
        source = node.args[0] if node.args else None
        if isinstance(source, fx.Node) and calls(node, extractor, (nn.ReLU,), RELU_CALLS):
            fresh = len(source.users) == 1 and calls(source, extractor, _FRESH, _FRESH_CALLS)
            node.op, node.target = "call_function", F.relu
            node.args, node.kwargs = (source,), {"inplace": fresh}
        elif node.kwargs.get("inplace"):
            node.kwargs = {**node.kwargs, "inplace": False}

"""A network's graph in a shorter number format, of which the first convolutions may stay exact.

What rounding does to a gradient it does early: a place that is taken for another near the picture
is another for all that is made of it. So the first convolutions look at the picture in float32 and
only go back in the shorter format, see `core.networks.pairs`, and those behind them are in the
shorter format both ways.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, fx, nn

from core.networks import pairs
from core.networks.means import Bias
from core.networks.nodes import RELU_CALLS, calls
from core.networks.pooling import FastMaxPool
from core.networks.stems import BlockConv

# By what makes them, and of which module.
Made = dict[tuple[str, nn.Module], nn.Module]

_CONVOLUTIONS = (nn.Conv2d, BlockConv)
_SUMS = {operator.add, torch.add}


def mix(extractor: fx.GraphModule, exact: Collection[str], dtype: torch.dtype, made: Made) -> None:
    """Let `extractor`, a rewritten network in float32, compute in `dtype` from some place on.

    Args:
        extractor: changed in place and compiled anew; its modules stay as they are. Its input
            stays float32, and its outputs are as far as the network is exact.
        exact: names of convolutions that are to stay exact forward. One does where all that it is
            made of is exact, and so does every other operation.
        dtype: shorter than float32.
        made: keeps the modules that take others' places, for the next graph of the same network.
    """
    graph = extractor.graph
    nodes = list(graph.nodes)
    kept = _kept_exact(extractor, exact)
    for node in nodes:
        if node in kept or node.op == "placeholder":
            _mend_edges(node, kept, dtype)
    for node in kept:
        _put_in_pairs(node, extractor, partial(_once, made, _paired, dtype))
    modules = {str(node.target) for node in nodes if node.op == "call_module" and node not in kept}
    for name in modules:
        rounded = _once(made, _rounded, dtype, extractor.get_submodule(name))
        extractor.add_submodule(name, rounded)
    for node in nodes:
        if node.op == "get_attr":
            _round_attribute(node, extractor, dtype)
    extractor.delete_all_unused_submodules()
    extractor.recompile()


def _once(
    made: Made,
    make: Callable[[nn.Module, torch.dtype], nn.Module],
    dtype: torch.dtype,
    module: nn.Module,
) -> nn.Module:
    """What `make` makes of `module`, or has made of it before."""
    if (make.__name__, module) not in made:
        made[make.__name__, module] = make(module, dtype)
    return made[make.__name__, module]


def _kept_exact(extractor: fx.GraphModule, exact: Collection[str]) -> set[fx.Node]:
    """The nodes that are computed in float32."""
    known, kept = set(), set()
    for node in extractor.graph.nodes:
        if node.op == "placeholder":
            known.add(node)
        elif (
            node.op.startswith("call_")
            and node.all_input_nodes
            and known.issuperset(node.all_input_nodes)
            and (str(node.target) in exact or not calls(node, extractor, _CONVOLUTIONS, ()))
        ):
            known.add(node)
            kept.add(node)
    return kept


def _mend_edges(node: fx.Node, kept: Collection[fx.Node], dtype: torch.dtype) -> None:
    """Put between the exact `node` and those who read it what each of them needs."""
    graph, is_input = node.graph, node.op == "placeholder"
    pairing = [user for user in node.users if user in kept]
    ending = [user for user in node.users if user.op == "output"]
    rounding = [user for user in node.users if user not in kept and user.op != "output"]
    ways: list[tuple[list[fx.Node], Callable[..., Any], torch.dtype]]
    if is_input:
        ways = [(pairing, pairs.enter, dtype), (rounding, torch.Tensor.to, dtype)]
    else:
        ways = [(ending, pairs.leave, torch.float32), (rounding, pairs.leave, dtype)]
    for users, function, wanted in ways:
        if users:
            with graph.inserting_after(node):
                between = graph.call_function(function, (node, wanted))
            for user in users:
                user.replace_input_with(node, between)


def _put_in_pairs(
    node: fx.Node, extractor: fx.GraphModule, paired: Callable[[nn.Module], nn.Module]
) -> None:
    """Let `node` do with pairs what it does with tensors."""
    if calls(node, extractor, (), RELU_CALLS):
        node.target = pairs.relu
    elif calls(node, extractor, (), {torch.cat}):
        node.target = pairs.cat
    elif calls(node, extractor, (), {F.avg_pool2d}):
        node.target = pairs.mean
    elif calls(node, extractor, (), _SUMS) and not node.kwargs:
        node.target = pairs.add
    elif node.op != "call_module":
        function = node.target if callable(node.target) else partial(pairs.method, str(node.target))
        _call(node, extractor, pairs.Exactly(function))
    else:
        _call(node, extractor, paired(extractor.get_submodule(str(node.target))))


def _paired(module: nn.Module, dtype: torch.dtype) -> nn.Module:
    """What does with pairs what `module` does with tensors."""
    if isinstance(module, BlockConv):
        return pairs.BlockConv(module, dtype)
    if pairs.is_plain(module):
        return pairs.Conv.like(module, dtype)
    if isinstance(module, FastMaxPool):
        return pairs.MaxPool(module)
    if isinstance(module, Bias):
        return pairs.Shift(module)
    return pairs.Exactly(module)


def _call(node: fx.Node, extractor: fx.GraphModule, module: nn.Module) -> None:
    """Let `node` call `module` with the arguments that it has."""
    name = f"{node.name}_in_pairs"
    extractor.add_submodule(name, module)
    node.op, node.target = "call_module", name


def _rounded(module: nn.Module, dtype: torch.dtype) -> nn.Module:
    """`module` with its numbers in `dtype`; itself, where it has none."""
    if not any(True for _ in (*module.parameters(), *module.buffers())):
        return module
    return copy.deepcopy(module).to(dtype)


def _round_attribute(node: fx.Node, extractor: fx.GraphModule, dtype: torch.dtype) -> None:
    path, _, name = str(node.target).rpartition(".")
    numbers = getattr(extractor.get_submodule(path), name)
    if isinstance(numbers, Tensor) and numbers.is_floating_point():
        node.target = f"{node.name}_rounded"
        extractor.register_buffer(node.target, numbers.detach().to(dtype))

"""Networks as graphs of operations: their layers, and parts of them that give some layers alone.

A layer is any node of the graph ("conv1.conv", "layer3.5.add") or any module in it, whose name
means its last node ("conv1", "layer3.5", "inception4c.branch2"). NAME/pre is what NAME would be
without the non-linearity that it ends in, that network's own kind: ReLU, ReLU6, Hardswish, SiLU or
GELU. Through what only moves values about (concatenation, flattening, shuffled channels, dropout of
nothing) it is followed back: inception4c/pre joins its branches before their ReLUs. A layer without
a non-linearity at its end is the same either way.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, fx, nn

from core.networks.base import split_pre
from core.networks.nodes import RELU_CALLS, calls
from core.networks.rewriting import rewrite
from core.networks.vision import NodePathTracer, ops

# Two sizes (H, W) that tell which dimensions of a layer follow the picture's, and how closely.
_PROBES = ((256, 384), (512, 640))

_NONLINEAR = (nn.ReLU, nn.ReLU6, nn.Hardswish, nn.SiLU, nn.GELU)
_NONLINEAR_CALLS = {*RELU_CALLS, F.relu6, F.hardswish, F.silu, F.gelu}
# Nothing at all, outside of training.
_IDLE = (nn.Dropout, nn.Identity)
_IDLE_CALLS = {F.dropout, ops.stochastic_depth}
_MOVING = (nn.Flatten, ops.Permute)
_MOVING_CALLS = {torch.cat, torch.flatten, torch.transpose, torch.permute, torch.chunk}
_MOVING_CALLS |= {operator.getitem}
_MOVING_METHODS = {"view", "reshape", "transpose", "permute", "contiguous", "flatten", "chunk"}


class Layer(NamedTuple):
    """A node whose output can be asked for.

    Attributes:
        node: of the architecture's graph.
        cell: how many pixels its cells are apart; 0 where it does not grow with the picture.
        channels_last: whether its output is (N, h, w, C).
    """

    node: fx.Node
    cell: int
    channels_last: bool


class Architecture(NamedTuple):
    """A network's graph, which nobody may change, and its layers in the order of computation."""

    graph: fx.Graph
    layers: Mapping[str, Layer]


def read(module: nn.Module) -> Architecture:
    """The architecture of a network in evaluation mode, which may be on the meta device.

    Raises:
        RuntimeError, AssertionError, ValueError, TypeError: it takes pictures of one size only, or
            its `forward` cannot be traced.
    """
    tracer = NodePathTracer()
    graph = tracer.trace(module)
    whole = fx.GraphModule(module, graph)
    shapes = [_shapes(whole, size) for size in _PROBES]
    names = {node: name for node, name in tracer.node_to_qualname.items() if node.op != "output"}
    # Whatever comes before the first module prepares the input: no layer.
    children = {name for name, _ in module.named_children()}
    order = list(names)
    first = next(i for i, node in enumerate(order) if names[node].split(".")[0] in children)
    order = order[first:]
    last = {prefix: node for node in order for prefix in _prefixes(names[node])}
    layers = {
        name: layer
        for node in order
        if (layer := _layer(node, *(shape.get(node) for shape in shapes))) is not None
        for name in (names[node], *_prefixes(names[node]))
        if last.get(name, node) is node
    }
    return Architecture(graph, layers)


def cut(
    module: nn.Module,
    architecture: Architecture,
    layers: Collection[str],
    folded: dict[str, nn.Module],
) -> fx.GraphModule:
    """`module`, sharing its weights, such that it gives {layer: output} and computes no more.

    What is left is made faster, see `core.networks.rewriting`.

    Args:
        module: of that architecture, in evaluation mode, after `refrain_from_overwriting`.
        layers: names of its layers, with or without "/pre".
        folded: keeps the folded and rewritten convolutions of `module` for the next time.
    """
    graph, copies, outputs = fx.Graph(), {}, {}
    graph.graph_copy(architecture.graph, copies)
    for name in layers:
        plain, pre = split_pre(name)
        layer = architecture.layers[plain]
        node = copies[layer.node]
        node = _before(node, module) if pre else node
        if layer.channels_last:
            node = graph.call_method("permute", (node, 0, 3, 1, 2))
        outputs[name] = node
    graph.output(outputs)
    extractor = fx.GraphModule(module, graph).eval()
    extractor.graph.eliminate_dead_code()
    rewrite(extractor, folded)
    extractor.delete_all_unused_submodules()
    extractor.recompile()
    return extractor


def cut_head(
    module: nn.Module, architecture: Architecture, layers: Collection[str]
) -> tuple[tuple[str, ...], fx.GraphModule] | None:
    """The maps that `layers` are made of, and `module` from them on: maps -> {layer: output}.

    Maps stand for themselves. None where a map before them depends on what is no map: then parts
    of a picture do not see what the whole does (squeeze and excitation).
    """
    known = {layer.node: name for name, layer in architecture.layers.items()}
    graph, copies = fx.Graph(), {}
    graph.graph_copy(architecture.graph, copies)
    originals = {copied: node for node, copied in copies.items()}
    maps: dict[str, fx.Node] = {}
    outputs: dict[str, fx.Node] = {}
    for name in layers:
        plain, pre = split_pre(name)
        node = copies[architecture.layers[plain].node]
        if not architecture.layers[plain].cell:
            outputs[name] = _before(node, module) if pre else node
            continue
        maps[name] = node
    for node in _inputs_of(outputs.values(), lambda node: _is_map(node, originals, architecture)):
        if node.op == "placeholder":
            return None
        if _is_map(node, originals, architecture):
            maps[known[originals[node]]] = node
    for node in _inputs_of(maps.values(), lambda _: False):
        layer = architecture.layers.get(known.get(originals.get(node, node), ""))
        if layer is not None and not layer.cell:
            return None
    first = next(iter(graph.nodes))
    for number, (name, node) in enumerate(maps.items()):
        with graph.inserting_before(first):
            given = graph.placeholder(f"map_{number}")
            channels_last = architecture.layers[split_pre(name)[0]].channels_last
            if name in layers:
                outputs[name] = given
            else:
                inner = (
                    graph.call_method("permute", (given, 0, 2, 3, 1)) if channels_last else given
                )
                node.replace_all_uses_with(inner)
    graph.output(outputs)
    rest = fx.GraphModule(module, graph).eval()
    rest.graph.eliminate_dead_code()
    for node in list(rest.graph.nodes):
        if node.op == "placeholder" and not str(node.target).startswith("map_"):
            rest.graph.erase_node(node)
    rest.delete_all_unused_submodules()
    rest.recompile()
    return tuple(maps), rest


def _is_map(
    node: fx.Node, originals: Mapping[fx.Node, fx.Node], architecture: Architecture
) -> bool:
    """Whether `node`, a copy, is a layer that grows with the picture."""
    original = originals.get(node)
    return any(layer.cell and layer.node is original for layer in architecture.layers.values())


def _inputs_of(nodes: Iterable[fx.Node], stop: Callable[[fx.Node], bool]) -> list[fx.Node]:
    """What `nodes` are made of, however indirectly, up to those nodes at which to `stop`."""
    found: dict[fx.Node, None] = {}
    waiting = [source for node in nodes for source in node.all_input_nodes]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found[node] = None
            waiting += () if stop(node) else node.all_input_nodes
    return list(found)


def refrain_from_overwriting(module: nn.Module) -> None:
    """Let no part of `module` write its output over its input, where that could still be read."""
    for part in module.modules():
        if getattr(part, "inplace", False):
            part.inplace = False  # type: ignore[assignment]


def _prefixes(name: str) -> list[str]:
    """Names of the modules that the node `name` is in, the innermost first."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]


def _shapes(whole: fx.GraphModule, size: tuple[int, int]) -> dict[fx.Node, torch.Size]:
    """The shape of every node's output, where that is a tensor, for a picture of `size`."""
    shapes: dict[fx.Node, torch.Size] = {}

    class Measuring(fx.Interpreter):
        def run_node(self, n: fx.Node) -> Any:
            output = super().run_node(n)
            if isinstance(output, Tensor) and n.op != "get_attr":
                shapes[n] = output.shape
            return output

    measuring = Measuring(whole)
    measuring.extra_traceback = False
    measuring.run(torch.empty(1, 3, *size, device="meta"))
    return shapes


def _layer(node: fx.Node, small: torch.Size | None, large: torch.Size | None) -> Layer | None:
    """The layer that `node` is, by its shape at both probes; None for what is no layer."""
    if small is None or large is None:
        return None
    grown = [i for i, side in enumerate(small) if side != large[i]]
    if not grown and len(small) in (2, 4):
        return Layer(node, 0, False)
    if len(small) == 4 and grown in ([2, 3], [1, 2]):
        cells = large[grown[0]] - small[grown[0]]
        return Layer(node, round((_PROBES[1][0] - _PROBES[0][0]) / cells), grown == [1, 2])
    return None


def _before(node: fx.Node, module: nn.Module) -> fx.Node:
    """The node that gives what `node` would give without the non-linearity it ends in.

    Made anew at the end of the graph where it is not there yet; `node` where there is none.
    """
    source = node.args[0] if node.args else None
    if isinstance(source, fx.Node):
        if calls(node, module, _NONLINEAR, _NONLINEAR_CALLS):
            return source
        if calls(node, module, _IDLE, _IDLE_CALLS):
            before = _before(source, module)
            return node if before is source else before
    if calls(node, module, _MOVING, _MOVING_CALLS, _MOVING_METHODS):
        args = fx.map_arg(node.args, lambda argument: _before(argument, module))
        if args != node.args:
            return node.graph.create_node(node.op, node.target, args, node.kwargs)  # type: ignore
    return node

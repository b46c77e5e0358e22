"""The built-in network: small, drawn and trained by this project, and shipped with it.

`BuiltInModule` is the architecture; `load` reads the shipped weights. `core.training` makes those
weights from nothing; nothing of it is imported here.

The layers after the stem follow the Inception blocks of GoogLeNet (Szegedy et al. 2015,
arXiv:1409.4842), made smooth for dreaming: strides are preceded by a blur (Zhang 2019,
arXiv:1904.11486) and blocks pool by mean, so that gradients have no checkerboard in them.

| layer | stride | channels |
|---|---|---|
| c1 | 2 | 32 |
| c2, m3a | 4 | 64, 128 |
| m4a, m4b, m4c | 8 | 224, 240, 256 |
| m5a, m5b | 16 | 320, 336 |
| h, concepts | 8 | 192, number of concepts |
| g, centres | 8 | 96, number of concepts |

Two heads look at m4c and, enlarged, at m5b. `concepts` says what is where; `centres` says what has
its middle where, for which the parts of a thing must lie around that place as they should (Zhou,
Wang and Krähenbühl 2019, arXiv:1904.07850): raised, it draws whole things.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.nn import functional as F

from core.errors import BrokenInstallation
from core.language import _
from core.networks.base import split_pre
from core.networks.built_in_pools import BlurPool, MeanPool

FORMAT = "deep-dream-built-in-3"
SHIPPED = Path(__file__).with_name("built_in.safetensors")
TRUNK = ("c1", "c2", "m3a", "m4a", "m4b", "m4c", "m5a", "m5b")
# Each head's layers, the last of which are logits.
HEADS = (("h", "concepts"), ("g", "centres"))
LAYER_NAMES = (*TRUNK, *HEADS[0], *HEADS[1])
LOGITS = frozenset(head[-1] for head in HEADS)
# Channels of m5b, the last layer before the head.
WIDEST = 336


class ConvRelu(nn.Module):
    """Convolution, batch normalisation (none once folded), ReLU; padding keeps the size."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, *, folded: bool
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=folded)
        self.norm = nn.Identity() if folded else nn.BatchNorm2d(outputs)
        # Not in place: the values before it stay readable.
        self.relu = nn.ReLU()

    def forward(self, values: Tensor) -> Tensor:
        return self.relu(self.before_relu(values))

    def before_relu(self, values: Tensor) -> Tensor:
        return self.norm(self.conv(values))


class PooledConvRelu(nn.Sequential):
    """The mean of each place and those around it, through a convolution of 1x1.

    Args:
        inputs, outputs: channels.
        folded: as for `ConvRelu`; then it does the same, but for rounding, the other way round:
            means of the fewer channels that the convolution leaves.
    """

    def __init__(self, inputs: int, outputs: int, *, folded: bool) -> None:
        super().__init__(MeanPool(), ConvRelu(inputs, outputs, folded=folded))
        self._folded = folded

    def forward(self, input: Tensor) -> Tensor:
        return self.before_relu(input).relu()

    def before_relu(self, values: Tensor) -> Tensor:
        pool, through = self[0], self[1]
        assert isinstance(pool, MeanPool)
        assert isinstance(through, ConvRelu)
        if self._folded:
            return pool(through.before_relu(values))
        return through.before_relu(pool(values))


class Block(nn.Module):
    """An Inception block: four branches of different reach side by side.

    Args:
        inputs: channels that come in.
        widths: channels of the branches 1x1, 3x3, 5x5 and pooled.
        reduced: channels before the 3x3 and before the 5x5 convolution.
        folded: whether batch normalisation is folded into the convolutions.
    """

    def __init__(
        self,
        inputs: int,
        widths: tuple[int, int, int, int],
        reduced: tuple[int, int],
        *,
        folded: bool,
    ) -> None:
        super().__init__()
        one, three, five, pooled = widths
        self.one = ConvRelu(inputs, one, folded=folded)
        self.three = nn.Sequential(
            ConvRelu(inputs, reduced[0], folded=folded),
            ConvRelu(reduced[0], three, 3, folded=folded),
        )
        self.five = nn.Sequential(
            ConvRelu(inputs, reduced[1], folded=folded),
            ConvRelu(reduced[1], five, 5, folded=folded),
        )
        self.pooled = PooledConvRelu(inputs, pooled, folded=folded)

    def forward(self, values: Tensor) -> Tensor:
        branches = [self.one(values), self.three(values), self.five(values), self.pooled(values)]
        return torch.cat(branches, dim=1)

    def before_relu(self, values: Tensor) -> Tensor:
        branches = (self.one, self.three, self.five, self.pooled)
        return torch.cat([before_relu(branch, values) for branch in branches], dim=1)


def doubled(values: Tensor, like: Tensor) -> Tensor:
    """`values` (N, C, h, w) at twice their size, bilinear, and so large as `like`.

    Where that has an odd side the last cells are there twice: stretched to fit instead, cells would
    not lie where they lie in a part of the same picture.
    """
    large = F.interpolate(values, scale_factor=2.0, mode="bilinear", align_corners=False)
    below, right = (like.shape[axis] - large.shape[axis] for axis in (-2, -1))
    return F.pad(large, (0, right, 0, below), mode="replicate") if below or right else large


def before_relu(module: nn.Module, values: Tensor) -> Tensor:
    """What `module` gives for `values`, without the ReLUs that it ends in."""
    if isinstance(module, ConvRelu | PooledConvRelu | Block):
        return module.before_relu(values)
    if isinstance(module, nn.Sequential):
        return before_relu(module[-1], module[:-1](values))
    return module(values)


class BuiltInModule(nn.Module):
    """The built-in network's architecture.

    Args:
        concepts: number of concepts, the background not counted.
        folded: True for dreaming (convolutions with a bias and no batch normalisation),
            False for training.
    """

    layer_names: tuple[str, ...] = LAYER_NAMES
    smallest_side = 32

    def __init__(self, concepts: int, *, folded: bool = True) -> None:
        super().__init__()
        self.concept_count = concepts
        self.c1 = ConvRelu(3, 32, 5, 2, folded=folded)
        self.c2 = nn.Sequential(BlurPool(32), ConvRelu(32, 64, 3, folded=folded))
        self.m3a = Block(64, (32, 48, 32, 16), (48, 16), folded=folded)
        self.m4a = nn.Sequential(
            BlurPool(128), Block(128, (48, 96, 48, 32), (64, 24), folded=folded)
        )
        self.m4b = Block(224, (48, 112, 48, 32), (80, 24), folded=folded)
        self.m4c = Block(240, (64, 112, 48, 32), (80, 24), folded=folded)
        self.m5a = nn.Sequential(
            BlurPool(256), Block(256, (64, 160, 64, 32), (96, 32), folded=folded)
        )
        self.m5b = Block(320, (80, 160, 64, 32), (96, 32), folded=folded)
        self.h = ConvRelu(256 + WIDEST, 192, folded=folded)
        # The background's logit comes last, so that concept k is channel k.
        self.concepts = nn.Conv2d(192, concepts + 1, 1)
        self.g = nn.Sequential(
            ConvRelu(256 + WIDEST, 128, folded=folded), ConvRelu(128, 96, 5, folded=folded)
        )
        self.centres = nn.Conv2d(96, concepts + 1, 1)

    def features(self, canvas: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """The outputs of `layers`; nothing after the last of them is computed.

        Args:
            canvas: (N, 3, H, W) in [0, 1], float32; H and W at least 32.
            layers: names out of `layer_names`, or with "/pre" behind them.

        Returns:
            layer name -> (N, C, h, w), after the ReLU, or before it for NAME/pre; `concepts` and
            `centres` hold logits, one channel for each concept, and their /pre the same.

        Raises:
            ValueError: for a name that is no layer.
        """
        return self.without_background(self.outputs(canvas, layers))

    def without_background(self, made: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """What `outputs` made, as `features` gives it."""
        count = self.concept_count
        return {
            name: values[:, :count] if split_pre(name)[0] in LOGITS else values
            for name, values in made.items()
        }

    def outputs(self, canvas: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """`features` with the background's logit as the last channel of the heads."""
        plain = {split_pre(name)[0] for name in layers}
        unknown = plain.difference(LAYER_NAMES)
        if unknown:
            raise ValueError(f"no such layers: {', '.join(sorted(unknown))}")
        made: dict[str, Tensor] = {}
        if not layers:
            return made
        heads = [_until(head, plain) for head in HEADS if plain.intersection(head)]
        needed = {*layers, "m4c"} if heads else set(layers)
        trunk = TRUNK if heads else _until(TRUNK, plain)
        # Centred, and scaled to about unit variance on photographs; before rounding, which spares
        # what is near grey.
        centred = (canvas - 0.5) * 4
        dtype = self.concepts.weight.dtype
        values = centred.to(dtype=dtype, memory_format=torch.channels_last)
        values = self._through(trunk, values, needed, made)
        if heads:
            middle = made["m4c"]
            values = torch.cat([middle, doubled(values, middle)], dim=1)
            for head in heads:
                self._through(head, values, needed, made)
        return {name: made[name] for name in layers}

    def _through(
        self,
        names: Collection[str],
        values: Tensor,
        needed: Collection[str],
        made: dict[str, Tensor],
    ) -> Tensor:
        """`values` after one layer after the other; what is `needed` of them goes to `made`."""
        for name in names:
            module = self.get_submodule(name)
            if f"{name}/pre" in needed:
                made[f"{name}/pre"] = before = before_relu(module, values)
                values = before if name in LOGITS else before.relu()
            else:
                values = module(values)
            if name in needed:
                made[name] = values
        return values

    def forward(self, canvas: Tensor) -> Tensor:
        """(N, 3, H, W) in [0, 1] -> (N, concepts, H / 8, W / 8) logits."""
        return self.features(canvas, ("concepts",))["concepts"]


def _until(names: tuple[str, ...], wanted: Collection[str]) -> tuple[str, ...]:
    """`names` up to the last one that is wanted."""
    return names[: max(index for index, name in enumerate(names) if name in wanted) + 1]


class BuiltIn(NamedTuple):
    """The loaded network.

    Attributes:
        module: in evaluation mode, frozen, float32, channels last.
        concepts: their names, in the order of the channels of layer `concepts`.
        textures: those concepts that fill whole surfaces; the others are things.
        statistics: layer -> mean and standard deviation of each channel over training scenes, of
            shape (1, C, 1, 1); deviations are above 0.
        metadata: how the weights were made, as strings.
    """

    module: BuiltInModule
    concepts: tuple[str, ...]
    textures: frozenset[str]
    statistics: dict[str, tuple[Tensor, Tensor]]
    metadata: dict[str, str]


def load(path: Path = SHIPPED) -> BuiltIn:
    """Read the network from a weights file that `core.training` exported.

    Raises:
        BrokenInstallation: the file is missing, truncated, or no file of this network.
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata: dict[str, str] = dict(file.metadata() or {})
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise BrokenInstallation(
            _("The built-in network's weights file cannot be read; it may be damaged.")
        ) from error
    return _assemble(metadata, tensors)


def _assemble(metadata: dict[str, str], tensors: Mapping[str, Tensor]) -> BuiltIn:
    """The network from a file's contents, checked."""
    if metadata.get("format") != FORMAT:
        raise BrokenInstallation(_("This file holds no built-in network."))
    try:
        concepts = json.loads(metadata["concepts"])
        if not (concepts and all(isinstance(name, str) for name in concepts)):
            raise ValueError("no concepts")
        textures = frozenset(json.loads(metadata["textures"]))
        if not textures <= set(concepts):
            raise ValueError("textures that are no concepts")
        module = BuiltInModule(len(concepts))
        parameters = {
            name: tensor.float()
            for name, tensor in tensors.items()
            if not name.startswith("statistics.")
        }
        module.load_state_dict(parameters)
        statistics = {
            layer: (_figures(tensors, layer, "mean"), _figures(tensors, layer, "std"))
            for layer in LAYER_NAMES
        }
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise BrokenInstallation(
            _("The built-in network's weights do not fit this version of the program.")
        ) from error
    if not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
        raise BrokenInstallation(_("The built-in network's weights are damaged."))
    module.requires_grad_(False)
    module.eval()
    module.to(memory_format=torch.channels_last)
    return BuiltIn(module, tuple(concepts), textures, statistics, metadata)


def _figures(tensors: Mapping[str, Tensor], layer: str, kind: str) -> Tensor:
    """One statistic of a layer, as (1, C, 1, 1)."""
    return tensors[f"statistics.{layer}.{kind}"].float().reshape(1, -1, 1, 1)

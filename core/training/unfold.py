"""The way back from exported weights to a network in training, so that training can go on."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from core.networks.built_in import LOGITS, BuiltIn, BuiltInModule, ConvRelu
from core.training.motifs import CONCEPTS

# No concept's name: the last channel of the head.
_BACKGROUND = ""


@torch.no_grad()
def unfold(loaded: BuiltIn, trained: BuiltInModule, canvas: Tensor) -> None:
    """Give `trained` (with batch normalisation) the weights of `loaded`.

    Concepts that `loaded` does not know keep the random weights that they have.

    Batch normalisation takes each channel's mean and deviation away; its gain and shift are set to
    the very figures that the channels have on `canvas` (N, 3, H, W), so that on pictures like these
    both networks compute the same.
    """
    parts = dict(loaded.module.named_modules())
    hooks = []
    for name, part in trained.named_modules():
        source = parts[name]
        if isinstance(part, ConvRelu) and isinstance(source, ConvRelu):
            part.conv.weight.copy_(source.conv.weight)
            hooks.append(part.norm.register_forward_pre_hook(_calibration(source)))
    known = [*loaded.concepts, _BACKGROUND]
    for head in LOGITS:
        old, new = (part.get_submodule(head).state_dict() for part in (loaded.module, trained))
        for row, concept in enumerate((*CONCEPTS, _BACKGROUND)):
            if concept in known:
                for name, values in new.items():
                    values[row] = old[name][known.index(concept)]
    trained.train()
    trained.outputs(canvas, tuple(LOGITS))
    for hook in hooks:
        hook.remove()


def _calibration(source: ConvRelu) -> Callable[[nn.Module, tuple[Tensor]], None]:
    """A hook that sets a batch normalisation before it sees its first batch."""

    def calibrate(norm: nn.Module, inputs: tuple[Tensor]) -> None:
        if not isinstance(norm, nn.BatchNorm2d) or source.conv.bias is None:
            raise TypeError("only a folded network can be unfolded")
        values = inputs[0]
        mean = values.mean((0, 2, 3))
        variance = values.var((0, 2, 3), correction=0)
        norm.weight.copy_(torch.sqrt(variance + norm.eps))
        norm.bias.copy_(mean + source.conv.bias)
        if norm.running_mean is not None and norm.running_var is not None:
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(variance)

    return calibrate

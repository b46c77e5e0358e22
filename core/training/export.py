"""From a checkpoint to the file that ships: averaged weights, folded, rounded, with figures."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from core.networks.built_in import FORMAT, LAYER_NAMES, LOGITS, BuiltInModule, ConvRelu
from core.training import judge
from core.training.bank import Bank
from core.training.motifs import CONCEPTS, MOTIFS
from core.training.scenes import Bytes
from core.training.train import Trainee
from core.version import VERSION

LARGEST_FILE = 4_000_000
STATISTICS_SCENES = 600


def fold(trained: BuiltInModule) -> BuiltInModule:
    """The same function as `trained` in evaluation mode, batch normalisation in the weights."""
    folded = BuiltInModule(trained.concept_count)
    parts = dict(trained.named_modules())
    for name, part in folded.named_modules():
        source = parts[name]
        if not isinstance(part, ConvRelu) or not isinstance(source, ConvRelu):
            continue
        norm = source.norm
        if not isinstance(norm, nn.BatchNorm2d):
            raise TypeError(f"{name} is folded already")
        mean, variance = norm.running_mean, norm.running_var
        if mean is None or variance is None or part.conv.bias is None:
            raise TypeError(f"{name} has no running statistics or no bias")
        gain = norm.weight / torch.sqrt(variance + norm.eps)
        part.conv.weight.data = (source.conv.weight * gain[:, None, None, None]).detach()
        part.conv.bias.data = (norm.bias - mean * gain).detach()
    for head in LOGITS:
        folded.get_submodule(head).load_state_dict(trained.get_submodule(head).state_dict())
    folded.requires_grad_(False)
    return folded.eval()


@torch.no_grad()
def statistics(module: BuiltInModule, pixels: Bytes) -> dict[str, tuple[Tensor, Tensor]]:
    """Mean and deviation of each layer's channels over scenes (N, H, W, 3): (C,) each."""
    sums: dict[str, tuple[Tensor, Tensor, int]] = {}
    for start in range(0, len(pixels), 50):
        part = torch.from_numpy(pixels[start : start + 50].copy()).permute(0, 3, 1, 2)
        for layer, values in module.features(part.float() / 255, LAYER_NAMES).items():
            values = values.double()
            first, second, count = sums.get(layer, (torch.tensor(0.0), torch.tensor(0.0), 0))
            first = first + values.sum((0, 2, 3))
            second = second + values.square().sum((0, 2, 3))
            sums[layer] = first, second, count + values[:, 0].numel()
    figures = {}
    for layer, (first, second, count) in sums.items():
        mean = first / count
        deviation = (second / count - mean.square()).clamp(min=0).sqrt()
        # A channel that is silent on all scenes must not divide by nothing.
        figures[layer] = mean.float(), deviation.float().clamp(min=1e-3)
    return figures


def commit() -> str:
    """The commit that this program is at, or empty where there is no git."""
    try:
        answer = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return answer.stdout.strip()


def averaged(checkpoint: dict[str, Any]) -> BuiltInModule:
    """The network of a checkpoint, from the averaged weights, folded."""
    trainee = Trainee()
    trainee.load_state_dict(checkpoint["average"])
    return fold(trainee.eval().body)


def export(checkpoint_path: Path, bank: Bank, destination: Path, note: str = "") -> int:
    """Write the weights file, with a note in its metadata if there is one; gives its size in bytes.

    A checkpoint of the judge becomes a judge's file.

    Raises:
        ValueError: the file would be larger than 4 MB; nothing is written then.
    """
    checkpoint = torch.load(checkpoint_path, map_location="cpu", weights_only=True)
    metadata = {
        "version": VERSION,
        "seed": str(checkpoint["plan"]["seed"]),
        "commit": commit(),
        "digest": checkpoint["digest"] or bank.digest(),
        "training": json.dumps(
            {
                "step": checkpoint["step"],
                "plans": [{"from": start, **plan} for start, plan in checkpoint["history"]],
            }
        ),
    }
    if note:
        metadata["note"] = note
    if checkpoint["plan"]["judge"]:
        module = judge.JudgeModule()
        module.load_state_dict(checkpoint["average"])
        judge.save(module, destination, metadata)
        return destination.stat().st_size
    dreamer = averaged(checkpoint).half().float()
    tensors = {name: value.half() for name, value in dreamer.state_dict().items()}
    pixels = bank.sample_first(STATISTICS_SCENES)
    for layer, (mean, deviation) in statistics(dreamer, pixels).items():
        tensors[f"statistics.{layer}.mean"] = mean
        tensors[f"statistics.{layer}.std"] = deviation
    metadata["format"] = FORMAT
    metadata["concepts"] = json.dumps(CONCEPTS)
    metadata["textures"] = json.dumps([motif.name for motif in MOTIFS if motif.texture])
    tensors = {name: value.contiguous() for name, value in tensors.items()}
    size = sum(value.numel() * value.element_size() for value in tensors.values())
    if size > LARGEST_FILE:
        raise ValueError(f"{size} bytes of weights are more than {LARGEST_FILE}")
    save_file(tensors, destination, metadata)
    return destination.stat().st_size

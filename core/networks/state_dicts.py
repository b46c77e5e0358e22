"""Weights files: what is in them, and whether it fits a network. Nothing in a file is ever run."""

from __future__ import annotations

import pickle
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from core.errors import WeightsError
from core.language import _

# Kept by batch normalisation for training only; old files lack it.
_COUNTER = "num_batches_tracked"
_PLAIN = _("A weights file is made by torch.save(network.state_dict(), FILE).")


def is_safetensors(path: Path) -> bool:
    """Whether the file begins as a safetensors file does: eight bytes of length, then JSON."""
    with open(path, "rb") as file:
        beginning = file.read(9)
    return beginning[8:] == b"{" and int.from_bytes(beginning[:8], "little") < path.stat().st_size


def read_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a state dict by name, on the CPU, as the file has them.

    Reads safetensors and what `torch.save` writes, also where the state dict is inside a
    checkpoint or its names begin with "module." (as `DataParallel` writes them).

    Raises:
        WeightsError: the file is damaged, holds program code or no state dict.
        OSError: it cannot be read.
    """
    content = _read_safetensors(path) if is_safetensors(path) else _read_pickle(path)
    for key in ("state_dict", "model_state_dict", "model"):
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
    if not isinstance(content, Mapping) or not content:
        raise WeightsError(_("The file holds no network weights."))
    strange = [name for name, tensor in content.items() if not isinstance(tensor, Tensor)]
    if strange:
        raise WeightsError(
            _("The file holds more than network weights: “{name!s:.60}”.").format(name=strange[0])
        )
    names = [str(name) for name in content]
    prefix = "module." if all(name.startswith("module.") for name in names) else ""
    return {str(name).removeprefix(prefix): tensor for name, tensor in content.items()}


def fit(
    tensors: Mapping[str, Tensor],
    needed: Mapping[str, torch.Size],
    spare: Mapping[str, torch.Size],
    title: str,
) -> dict[str, Tensor]:
    """The tensors that a network needs, as float32.

    Args:
        tensors: what a file has.
        needed: names and shapes of the network's own state dict.
        spare: names and shapes that may be there and are dropped (auxiliary heads).
        title: what to call the network.

    Raises:
        WeightsError: they do not fit; it names the first mismatch.
    """
    for name, shape in {**needed, **spare}.items():
        if name.endswith(_COUNTER) or (name in spare and name not in tensors):
            continue
        if name not in tensors:
            raise WeightsError(
                _("These are no weights of {title}: “{name}” is missing.").format(
                    title=title, name=name
                )
            )
        tensor = tensors[name]
        if tensor.shape != shape:
            raise WeightsError(
                _(
                    "These are no weights of {title}: “{name}” is {found}, where {needed} is"
                    " needed."
                ).format(title=title, name=name, found=_sides(tensor.shape), needed=_sides(shape))
            )
        if not (tensor.is_floating_point() and tensor.layout == torch.strided):
            raise WeightsError(
                _("These are no weights of {title}: “{name}” is {dtype}.").format(
                    title=title, name=name, dtype=tensor.dtype
                )
            )
        if not torch.isfinite(tensor).all():
            raise WeightsError(
                _("These weights are damaged: “{name}” holds what is no number.").format(name=name)
            )
    for name in tensors:
        if name not in needed and name not in spare:
            raise WeightsError(
                _("These are no weights of {title}: it has no “{name:.80}”.").format(
                    title=title, name=name
                )
            )
    return {
        name: torch.zeros(shape, dtype=torch.long)
        if name.endswith(_COUNTER)
        else tensors[name].detach().float()
        for name, shape in needed.items()
    }


def _read_safetensors(path: Path) -> Mapping[str, Tensor]:
    try:
        # By way of memory, so that no mapping keeps the file open.
        return safetensors.torch.load(path.read_bytes())
    except (SafetensorError, ValueError, KeyError) as error:
        raise WeightsError(_("The file is damaged: it is no whole safetensors file.")) from error


def _read_pickle(path: Path) -> object:
    if _swells(path):
        raise _damaged()
    try:
        with warnings.catch_warnings():
            # Of how a strange file was written; whether it can be used is all that matters here.
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except pickle.UnpicklingError as error:
        # The restricted unpickler says so of a class or function that it will not import.
        if "GLOBAL " in str(error):
            raise WeightsError(
                _("The file holds program code beside weights, which is never run."), _PLAIN
            ) from error
        raise _damaged() from error
    except Exception as error:
        # The unpickler fails in many ways on bytes that are no pickle; all mean the same.
        raise _damaged() from error


def _swells(path: Path) -> bool:
    """Whether the file is an archive that grows when unpacked; `torch.save` packs nothing."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return True
    return unpacked > path.stat().st_size


def _damaged() -> WeightsError:
    return WeightsError(
        _("The file is damaged, or holds something else than plain weights."), _PLAIN
    )


def _sides(shape: torch.Size) -> str:
    return " × ".join(str(side) for side in shape) or "one number"

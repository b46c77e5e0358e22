"""Every network by name: what is known of it, whether its weights are here, and how to load it.

Nothing here imports PyTorch before a network is loaded or described, or asked for by a name that
`core.networks.records` does not have.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from core.errors import BrokenInstallation, OutOfMemory, WeightsError
from core.language import _
from core.networks.record import NetworkRecord
from core.networks.records import BUILT_IN, RECORDS
from core.weights import store as weights
from core.weights.part_file import sha256_of

if TYPE_CHECKING:
    import torch

    from core.networks.base import Network

BUILT_IN_FILE = Path(__file__).with_name("built_in.safetensors")


class Description(NamedTuple):
    """What a network can be asked for: layers in the order of computation, concepts by channel."""

    layers: tuple[str, ...]
    concepts: tuple[str, ...]


def find_record(name: str) -> NetworkRecord:
    """The record of network `name`: one of `RECORDS`, or any classifier of torchvision.

    Raises:
        SettingError: there is no such network, or it cannot dream.
        DreamError: it would be torchvision's, which does not work on this machine.
    """
    if name in RECORDS:
        return RECORDS[name]
    from core.networks import catalogue

    return catalogue.derived_record(name)


def installed(name: str) -> bool:
    """Whether the network's weights are on this machine; they are not read.

    Raises:
        SettingError: there is no such network.
    """
    record = find_record(name)
    if name == BUILT_IN:
        return BUILT_IN_FILE.is_file()
    return weights.find(record) is not None


def stamp(name: str) -> tuple[int, int] | None:
    """Changes whenever the network's weights file does; None while there is none.

    Raises:
        SettingError: there is no such network.
    """
    record = find_record(name)
    path = BUILT_IN_FILE if name == BUILT_IN else weights.find(record)
    try:
        status = path.stat() if path else None
    except OSError:
        # Gone since it was found.
        status = None
    return (status.st_mtime_ns, status.st_size) if status else None


def weights_sha256(name: str) -> str:
    """The SHA-256 of the network's weights file, as 64 hexadecimal digits.

    Raises:
        SettingError: there is no such network.
        NetworkMissing: its weights are not on this machine.
        WeightsError, BrokenInstallation: its weights are damaged.
    """
    record = find_record(name)
    if name != BUILT_IN:
        return weights.sha256(record)
    try:
        return sha256_of(BUILT_IN_FILE)
    except OSError as error:
        raise BrokenInstallation(
            _("The built-in network's weights cannot be read: {reason}.").format(
                reason=error.strerror or error
            )
        ) from error


def load_network(name: str, device: torch.device, dtype: torch.dtype, exact: int = 0) -> Network:
    """The network, frozen, on `device` and in the precision (`dtype`, `exact`).

    Raises:
        SettingError: there is no such network.
        NetworkMissing: its weights are not on this machine.
        WeightsError: its weights are damaged.
        BrokenInstallation: the built-in network's are, or torchvision does not work here.
        OutOfMemory: the device cannot hold it.
        DeviceError: the device does not work.
    """
    record = find_record(name)
    network = _load_built_in(record) if name == BUILT_IN else _load_torchvision(record)
    from torch.cuda import OutOfMemoryError

    from core.device import device_failure

    try:
        return network.to(device, dtype, min(exact, network.most_exact))
    except OutOfMemoryError as error:
        raise OutOfMemory from error
    except RuntimeError as error:
        if failure := device_failure(error, device):
            raise failure from error
        raise


def describe(name: str) -> Description:
    """What the network can be asked for; its weights need not be here.

    Raises:
        SettingError: there is no such network.
        BrokenInstallation: the built-in network's weights are damaged, or torchvision does not
            work here.
    """
    record = find_record(name)
    if name == BUILT_IN:
        network = _load_built_in(record)
        return Description(network.layers, network.concepts)
    from core.networks import catalogue

    return Description(tuple(catalogue.architecture(name).layers), catalogue.concepts(name))


def _load_built_in(record: NetworkRecord) -> Network:
    from core.networks import built_in, built_in_network

    return built_in_network.BuiltInNetwork(record, built_in.load())


def _load_torchvision(record: NetworkRecord) -> Network:
    path = weights.verified(record)
    from core.networks import state_dicts, torchvision_networks

    try:
        return torchvision_networks.load(record, state_dicts.read_tensors(path))
    except WeightsError as error:
        raise WeightsError(
            _("The weights of {record} cannot be used. {message}").format(
                record=record.title, message=error.message
            ),
            weights.repair_hint(record),
        ) from error
    except OSError as error:
        raise WeightsError(
            _("The weights of {record} cannot be read: {reason}.").format(
                record=record.title, reason=error.strerror or error
            ),
            weights.repair_hint(record),
        ) from error

"""The heavy half of the worker: what needs PyTorch. The light half imports this in the background.

Everything here raises `core.errors.DreamError` for what can go wrong, and what nobody foresaw.
"""

from __future__ import annotations

import platform
import threading
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from core.calibration import precision_for
from core.canvas import dream_picture
from core.device import choose_device
from core.errors import Cancelled
from core.language import _
from core.last_dream import LastDream
from core.networks import registry
from core.networks.base import Network
from core.precision import Precision
from core.provenance import (
    Record,
    as_fields,
    differences,
    precision_kept,
    record_of,
)
from core.settings import Settings, parse
from core.speed import remembered
from core.version import VERSION
from core.weights import store as weights
from core.worker.desk import Desk, Job
from core.worker.orders import Order, Orders
from core.worker.preview import as_samples
from core.worker.requests import Beside, DreamRequest
from core.worker.sameness import is_same_dream, is_small
from core.worker.watcher import Watcher

_DTYPES = {"float32": np.dtype("<f4"), "u16": np.dtype("<u2"), "u8": np.dtype(np.uint8)}


class Networks:
    """Loads each network once per device and precision, and anew when its weights have changed.

    For any number of threads. Dreams have a `last` one, as networks have.
    """

    def __init__(self) -> None:
        # With each network, the stamp of the weights that it was loaded from.
        self._loaded: dict[tuple[str, str, Precision], tuple[tuple[int, int] | None, Network]] = {}
        self._lock = threading.Lock()
        # Dreams are made one at a time.
        self.last = LastDream()

    def get(self, settings: Settings, repeated: Record | None = None) -> Network:
        """The network that `settings` name, where and as they want it.

        `repeated` is the record of the dream that is to be made again, if any.
        """
        device = choose_device(settings.device)
        precision = precision_for(settings, device, precision_kept(repeated, device))
        key = (settings.network, str(device), precision)
        stamp = registry.stamp(settings.network)
        with self._lock:
            if key not in self._loaded or self._loaded[key][0] != stamp:
                network = registry.load_network(settings.network, device, *precision)
                self._loaded[key] = (stamp, network)
            return self._loaded[key][1]


def greeting() -> dict[str, object]:
    """What the worker says of itself."""
    networks = [
        {
            "name": record.name,
            "installed": registry.installed(record.name),
            "size": record.size,
            "licence": record.licence,
        }
        for record in registry.RECORDS.values()
    ]
    device = choose_device("auto")
    return {
        "event": "ready",
        "version": VERSION,
        "device": str(device),
        "pytorch": torch.__version__,
        "python": platform.python_version(),
        "speed": remembered(registry.BUILT_IN, device),
        "networks": networks,
    }


def description(name: str) -> dict[str, object]:
    """The layers and concepts of network `name`, and what is known of it."""
    described = registry.describe(name)
    record = registry.find_record(name)
    return {
        "event": "network",
        "name": name,
        "layers": list(described.layers),
        "concepts": list(described.concepts),
        "recommended": record.layers,
        "installed": registry.installed(name),
        "size": record.size,
        "licence": record.licence,
    }


def fetch(name: str, job: Job, desk: Desk) -> None:
    """Download the weights of network `name` and end `job`."""
    record = registry.find_record(name)

    def on_bytes(done: int, total: int) -> None:
        if job.stop:
            raise Cancelled()
        message = _("Downloading {network}: {done:.0f} of {total:.0f} MB").format(
            network=record.title, done=done / 1e6, total=total / 1e6
        )
        desk.report(job, message, fraction=done / total if total else 0.0)

    # The built-in network has nowhere to be fetched from; looking for it is what is left.
    if record.url or not registry.installed(name):
        weights.fetch(record, on_bytes)
    message = _("{network} is ready.").format(network=record.title)
    desk.end(job, {"network": name, "message": message})


def dream(order: Order, desk: Desk, networks: Networks, orders: Orders) -> None:
    """Dream what was ordered and end its job; `orders` has the next one.

    Where the job is dropped and the next order is for the very same dream, it goes on: the artist
    has seen it begin and wants it now. The next order finds it finished.
    """
    job, request, payload = order
    settings = parse(request.settings)
    repeated = request.repeated()
    _announce(job, desk, _("Loading the network"))
    network = networks.get(settings, repeated)
    brought = pictures(request, payload)
    record = _record(settings, network, brought.mask, brought.guide)
    _announce(job, desk, _("Preparing the picture"))

    def heir() -> Job:
        # Whatever is large does not wait: the next dream needs the memory.
        following = orders.look() if is_small(request) else None
        if following is None or not is_same_dream(order, following, networks):
            raise Cancelled()
        networks.last.keep_partial()
        return following.job

    watcher = Watcher(job, desk, heir)
    pixels, mask, guide, seen = brought
    dreamed = dream_picture(pixels, settings, network, watcher, mask, guide, seen, networks.last)
    result = dreamed.pixels
    if request.format == "u16":
        result = as_samples(result, request.format)
    result = np.ascontiguousarray(result, dtype=_DTYPES[request.format])
    record = replace(record, partial=dreamed.partial)
    remarks = () if repeated is None else differences(repeated, record)
    fields = {
        "width": request.width,
        "height": request.height,
        "channels": request.channels,
        "format": request.format,
        "partial": dreamed.partial,
        "message": " ".join((*dreamed.notes, *remarks)),
        "record": as_fields(record),
    }
    desk.end(job, fields, result.data)


def _announce(job: Job, desk: Desk, message: str) -> None:
    """Say what comes before the dream; of one that has gone on for `job`, what comes after it."""
    desk.report(job, _("Finishing the picture") if job.said["octave"] else message)


def _record(
    settings: Settings, network: Network, mask: NDArray[Any] | None, guide: NDArray[Any] | None
) -> Record:
    weights = registry.weights_sha256(settings.network)
    return record_of(settings, weights, network.device, network.precision, mask, guide)


class Pictures(NamedTuple):
    """What came with a request: (H, W, C) arrays, the mask (H, W); None where there is none.

    Those of 16 bits are floats in [0, 1]; what has other samples is not copied.
    """

    pixels: NDArray[Any]
    mask: NDArray[Any] | None
    guide: NDArray[Any] | None
    seen: NDArray[Any] | None


def pictures(request: DreamRequest, payload: bytearray) -> Pictures:
    """The pictures in the payload of `request`."""

    def array(picture: Beside | None, samples: memoryview | None) -> NDArray[Any] | None:
        if picture is None or samples is None:
            return None
        dtype = _DTYPES[picture.format]
        flat = np.frombuffer(samples, dtype)
        # Behind a picture of smaller samples it may lie where PyTorch takes none.
        flat = np.require(flat, requirements="A")
        shaped = flat.reshape(picture.height, picture.width, picture.channels)
        if picture.format == "u16":
            return np.divide(shaped, 65535, dtype=np.float32)
        return shaped.astype(dtype.newbyteorder("="), copy=False)

    pixels, mask, guide, seen = map(array, request.pictures, request.parts(payload))
    assert pixels is not None
    return Pictures(pixels, None if mask is None else mask[..., 0], guide, seen)

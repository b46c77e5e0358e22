"""Good bytes for each target: what fuzzing begins with, and changes."""

from __future__ import annotations

import json

from core.settings import declarations, presets
from tests.faults import targets

_DREAM = {
    "op": "dream",
    "id": 7,
    "width": 4,
    "height": 2,
    "channels": 3,
    "format": "u8",
    "settings": {"octaves": 3, "layers": "m4c"},
    "mask": True,
    "guide": {"width": 2, "height": 1, "channels": 1},
    "repeats": {"format": "deep-dream-record", "number": 1},
    "bytes": 34,
}
_RECORD = {
    "format": "deep-dream-record",
    "number": 1,
    "version": "0.1.0",
    "device": "cpu",
    "precision": "float32",
    "weights": "0" * 64,
    "partial": False,
    "settings": {"preset": "default", "octaves": 2, "layers": "m4c"},
    "layer": {"tattoo": 9},
}


def frame(header: object, payload: bytes = b"") -> bytes:
    """The bytes of one frame, its header as it is given."""
    return json.dumps(header).encode() + b"\n" + payload


REQUESTS = [
    frame(_DREAM, bytes(range(34))),
    frame({"op": "hello"}),
    frame({"op": "cancel", "id": 7, "keep": True}),
    frame({"op": "describe", "network": "built-in"}),
    frame({"op": "fetch", "id": 8, "network": "built-in"}),
]
EVENTS = [
    frame({"event": "ready", "version": "0.1.0", "device": "cpu", "speed": {}, "networks": []}),
    frame({"event": "network", "name": "built-in", "layers": ["m4c"], "concepts": ["eye"]}),
    frame({"event": "progress", "id": 7, "fraction": 0.5, "eta": -1.0, "message": "Octave"}),
    frame(
        {"event": "preview", "id": 7, "width": 2, "height": 1, "channels": 3, "format": "u8"}
        | {"bytes": 6},
        b"abcdef",
    ),
    frame(
        {"event": "result", "id": 7, "width": 1, "height": 1, "channels": 1, "message": ""}
        | {"record": {}, "bytes": 4},
        b"abcd",
    ),
    frame({"event": "error", "id": None, "code": "busy", "message": "No.", "hint": ""}),
]
_DEFAULTS = {name: declared.default for name, declared in declarations().items()}
SETTINGS = [json.dumps(row).encode() for row in (_DEFAULTS, *presets().values())]
TEXTS = [
    b"inception4c,inception4d:0.5;m4c",
    b"12, 40:0.5, 7:-1",
    'eye, "tabby, tabby cat":2, “owl”:-1e3'.encode(),
    b"layer m4c + 0.5 concept eye - 0.2 channel m4b 12,13 + neuron m4b 12 at 0.3,0.7",
]
BY_TARGET: dict[targets.Target, list[bytes]] = {
    targets.worker_frames: REQUESTS,
    targets.client_frames: EVENTS,
    targets.settings: SETTINGS,
    targets.setting_texts: TEXTS,
    targets.records: [json.dumps(_RECORD).encode()],
}

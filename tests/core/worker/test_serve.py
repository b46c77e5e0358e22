"""The worker, as a process, against the protocol."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from core.device import available_devices, choose_device
from core.version import VERSION
from tests.core.worker.worker_process import ROOT, WorkerProcess, dream_header, ends, noise, odd

# No computer has both of Apple's and Intel's.
NOT_HERE = next(name for name in ("mps", "xpu") if name not in available_devices())


def test_greeting(worker: WorkerProcess) -> None:
    worker.send({"op": "hello"})
    ready = worker.until("ready").header
    assert ready["version"] == VERSION
    assert ready["device"] in ("cpu", "cuda", "mps", "xpu")
    assert ready["networks"][0]["name"] == "built-in"
    for network in ready["networks"]:
        assert set(network) == {"name", "installed", "size", "licence"}
    assert [network["installed"] for network in ready["networks"]][:2] == [True, False]


def test_float_with_alpha(worker: WorkerProcess) -> None:
    pixels = np.random.default_rng(1).random((48, 64, 4), np.float32)
    header = {"op": "dream", "id": 3, "width": 64, "height": 48, "channels": 4}
    worker.send({**header, "bytes": pixels.nbytes}, pixels.tobytes())
    result = worker.until_end(3)
    assert result.header.pop("record")["format"] == "deep-dream-record"
    assert result.header == {
        **{key: header[key] for key in ("id", "width", "height", "channels")},
        "event": "result",
        "format": "float32",
        "partial": False,
        "message": "",
        "bytes": pixels.nbytes,
    }
    dreamed = np.frombuffer(result.payload, "<f4").reshape(pixels.shape)
    assert (dreamed[..., 3] == pixels[..., 3]).all()
    assert np.abs(dreamed[..., :3] - pixels[..., :3]).max() > 0.05


def test_a_dream_comes_with_its_record_and_is_made_again_from_it(worker: WorkerProcess) -> None:
    worker.dream(31, octaves=1, seed=4)
    first = worker.until_end(31)
    record = first.header["record"]
    assert (record["settings"]["seed"], record["device"]) == (4, str(choose_device("auto")))
    again = {**dream_header(32, 64, 48), "settings": record["settings"], "repeats": record}
    worker.send(again, noise(64 * 48))
    second = worker.until_end(32)
    assert second.payload == first.payload
    assert (second.header["record"], second.header["message"]) == (record, "")


def test_what_is_not_as_in_the_record_is_told(worker: WorkerProcess) -> None:
    record = {"format": "deep-dream-record", "number": 1, "settings": {"network": "built-in"}}
    header = {**dream_header(33, 64, 48), "repeats": {**record, "weights": "0" * 64}}
    worker.send(header, noise(64 * 48))
    assert "weights are not those" in worker.until_end(33).header["message"]
    worker.send({**header, "id": 34, "repeats": {**record, "number": 9}}, noise(64 * 48))
    assert worker.until_end(34).header["code"] == "bad-record"


def test_grey_bytes_with_mask(worker: WorkerProcess) -> None:
    pixels = np.frombuffer(noise(64 * 48), np.uint8).reshape(48, 64)
    mask = np.zeros_like(pixels)
    mask[:, 32:] = 255
    header = {**dream_header(4, 64, 48), "mask": True, "bytes": 2 * pixels.nbytes}
    worker.send(header, pixels.tobytes() + mask.tobytes())
    result = worker.until_end(4)
    dreamed = np.frombuffer(result.payload, np.uint8).reshape(pixels.shape)
    assert (dreamed[:, :32] == pixels[:, :32]).all()
    assert (dreamed[:, 32:] != pixels[:, 32:]).mean() > 0.5


def test_a_guide_leads_the_dream(worker: WorkerProcess) -> None:
    """The mask before it lets the left half alone."""
    pixels, mask = noise(64 * 48), (b"\0" * 32 + b"\xff" * 32) * 48
    settings = {"objective": "guide", "octaves": 1, "iterations": 2}
    header = {**dream_header(6, 64, 48, **settings), "mask": True}
    header |= {"guide": {"width": 50, "height": 40, "channels": 3}, "bytes": 2 * 3072 + 6000}
    dreams = []
    for guide in (noise(6000), noise(12000)[6000:]):
        worker.send(header, pixels + mask + guide)
        result = worker.until_end(6)
        assert result.header["event"] == "result"
        dreams.append(np.frombuffer(result.payload, np.uint8).reshape(48, 64))
    source = np.frombuffer(pixels, np.uint8).reshape(48, 64)
    assert all((dream[:, :32] == source[:, :32]).all() for dream in dreams)
    assert (dreams[0][:, 32:] != dreams[1][:, 32:]).any()


def test_without_a_guide_there_is_nothing_to_follow(worker: WorkerProcess) -> None:
    worker.dream(6, objective="guide")
    error = worker.until_end(6).header
    assert (error["code"], bool(error["hint"])) == ("bad-setting", True)


def test_progress_and_previews(worker: WorkerProcess) -> None:
    worker.dream(5, (128, 96), octaves=3)
    worker.until_end(5)
    progress = [s.header for s in worker.said if s.header["event"] == "progress"]
    fractions = [p["fraction"] for p in progress]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert all(
        set(p) == {"event", "id", "fraction", "octave", "iteration", "eta", "message"}
        for p in progress
    )
    assert {1, 2, 3} >= {p["octave"] for p in progress if p["iteration"]} >= {3}
    previews = [s for s in worker.said if s.header["event"] == "preview"]
    assert (previews[-1].header["width"], previews[-1].header["height"]) == (128, 96)
    for header, payload in previews:
        assert (header["id"], header["channels"], header["format"]) == (5, 3, "u8")
        assert len(payload) == header["width"] * header["height"] * 3


def test_previews_are_small(worker: WorkerProcess) -> None:
    worker.dream(6, (1000, 40), octaves=1, iterations=1)
    worker.until_end(6)
    sizes = {
        (s.header["width"], s.header["height"])
        for s in worker.said
        if s.header["event"] == "preview"
    }
    assert sizes == {(512, 20)}


def test_last_preview_is_the_result(worker: WorkerProcess) -> None:
    """The result of a small enough picture is what the last preview showed."""
    worker.dream(7)
    result = np.frombuffer(worker.until_end(7).payload, np.uint8)
    previews = [s.payload for s in worker.said if s.header["event"] == "preview"]
    shown = np.frombuffer(previews[-1], np.uint8).reshape(-1, 3)
    assert np.abs(shown[:, 0].astype(int) - result).max() <= 1


def test_cancel(worker: WorkerProcess) -> None:
    worker.long_dream(8)
    worker.until_step(8, 2)
    worker.send({"op": "cancel", "id": 8})
    assert worker.until_end(8).header["code"] == "cancelled"
    assert worker.said[-2].header["fraction"] < 0.9
    worker.dream(9, iterations=1)
    assert worker.until_end(9).header["event"] == "result"
    assert ends(worker.settled()) == [8, 9]


def test_cancel_and_keep(worker: WorkerProcess) -> None:
    worker.long_dream(10)
    worker.until_step(10, 3)
    worker.send({"op": "cancel", "id": 10, "keep": True})
    result = worker.until_end(10)
    assert result.header["partial"] is True
    assert len(result.payload) == 64 * 48
    assert result.payload != noise(64 * 48)


def test_cancel_before_the_start(fresh_worker: WorkerProcess) -> None:
    """PyTorch is still being imported when these arrive."""
    for request in range(5):
        fresh_worker.dream(request, iterations=1)
        fresh_worker.send({"op": "cancel", "id": request})
    fresh_worker.dream(5, iterations=1)
    fresh_worker.send({"op": "cancel", "id": 5, "keep": True})
    assert fresh_worker.until_end(5).header["partial"] is True
    codes = [s.header.get("code") for s in fresh_worker.said if s.header["event"] == "error"]
    assert codes == ["cancelled"] * 5
    assert ends(fresh_worker.settled()) == [0, 1, 2, 3, 4, 5]


def test_cancel_of_nothing(worker: WorkerProcess) -> None:
    worker.send({"op": "cancel", "id": 4711})
    assert [s.header["event"] for s in worker.settled()] == ["ready"]


def test_second_dream_is_refused(worker: WorkerProcess) -> None:
    worker.long_dream(11)
    worker.dream(12)
    error = worker.until("error").header
    assert (error["id"], error["code"]) == (12, "busy")
    assert error["message"]
    assert "hint" in error
    worker.dream(11)
    error = worker.until("error").header
    # With the id it would look like the end of the first dream.
    assert (error["id"], error["code"]) == (None, "busy")
    worker.send({"op": "cancel", "id": 11})
    worker.until_end(11)
    assert ends(worker.settled()) == [12, None, 11]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"layers": "no-such-layer"}, "layer-unknown"),
        ({"objective": "concept", "concept": "no-such-thing"}, "concept-unknown"),
        ({"no-such-setting": 1}, "bad-setting"),
        ({"iterations": "many"}, "bad-setting"),
        ({"octaves": 0}, "bad-setting"),
        ({"network": "googlenet"}, "network-missing"),
        ({"device": NOT_HERE}, "bad-device"),
    ],
)
def test_settings_that_cannot_be(
    worker: WorkerProcess, changes: dict[str, object], code: str
) -> None:
    worker.dream(13, (64, 48), **changes)
    error = worker.until_end(13).header
    assert error["code"] == code
    assert error["message"].endswith((".", "?"))
    assert isinstance(error["hint"], str)


def test_not_a_number(worker: WorkerProcess) -> None:
    pixels = np.full((40, 40, 3), np.nan, "<f4")
    header = {"op": "dream", "id": 14, "width": 40, "height": 40, "channels": 3}
    worker.send({**header, "bytes": pixels.nbytes}, pixels.tobytes())
    assert worker.until_end(14).header["code"] == "bad-picture"


def test_stray_prints_do_no_harm() -> None:
    with odd("chatter") as worker:
        worker.dream(1, octaves=1, iterations=2)
        assert worker.until_end(1).header["event"] == "result"


def test_errors_that_nobody_foresaw() -> None:
    with odd("bug") as worker:
        worker.dream(1)
        error = worker.until_end(1).header
        assert error["code"] == "internal"
        assert "ZeroDivisionError" in error["message"]
        worker.dream(2, iterations=1)
        assert worker.until_end(2).header["event"] == "result"


def test_heartbeat_and_listening_while_loading() -> None:
    with odd("endless_load") as worker:
        worker.dream(1, network="googlenet")
        worker.until("progress", message="Loading the network")
        for _ in range(3):
            assert worker.until("progress").header["fraction"] == 0
        worker.dream(2)
        assert worker.until("error").header["code"] == "busy"
        worker.send({"op": "describe", "network": "built-in"})
        worker.until("network")


def test_without_torch() -> None:
    with odd("no_torch") as worker:
        worker.dream(1)
        said = worker.rest()
        assert ends(said) == [None, 1]
        assert "install.py" in said[-1].header["hint"]
        assert worker.wait() == 1


def test_description(worker: WorkerProcess) -> None:
    worker.send({"op": "describe", "network": "built-in"})
    header = worker.until("network").header
    assert header["name"] == "built-in"
    assert "m4c" in header["layers"]
    assert "eye" in header["concepts"]
    assert header["recommended"] == "m4c"
    worker.send({"op": "describe", "network": "mobilenet_v2"})
    header = worker.until("network").header
    assert header["recommended"] in header["layers"]
    assert (header["installed"], header["size"] > 13e6) == (False, True)
    assert "ImageNet" in header["licence"]
    worker.send({"op": "describe", "network": "nothing"})
    assert worker.until("error").header["code"] == "bad-setting"


def test_fetch_of_what_is_here_and_of_nothing(worker: WorkerProcess) -> None:
    worker.send({"op": "fetch", "id": 20, "network": "built-in"})
    result = worker.until_end(20).header
    assert (result["event"], result["network"]) == ("result", "built-in")
    worker.send({"op": "fetch", "id": 21, "network": "nothing"})
    assert worker.until_end(21).header["code"] == "bad-setting"


def test_fetch_beside_a_dream_and_its_cancel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("ODD_URL", f"http://127.0.0.1:{server.getsockname()[1]}/weights")
        arguments = ["-m", "tests.core.worker.odd_worker", "silent_server"]
        with WorkerProcess(arguments, cache=tmp_path) as worker:
            worker.send({"op": "fetch", "id": 1, "network": "googlenet"})
            server.accept()
            worker.dream(2, iterations=1)
            assert worker.until_end(2).header["event"] == "result"
            worker.send({"op": "fetch", "id": 2, "network": "googlenet"})
            worker.send({"op": "cancel", "id": 2})
            assert worker.until_end(2).header["code"] == "cancelled"
            worker.send({"op": "cancel", "id": 1})
            assert worker.until_end(1).header["code"] == "cancelled"
            assert Counter(ends(worker.settled())) == {1: 1, 2: 2}


def test_ids_can_be_used_again(worker: WorkerProcess) -> None:
    for _ in range(3):
        worker.dream(22, iterations=1, octaves=1)
        assert worker.until_end(22).header["event"] == "result"


def test_worker_starts_without_torch() -> None:
    """It listens before anything heavy is in, and the built-in network needs no torchvision."""
    code = """
import sys
import core.worker
assert not {"torch", "numpy"} & set(sys.modules), "light half"
from core.worker import engine
from core.settings import Settings
engine.Networks().get(Settings())
engine.greeting()
assert "torchvision" not in sys.modules, "heavy half"
print("ready")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("ready\n", "")


def test_documented_client() -> None:
    """The client that docs/protocol.md shows does what it says."""
    text = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    code = text.split("```python\n")[1].split("```")[0]
    names = f"PYTHON, PROGRAM = {sys.executable!r}, {str(ROOT)!r}\n"
    done = subprocess.run([sys.executable, "-c", names + code], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.splitlines()[0] == "progress Starting"
    assert done.stdout.splitlines()[-1] == "result "


def test_16_bits_are_dreamed_as_such(worker: WorkerProcess) -> None:
    """What comes and goes in whole numbers is the dream of the same pixels in floats."""
    samples = np.linspace(0, 65535, 24 * 32 * 2).astype("<u2")
    pixels = np.divide(samples, 65535, dtype=np.float32)
    found = {}
    for number, (form, sent) in enumerate({"u16": samples, "float32": pixels}.items(), 60):
        header = dream_header(number, 32, 24, octaves=1, iterations=2, pull=0.0)
        header.update(format=form, channels=2, bytes=sent.nbytes)
        worker.send(header, sent.tobytes())
        result = worker.until_end(number)
        assert result.header["format"] == form
        found[form] = np.frombuffer(result.payload, sent.dtype)
    np.testing.assert_array_equal(found["u16"], np.rint(found["float32"] * 65535))
    np.testing.assert_array_equal(found["u16"][1::2], samples[1::2])
    assert (found["u16"][::2] != samples[::2]).mean() > 0.9
    assert len(np.unique(found["u16"] % 257)) > 50, "more than 8 bits"
    previews = [s for s in worker.said if s.header["event"] == "preview"]
    assert {s.header["format"] for s in previews} == {"u8"}
    for header, payload in previews:
        assert len(payload) == header["width"] * header["height"] * 3

"""The plug-ins' client, with the real worker, and with others that misbehave."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gimp_plugin.common.errors import WorkerError
from gimp_plugin.common.worker_client import Event, WorkerClient
from tests.core.worker.worker_process import ROOT, noise
from tests.gimp_plugin import programs


def started(program: Path) -> WorkerClient:
    client = WorkerClient()
    client.start(sys.executable, str(program))
    return client


def failure(client: WorkerClient) -> WorkerError:
    """What `events` raises in the end."""
    try:
        while True:
            client.events(0.05)
    except WorkerError as error:
        return error


def process_of(client: WorkerClient):
    assert client._process
    return client._process


@pytest.fixture(scope="module")
def client() -> Iterator[WorkerClient]:
    with started(ROOT) as client:
        yield client


@pytest.fixture
def odd_client(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[WorkerClient]:
    """The client of the program that the test names as its parameter."""
    with started(programs.make_program(tmp_path, request.param)) as client:
        yield client


def with_program(source: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("odd_client", [source], indirect=True, ids=["program"])


def test_a_dream(client: WorkerClient) -> None:
    pixels, seen = noise(64 * 48 * 3), []
    request = client.dream(
        64, 48, 3, {"iterations": 2}, pixels, mask=b"\0" * 64 * 48, sample_format="u8"
    )
    result = client.wait(request, seen.append)
    assert result.header["event"] == "result"
    # The mask came through: it lets nothing be changed.
    assert result.payload == pixels
    assert {event.header["event"] for event in seen} == {"progress", "preview"}


def test_a_dream_that_repeats_another(client: WorkerClient) -> None:
    record = {"format": "deep-dream-record", "number": 1, "settings": {}, "device": "abacus"}
    request = client.dream(8, 8, 1, {"octaves": 1}, noise(64), sample_format="u8", repeats=record)
    assert "on abacus" in client.wait(request).header["message"]


def test_a_guide_leads_a_dream(client: WorkerClient) -> None:
    """Behind a mask that lets the left half alone."""
    pixels, mask = noise(64 * 48), (b"\0" * 32 + b"\xff" * 32) * 48
    settings: dict[str, object] = {"objective": "guide", "octaves": 1, "iterations": 1}
    results = []
    for guide in (noise(6000), noise(12000)[6000:]):
        request = client.dream(64, 48, 1, settings, pixels, mask, "u8", guide=(50, 40, 3, guide))
        results.append(client.wait(request).payload)
    assert results[0] != results[1]
    assert all(result[:32] == pixels[:32] for result in results)


def test_an_error(client: WorkerClient) -> None:
    request = client.dream(8, 8, 1, {"layers": "nothing"}, noise(64), sample_format="u8")
    with pytest.raises(WorkerError) as caught:
        client.wait(request)
    assert caught.value.code == "layer-unknown"
    assert caught.value.sentence() == caught.value.message + " " + caught.value.hint


def test_cancel(client: WorkerClient) -> None:
    request = client.dream(64, 48, 1, {"iterations": 1000}, noise(64 * 48), sample_format="u8")
    client.cancel(request)
    with pytest.raises(WorkerError) as caught:
        client.wait(request)
    assert caught.value.code == "cancelled"


def test_cancel_and_keep(client: WorkerClient) -> None:
    request = client.dream(64, 48, 1, {"iterations": 1000}, noise(64 * 48), sample_format="u8")
    client.cancel(request, keep=True)
    assert client.wait(request).header["partial"] is True


def test_greeting_without_waiting(client: WorkerClient) -> None:
    """As a GLib timeout would do it."""
    client.hello()
    events: list[Event] = []
    while not events:
        events = client.poll()
        time.sleep(0.01)
    assert events[0].header["event"] == "ready"


def test_description_and_fetch(client: WorkerClient) -> None:
    client.describe("built-in")
    seen: list[Event] = []
    client.wait(client.fetch("built-in"), seen.append)
    while "network" not in [event.header["event"] for event in seen]:
        seen += client.events(1.0)


def test_dead_worker() -> None:
    client = started(ROOT)
    client.hello()
    process_of(client).terminate()
    error = failure(client)
    assert (error.code, bool(error.hint)) == ("worker-died", True)
    assert "status" in error.log
    assert "status" not in error.sentence()
    # It stays so.
    assert failure(client) is error


@pytest.mark.skipif(sys.platform != "linux", reason="Linux ends processes so when memory is short")
@with_program(programs.SAYS_NOTHING)
def test_worker_ended_for_want_of_memory(odd_client: WorkerClient) -> None:
    process_of(odd_client).kill()
    error = failure(odd_client)
    assert error.code == "worker-died"
    assert "memory" in error.message


@with_program(programs.SAYS_NOTHING)
def test_silent_worker(odd_client: WorkerClient) -> None:
    odd_client._limits = (0.3, 0.3)
    odd_client.hello()
    assert failure(odd_client).code == "worker-silent"
    assert process_of(odd_client).returncode is not None


@with_program(programs.SAYS_NOTHING)
def test_silence_when_nothing_was_asked(odd_client: WorkerClient) -> None:
    odd_client._limits = (0.3, 0.3)
    ends = time.monotonic() + 0.6
    while time.monotonic() < ends:
        assert odd_client.events(0.05) == []


@with_program(programs.SPEAKS_GIBBERISH)
def test_gibberish(odd_client: WorkerClient) -> None:
    error = failure(odd_client)
    assert error.code == "worker-died"
    assert "FrameError" in error.log
    assert "Traceback" in odd_client.log()
    assert "Traceback" not in error.sentence()


@with_program(programs.SENDS_TOO_FEW_PIXELS)
def test_too_few_pixels(odd_client: WorkerClient) -> None:
    odd_client.hello()
    assert "pixels" in failure(odd_client).log


@with_program(programs.TELLS_WHY_IT_ENDS)
def test_last_words(odd_client: WorkerClient) -> None:
    odd_client.hello()
    error = failure(odd_client)
    assert (error.code, error.sentence()) == ("broken-installation", "No torch. Repair.")


@with_program(programs.TALKS_FIRST)
def test_both_sides_write_at_once(odd_client: WorkerClient) -> None:
    """200 MB go out while 50 MB and the standard error come in: nobody waits for the other."""
    pixels = bytes(200_000_000)
    request = odd_client.dream(10_000, 20_000, 1, {}, pixels, sample_format="u8")
    with pytest.raises(WorkerError) as caught:
        odd_client.wait(request)
    assert caught.value.code == "200000000"


@with_program(programs.SAYS_NOTHING)
def test_end_while_writing(odd_client: WorkerClient) -> None:
    """A worker that reads nothing does not keep the client from ending it."""
    process_of(odd_client).send_signal(signal.SIGSTOP)
    odd_client.dream(10_000, 1_000, 1, {}, bytes(10_000_000), sample_format="u8")
    odd_client.close(patience=0.1)
    assert process_of(odd_client).returncode is not None
    assert not any(thread.is_alive() for thread in odd_client._threads)


def test_close_is_polite() -> None:
    client = started(ROOT)
    threads = threading.active_count()
    client.close(patience=60)
    assert process_of(client).returncode == 0
    assert threading.active_count() < threads
    client.close()
    client.kill()


def test_close_before_the_start() -> None:
    with WorkerClient():
        pass


def test_log_file(tmp_path: Path) -> None:
    program = programs.make_program(tmp_path / "p", programs.SPEAKS_GIBBERISH)
    client = WorkerClient()
    client.start(sys.executable, str(program), str(tmp_path / "log.txt"))
    failure(client)
    assert (tmp_path / "log.txt").read_text().startswith("Traceback")


def test_paths_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "Bébé’s Träume 夢"
    program = programs.make_program(folder, programs.REFLECTS)
    python = folder / "python 3"
    python.symlink_to(sys.executable)
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/nowhere")
    monkeypatch.setenv("DEEP_DREAM_CACHE", "/somewhere")
    with WorkerClient() as client:
        client.start(str(python), str(program))
        client.hello()
        events = []
        while not events:
            events = client.events(1)
    said = events[0].header
    assert said["argv"] == [str(program / "core"), "worker"]
    assert said["python"] == str(python)
    assert said["isolated"] == 1
    assert "PYTHONHOME" not in said["environment"]
    assert "LD_LIBRARY_PATH" not in said["environment"]
    assert said["environment"]["DEEP_DREAM_CACHE"] == "/somewhere"


def test_missing_core(tmp_path: Path) -> None:
    with pytest.raises(WorkerError) as caught:
        WorkerClient().start(sys.executable, str(tmp_path))
    assert caught.value.code == "core-missing"
    assert "install.py" in caught.value.hint
    not_python = programs.make_program(tmp_path, "") / "core" / "__main__.py"
    with pytest.raises(WorkerError) as caught:
        WorkerClient().start(str(not_python), str(tmp_path))
    assert caught.value.code == "core-missing"


def test_previews_do_not_pile_up(client: WorkerClient) -> None:
    request = client.dream(64, 48, 1, {"iterations": 60}, noise(64 * 48), sample_format="u8")
    while not client._arriving._items or client._arriving._items[-1][0].header["event"] != "result":
        time.sleep(0.01)
    names = [event.header["event"] for event in client.poll()]
    assert sorted(names) == ["preview", "progress", "result"]
    assert request not in client._owed


def test_what_no_frame_can_hold_is_told(client: WorkerClient) -> None:
    class Endless(bytes):
        def __len__(self) -> int:
            return 5 * 1024**3

    for settings, pixels, code in (
        ({"layers": "x" * 70_000}, b"", "bad-setting"),
        ({}, Endless(), "bad-picture"),
    ):
        with pytest.raises(WorkerError) as caught:
            client.dream(8, 8, 1, settings, pixels)
        assert (caught.value.code, bool(caught.value.hint)) == (code, True)
    assert not client._owed

"""What can break between a plug-in and the engine while a dream is on its way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gimp_plugin.common.core_config import read_core_config
from gimp_plugin.common.errors import WorkerError
from gimp_plugin.common.worker_client import WorkerClient
from tests.core.worker.worker_process import ROOT, noise
from tests.faults import relay as relaying
from tests.faults.studio import ENDLESS, SHORT, Studio, begin, dream, limited
from tests.faults.trials import Trials
from tests.gimp_plugin.programs import make_program

# Not on Windows, where these are not run.
resource = pytest.importorskip("resource")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]

_UNCUT = 10**12


def test_the_engine_is_killed(studio: Studio, trials: Trials) -> None:
    fault = trials.fault("Engine killed (SIGKILL)")
    for moment in studio.tries(fault):
        request = studio.in_the_middle(moment)
        os.kill(studio.engine, signal.SIGKILL)
        assert studio.error(request, fault).code == "worker-died"


def test_the_engine_is_stopped(studio: Studio, trials: Trials) -> None:
    fault = trials.fault("Engine stopped (SIGSTOP)")
    for moment in studio.tries(fault):
        request = studio.in_the_middle(moment)
        os.kill(studio.engine, signal.SIGSTOP)
        # Half a minute of patience is the artist's; before this moment it may well be needed.
        studio.client._limits = (3.0, 3.0)
        assert studio.error(request, fault).code == "worker-silent"


def test_memory_runs_out(studio: Studio, trials: Trials) -> None:
    fault = trials.fault("Memory runs out")
    large = noise(1000) * 1080
    for moment in studio.tries(fault):
        limit = moment.randrange(200, 1500) * 2**20
        starting = moment.random() < 0.25
        if starting:
            studio.restart()
        else:
            pages = int(Path(f"/proc/{studio.engine}/statm").read_text().split()[0])
            limit = pages * resource.getpagesize() + moment.randrange(20 * 2**20)
        with limited(studio.engine, resource.RLIMIT_AS, limit):
            settings = {**ENDLESS, "working-size": 0}
            request = studio.client.dream(600, 600, 3, settings, large, sample_format="u8")
            error = studio.error(request, fault)
            # A library that does not look whether it got memory ends the engine without a word.
            assert error.code in ("out-of-memory", "worker-died")
        if starting:
            # It ends by itself, for there is nothing that it could dream with.
            studio.client.close()


def test_the_plugin_is_killed(studio: Studio, trials: Trials) -> None:
    """As GIMP's Cancel does it, and GIMP's own end."""
    fault = trials.fault("Plug-in killed (SIGKILL)", quiet="none: it was the artist's wish")
    for moment in studio.tries(fault):
        words = [sys.executable, "-m", "tests.faults.studio"]
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as plugin:
            assert plugin.stdout
            plugin.stdout.readline()
            time.sleep(moment.uniform(0, 4))
            plugin.kill()


def test_a_pipe_closes_within_a_frame(studio: Studio, trials: Trials, tmp_path: Path) -> None:
    relay = make_program(tmp_path, Path(relaying.__file__).read_text("utf-8"))
    fault = trials.fault("Pipe closed within a frame")
    for moment in studio.tries(fault):
        # An endless dream says more than that, and what is sent is some more than the pixels.
        cuts = moment.choice(
            [(moment.randrange(1, 20_000), _UNCUT), (_UNCUT, moment.randrange(1, 5_900))]
        )
        plan = {"program": str(ROOT), "say": cuts[0], "hear": cuts[1]}
        (relay / "core" / "plan.json").write_text(json.dumps(plan))
        studio.restart(relay)
        error = studio.error(begin(studio.client, ENDLESS), fault)
        assert error.code == "worker-died"


def test_the_disk_is_full(studio: Studio, trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a home where nothing was found out yet, so that there is something to write."""
    fault = trials.fault("Disk full in cache and home")
    for number, moment in enumerate(studio.tries(fault)):
        home = studio.home / f"full {number}"
        home.mkdir()
        with monkeypatch.context() as patch:
            patch.setenv("HOME", str(home))
            patch.setenv("DEEP_DREAM_CACHE", str(home / "cache"))
            with WorkerClient() as client:
                limit = moment.randrange(60)
                with limited(os.getpid(), resource.RLIMIT_FSIZE, limit):
                    client.start(sys.executable, str(ROOT))
                assert dream(client, precision="auto")
        left = [path for path in home.rglob("*") if path.is_file()]
        assert left == []
        (home / "cache").rmdir()
        home.rmdir()


def test_findings_are_half_written(studio: Studio, trials: Trials) -> None:
    fault = trials.fault("Findings in the cache half written")
    findings = studio.cache / "calibration.json"
    whole = findings.read_bytes()
    for moment in studio.tries(fault):
        torn = whole[: moment.randrange(len(whole))]
        findings.write_bytes(torn + moment.randbytes(moment.choice([0, 9])))
        studio.restart()
        assert dream(studio.client, precision="auto")
        findings.write_bytes(whole)


def test_core_json_is_half_written(studio: Studio, trials: Trials) -> None:
    fault = trials.fault("core.json half written")
    whole = f'{{"python": "{sys.executable}", "program": "{ROOT}", "version": "0"}}'
    file = studio.home / "core.json"
    for moment in studio.tries(fault):
        file.write_text(whole[: moment.randrange(len(whole))])
        with pytest.raises(WorkerError) as caught:
            read_core_config(str(studio.home))
        fault.saw(caught.value.sentence())
        file.write_text(whole)
        assert read_core_config(str(studio.home)).program == str(ROOT)
        file.unlink()


def test_weights_go_between_two_dreams(studio: Studio, trials: Trials, tmp_path: Path) -> None:
    import torch

    from core.networks.catalogue import build
    from core.networks.registry import RECORDS
    from core.weights.store import import_file

    fault = trials.fault("A network's weights deleted between two dreams")
    weights = tmp_path / "weights.pth"
    torch.manual_seed(0)
    torch.save(build("squeezenet1_1").state_dict(), weights)
    for moment in studio.tries(fault):
        place = import_file(RECORDS["squeezenet1_1"], weights).path
        files = [place, place.with_name("squeezenet1_1.json")]
        assert dream(studio.client, network="squeezenet1_1")
        for file in files if moment.random() < 0.5 else files[:1]:
            file.unlink()
        settings = {**SHORT, "network": "squeezenet1_1"}
        error = studio.error(begin(studio.client, settings), fault)
        assert error.code == "network-missing"
        files[1].unlink(missing_ok=True)


def test_two_dreams_at_once(studio: Studio, trials: Trials) -> None:
    """A second one of the same plug-in is refused; that of another is none of its business."""
    fault = trials.fault("Two dreams at once")
    for moment in studio.tries(fault):
        first = studio.in_the_middle(moment)
        with WorkerClient() as other:
            other.start(sys.executable, str(ROOT))
            second = begin(studio.client, SHORT)
            assert studio.error(second, fault).code == "busy"
            assert dream(other)
        studio.client.cancel(first, keep=True)
        assert studio.client.wait(first).header["partial"] is True

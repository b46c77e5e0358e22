"""Downloads from a server on this machine: what breaks, what goes on, what is never kept."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPMessage
from io import BytesIO
from pathlib import Path

import pytest

from core.errors import Cancelled, DownloadError
from core.weights.download import AGAIN, Patience, _StaySecure, download
from core.weights.part_file import part_file, part_of
from tests.core.weights.file_server import FileServer, serving

ROOT = Path(__file__).resolve().parents[3]
CONTENT = random.Random(3).randbytes(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
QUICK = Patience(silence=0.4, tries=4, pause=0.02, tick=0.05)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving(CONTENT) as server:
        yield server


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "weights.pth"


def nothing(_done: int, _total: int) -> None:
    pass


def get(server: FileServer, target: Path, on_bytes=nothing, sha256: str = SHA256[:8]) -> str:
    return download(
        f"{server.address}/weights.pth",
        target,
        sha256=sha256,
        size=len(CONTENT),
        on_bytes=on_bytes,
        patience=QUICK,
    )


def test_a_whole_file_arrives_and_its_hash_is_told(server: FileServer, target: Path) -> None:
    seen: list[tuple[int, int]] = []
    assert get(server, target, lambda done, total: seen.append((done, total))) == SHA256
    assert target.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert seen == sorted(seen)
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_broken_line_is_taken_up_where_it_broke(server: FileServer, target: Path) -> None:
    server.plan = ["drop 70000", "503", "drop 80000"]
    assert get(server, target) == SHA256
    assert server.ranges == ["", "bytes=70000-", "bytes=70000-", "bytes=150000-"]
    assert target.read_bytes() == CONTENT


def test_a_silent_line_is_taken_up_too(server: FileServer, target: Path) -> None:
    server.plan = ["stall 70000"]
    assert get(server, target) == SHA256
    assert server.ranges == ["", "bytes=70000-"]


def test_a_server_without_ranges_sends_it_all_again(server: FileServer, target: Path) -> None:
    server.plan = ["drop 70000", "whole"]
    assert get(server, target) == SHA256
    assert target.read_bytes() == CONTENT


def test_a_line_that_keeps_breaking_fails_and_the_next_run_goes_on(
    server: FileServer, target: Path
) -> None:
    server.plan = ["drop 1000"] * QUICK.tries
    with pytest.raises(DownloadError, match=r"weights\.pth broke off") as caught:
        get(server, target)
    assert caught.value.hint == AGAIN
    assert not target.exists()
    assert part_of(target).stat().st_size == 1000 * QUICK.tries
    assert get(server, target) == SHA256
    assert server.ranges[-1] == "bytes=4000-"


def test_a_part_file_that_is_whole_already_is_used(server: FileServer, target: Path) -> None:
    part_of(target).write_bytes(CONTENT)
    assert get(server, target) == SHA256
    assert target.read_bytes() == CONTENT


def test_a_part_file_longer_than_the_file_is_dropped(server: FileServer, target: Path) -> None:
    part_of(target).write_bytes(CONTENT + b"more")
    assert get(server, target) == SHA256
    assert target.read_bytes() == CONTENT


def test_a_server_that_does_not_tell_the_length_is_fine(server: FileServer, target: Path) -> None:
    server.plan = ["unsized"]
    assert get(server, target) == SHA256


def test_a_wrong_file_is_thrown_away_and_leaves_the_old_one(
    server: FileServer, target: Path
) -> None:
    target.write_bytes(b"the old one")
    with pytest.raises(DownloadError, match="another file"):
        get(server, target, sha256="00000000")
    assert target.read_bytes() == b"the old one"
    assert not part_of(target).exists()


@pytest.mark.parametrize("plan", [f"more {1 << 22}", f"promise {1 << 22}"])
def test_a_file_that_is_too_large_is_stopped_and_thrown_away(
    server: FileServer, target: Path, plan: str
) -> None:
    """One without an end would fill the disk."""
    server.plan = [plan]
    most = 0

    def watch(done: int, _total: int) -> None:
        nonlocal most
        most = max(most, done)

    with pytest.raises(DownloadError, match="another file"):
        get(server, target, watch)
    assert most < 1 << 21
    assert list(target.parent.iterdir()) == []


def test_a_file_that_changes_between_two_parts_is_thrown_away(
    server: FileServer, target: Path
) -> None:
    part_of(target).write_bytes(b"the beginning of another version")
    with pytest.raises(DownloadError, match="another file"):
        get(server, target)
    assert list(target.parent.iterdir()) == []
    assert get(server, target) == SHA256


def test_a_part_that_nobody_asked_for_is_not_taken(server: FileServer, target: Path) -> None:
    server.plan = ["drop 70000", "shift 5"]
    assert get(server, target) == SHA256
    assert server.ranges == ["", "bytes=70000-", ""]


def test_chunks_that_break_off_are_no_whole_file(server: FileServer, target: Path) -> None:
    server.plan = ["chunks 70000"]
    assert get(server, target) == SHA256
    assert server.ranges == ["", "bytes=70000-"]


def test_a_killed_download_leaves_no_file_and_the_next_goes_on(
    server: FileServer, target: Path
) -> None:
    server.plan = ["stall 70000"]
    program = (
        "import sys; from pathlib import Path; from core.weights.download import download\n"
        "url, target = sys.argv[1:]\n"
        "download(url, Path(target), sha256='00', size=300_000,\n"
        "         on_bytes=lambda done, _: print(done, flush=True))"
    )
    command = [sys.executable, "-c", program, f"{server.address}/weights.pth", str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        for line in child.stdout or ():
            if line == "70000\n":
                break
        child.kill()
    assert not target.exists()
    assert get(server, target) == SHA256
    # What came was not all on the disk yet.
    assert 0 <= int(server.ranges[-1].removeprefix("bytes=").removesuffix("-") or 0) <= 70000


@pytest.mark.skipif(sys.platform == "win32", reason="NOT RUN: Windows has no limit of file sizes.")
def test_a_disk_that_fills_up_is_named_and_the_next_run_goes_on(
    server: FileServer, target: Path
) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(DownloadError, match="cannot be written") as caught:
            get(server, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "Make room" in caught.value.hint
    assert not target.exists()
    assert get(server, target) == SHA256


def test_a_missing_file_fails_at_once(server: FileServer, target: Path) -> None:
    server.plan = ["404"]
    with pytest.raises(DownloadError, match="404"):
        get(server, target)
    assert len(server.ranges) == 1
    assert not target.exists()


def test_a_server_that_is_not_there(server: FileServer, target: Path) -> None:
    with serving(b"") as gone:
        pass
    with pytest.raises(DownloadError, match="refused"):
        get(gone, target)


def test_cancelling_keeps_what_came_for_the_next_time(server: FileServer, target: Path) -> None:
    def cancel_half_way(done: int, total: int) -> None:
        if done > total / 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        get(server, target, cancel_half_way)
    kept = part_of(target).stat().st_size
    assert len(CONTENT) / 2 < kept < len(CONTENT)
    assert not target.exists()
    get(server, target)
    assert server.ranges == ["", f"bytes={kept}-"]


def test_a_silent_line_can_be_cancelled(server: FileServer, target: Path) -> None:
    server.plan = ["stall 1000"] * QUICK.tries
    calls = 0

    def cancel_later(done: int, _total: int) -> None:
        nonlocal calls
        calls += done == 1000
        if calls == 4:  # more often than anything arrives
            raise Cancelled

    with pytest.raises(Cancelled):
        get(server, target, cancel_later)
    assert len(server.ranges) == 1


def test_too_little_room_is_told_before_anything_is_written(
    server: FileServer, target: Path
) -> None:
    server.plan = [f"promise {10**17}"]
    url = f"{server.address}/weights.pth"
    with pytest.raises(DownloadError, match="too little room"):
        download(url, target, sha256="", size=10**17, on_bytes=nothing, patience=QUICK)
    assert not target.exists()


def test_a_folder_that_takes_no_files(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="cannot be written"):
        get(server, tmp_path / "missing" / "weights.pth")


def test_two_downloads_of_one_file_do_not_mix(server: FileServer, target: Path) -> None:
    with part_file(target), pytest.raises(DownloadError, match="already being downloaded"):
        get(server, target)
    assert get(server, target) == SHA256


def test_the_proxy_of_the_environment_is_used(
    server: FileServer, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.address)
    url = "http://weights.invalid/weights.pth"
    download(url, target, sha256=SHA256, size=len(CONTENT), on_bytes=nothing, patience=QUICK)
    assert server.paths == [url]


def test_a_redirect_away_from_https_is_not_followed() -> None:
    request = urllib.request.Request("https://weights.invalid/a")
    with pytest.raises(urllib.error.URLError, match="insecure"):
        _StaySecure().redirect_request(
            request, BytesIO(), 302, "Found", HTTPMessage(), "http://weights.invalid/b"
        )

from __future__ import annotations

import hashlib
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch

from core.cli import main
from core.networks import catalogue
from core.networks.registry import RECORDS

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("DEEP_DREAM_CACHE", str(folder))
    return folder


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, bytes]]:
    """GoogLeNet's weights as a server on this machine offers them: name and content."""
    content = os.urandom(100_000)
    digest = hashlib.sha256(content).hexdigest()[:8]
    name = f"googlenet-{digest}.pth"
    folder = tmp_path / "server"
    folder.mkdir()
    (folder / name).write_bytes(content)
    handler = partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/{name}"
        record = replace(RECORDS["googlenet"], url=url, sha256=digest, size=len(content))
        monkeypatch.setitem(RECORDS, "googlenet", record)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield name, content
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def blocks(listing: str) -> dict[str, dict[str, str]]:
    """network -> label -> text, out of what `networks` prints."""
    found: dict[str, dict[str, str]] = {}
    name = ""
    for line in listing.splitlines():
        if line.startswith(" "):
            label, _, text = line.strip().partition(": ")
            found[name][label] = text
        else:
            name = line
            found[name] = {}
    return found


@pytest.mark.parametrize("action", [[], ["list"]])
def test_a_block_for_each_network(
    cache: Path, action: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["networks", *action]) == 0
    found = blocks(capsys.readouterr().out)
    assert list(found) == list(RECORDS)
    for rows in found.values():
        layers = rows["layers"].split(", ")
        for name in rows["recommended layers"].split(","):
            assert name in layers
        assert rows["title"]
        assert rows["licence"]
    assert found["built-in"]["weights"] == "there"
    assert "eye" in found["built-in"]["concepts"].split(", ")
    assert found["googlenet"]["weights"] == (
        "missing (52 MB; get them with: python -m core networks fetch googlenet)"
    )
    concepts = found["googlenet"]["concepts"].split(", ")
    assert len(concepts) == 1000
    assert concepts[281] == "tabby"
    assert found["alexnet"]["concepts"] == "those of googlenet"
    assert found["vgg16"]["also good"] == "relu3_3,relu4_2,relu5_3"


def test_a_network_without_a_record_is_listed_by_name(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["networks", "list", "resnet18", "built-in"]) == 0
    found = blocks(capsys.readouterr().out)
    assert list(found) == ["resnet18", "built-in"]
    assert found["resnet18"]["recommended layers"] == "layer3"
    assert "networks fetch resnet18)" in found["resnet18"]["weights"]


def test_search(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["networks", "search", "Siamese"]) == 0
    sharing = ", ".join(name for name in RECORDS if name != "built-in")
    assert capsys.readouterr().out.splitlines() == [sharing, "    Siamese cat"]
    assert main(["networks", "search", "spiral", "--network", "built-in"]) == 0
    assert capsys.readouterr().out.splitlines() == ["built-in", "    spiral"]
    assert main(["networks", "search", "siamese", "--network", "built-in"]) == 1
    assert "No concept has “siamese” in its name." in capsys.readouterr().err


def test_fetch(
    cache: Path, published: tuple[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    name, content = published
    assert main(["networks", "fetch", "built-in", "googlenet"]) == 0
    assert (cache / name).read_bytes() == content
    told = capsys.readouterr().err
    assert "comes with the program" in told
    assert f"GoogLeNet is ready: {cache / name}" in told
    assert main(["networks"]) == 0
    assert blocks(capsys.readouterr().out)["googlenet"]["weights"] == "there"


def test_fetch_from_nowhere(
    cache: Path, published: tuple[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    record = RECORDS["googlenet"]
    RECORDS["googlenet"] = replace(record, url=record.url.replace(".pth", ".gone"))
    assert main(["networks", "fetch", "googlenet"]) == 1
    told = capsys.readouterr().err
    assert "cannot be downloaded: the server answered 404" in told
    assert "Traceback" not in told


def test_import_of_somebody_s_own_weights(
    cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.pth"
    torch.save(catalogue.build("googlenet").state_dict(), file)
    assert main(["networks", "import", "googlenet", str(file)]) == 0
    told = capsys.readouterr().err
    assert "It is not the published file" in told
    assert hashlib.sha256(file.read_bytes()).hexdigest() in told


def test_import_of_something_else(
    cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear aunt,")
    assert main(["networks", "import", "googlenet", str(file)]) == 1
    told = capsys.readouterr().err
    assert "letter.txt cannot be imported" in told
    assert "Traceback" not in told


def test_a_reader_that_has_seen_enough_is_no_trouble() -> None:
    listing = subprocess.Popen(
        [sys.executable, "-m", "core", "networks"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert listing.stdout
    assert listing.stderr
    listing.stdout.close()
    told = listing.stderr.read()
    listing.stderr.close()
    assert listing.wait(60) != 0
    assert told == b""

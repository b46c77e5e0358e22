"""Only what requirements.lock names is ever installed, and only files with the hashes it has."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.installing.building import build
from core.installing.environment import examine
from core.installing.pins import LOCK, TEST_LOCK, read_pins, ways
from core.installing.places import Home
from core.installing.requirements import read_requirements
from core.installing.running import Log
from core.installing.talk import InstallError
from tests.installing.stand_in import REAL, World, make_wheel, requirements


@pytest.mark.parametrize(
    ("lock", "table", "key"),
    [(LOCK, "project", "dependencies"), (TEST_LOCK, "dependency-groups", "test")],
)
def test_the_locks_hold_all_that_the_project_file_asks_for(lock: str, table: str, key: str) -> None:
    pins = read_pins(REAL / lock)
    for requirement in read_requirements(REAL / "pyproject.toml", table, key):
        versions = [pin.version for pin in pins if pin.name == requirement.name.lower()]
        assert versions, f"{requirement.name}: run tests/lock.py"
        assert all(map(requirement.accepts, versions)), f"{requirement.text}: run tests/lock.py"


def test_every_locked_package_is_in_the_list_of_licences() -> None:
    page = (REAL / "docs" / "licences.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| ([\w.-]+) \| ([^|]+) \| [^|]+ \| http", page, re.M))
    for pin in (*read_pins(REAL / LOCK), *read_pins(REAL / TEST_LOCK)):
        assert pin.version in rows[pin.name].split(", "), f"{pin.name}: run tests/licences.py"


def test_a_file_with_another_hash_is_never_installed(world: World) -> None:
    """As from a mirror that was broken into: the same name, the same version, another content."""
    (tqdm,) = (wanted for wanted in requirements() if wanted.name == "tqdm")
    make_wheel(world.wheels, tqdm, "print('I was here')")
    done = world.run()
    assert done.returncode == 1
    assert "is not the one that Deep Dream was made with" in done.stderr
    assert not (world.home / "env").exists()


@pytest.mark.parametrize("line", ["tqdm==4.70.1", "tqdm>=4.66 --hash=sha256:" + 64 * "a", "tqdm"])
def test_a_lock_without_version_or_hash_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / LOCK).write_text(line + "\n")
    with pytest.raises(InstallError, match="is damaged: “tqdm"):
        read_pins(tmp_path / LOCK)


def _text(words: list[str]) -> str:
    return Path(words[-1]).read_text("utf-8")


def test_pytorchs_own_index_brings_pytorch_alone_and_nothing_for_graphics_cards(
    tmp_path: Path,
) -> None:
    small, locked = ways(read_pins(REAL / LOCK), "https://small.invalid", tmp_path)
    assert [word.partition("==")[0] for word in small[1][-3:]] == [
        "https://small.invalid",
        "torch",
        "torchvision",
    ]
    for large in ("\ntorch==", "\ntorchvision==", "\nnvidia-", "\ncuda-", "\ntriton=="):
        assert large not in _text(small[0])
        assert large in _text(locked[0])
    assert "\nsympy==" in _text(small[0])


@pytest.fixture
def index(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, Path]]:
    """PyTorch's own index on this computer, and its folder, which holds nothing yet; for the
    default index there are the world's wheels."""
    folder = tmp_path / "index"
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, directory=str(folder), **options)  # type: ignore[arg-type]

        def log_message(self, format: str, *args: object) -> None:
            pass

    for name, text in world.environment(no_proxy="*").items():
        monkeypatch.setenv(name, text)
    monkeypatch.delenv("PIP_NO_INDEX")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("PIP_INDEX_URL", url + "/default")
        yield url, folder
        server.shutdown()
        thread.join()


@pytest.mark.slow
@pytest.mark.parametrize("there", ["torch torchvision", "torch"])
def test_pytorch_comes_from_its_own_index_or_else_all_comes_from_the_lock(
    world: World, index: tuple[str, Path], there: str
) -> None:
    """Both or neither: a torchvision beside another torch does not work."""
    url, folder = index
    for requirement in requirements():
        if requirement.name in there.split():
            (folder / requirement.name).mkdir()
            make_wheel(folder / requirement.name, requirement, version="99.0+cpu")
    home = Home(world.home)
    home.folder.mkdir(parents=True)
    home.logs.mkdir()
    with Log(home.logs / "install.log", 0) as log:
        made = build(home, requirements(), read_pins(world.project / LOCK), url, (), log)
    versions = examine(made, requirements()).versions
    expected = "99.0+cpu" if there == "torch torchvision" else "99.0"
    assert (versions["torch"], versions["torchvision"]) == (expected, expected)
    assert versions["tqdm"] == "99.0"

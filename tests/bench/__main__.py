"""How fast dreams are here: `python -m tests.bench [PART …]`; writes bench.md and bench.json.

Parts that were measured before, and are not named now, are kept. All times of a part are taken side
by side in one run and compared with each other; seconds alone say something of this machine only.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from core.processors import prepare

# Before PyTorch is in, as the command line and the worker do.
prepare()

TITLES = {
    "machine": "This machine",
    "googlenet": "GoogLeNet to 4c, 4 octaves of ratio 1.4, 10 iterations",
    "keras": "Inception v3, Keras's example: 3 octaves, 20 iterations",
    "memory": "Built-in network at full size, 3 iterations an octave",
    "start": "Start, previews and cancels",
    "gimp": "Inside GIMP",
    "answers": "From a click on a menu of GIMP's until it opens",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"out of {', '.join(TITLES)}")
    parser.add_argument("-o", "--output", type=Path, default=Path(), help="folder for the results")
    parser.add_argument("--rounds", type=int, default=2, help="how often each recipe is run")
    parser.add_argument("--side", type=int, default=1024, help="of the square picture of recipes")
    parser.add_argument(
        "--megapixels", type=float, nargs="*", help="of the pictures of the part memory"
    )
    options = parser.parse_args()
    unknown = set(options.parts) - set(TITLES)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    results = _read(options.output / "bench.json")
    for part in [part for part in TITLES if not options.parts or part in options.parts]:
        print(f"{TITLES[part]} …", flush=True)
        begun = time.strftime("%Y-%m-%d %H:%M")
        rows = _PARTS[part](options, lambda found, part=part: _keep(options, results, part, found))
        _keep(options, results, part, {"measured": begun, **rows})
        print(_section(part, results[part]), flush=True)


def _machine(options: argparse.Namespace, _: Callable[..., None]) -> dict[str, object]:
    from tests.bench.machine import describe

    return describe()


def _googlenet(options: argparse.Namespace, _: Callable[..., None]) -> dict[str, object]:
    from tests.bench.recipes import googlenet

    return googlenet(options.rounds, options.side)


def _keras(options: argparse.Namespace, _: Callable[..., None]) -> dict[str, object]:
    from tests.bench.recipes import keras

    return keras(options.rounds, options.side // 2)


def _memory(options: argparse.Namespace, keep: Callable[..., None]) -> dict[str, object]:
    from tests.bench.memory import MEGAPIXELS, at_full_size

    rows: dict[str, object] = {}
    found: dict[float, dict[str, object]] = {}
    for megapixels in options.megapixels or MEGAPIXELS:
        found[megapixels] = at_full_size(megapixels)
        for name, value in found[megapixels].items():
            rows[f"{megapixels:g} megapixels: {name}"] = value
        # These take minutes each: what there is shall not be lost.
        keep(rows)
    if 4 in found and 48 in found:
        per = "seconds per megapixel"
        ratio = float(str(found[48][per])) / float(str(found[4][per]))
        rows["time per megapixel, 48 against 4"] = round(ratio, 3)
    return rows


def _start(options: argparse.Namespace, _: Callable[..., None]) -> dict[str, object]:
    from tests.bench.start import cancels, import_ratio, previews

    return {**previews(options.rounds + 1), **import_ratio(), **cancels()}


def _gimp(options: argparse.Namespace, _: Callable[..., None]) -> dict[str, object]:
    from tests.bench.gimp import overheads

    return overheads()


def _answers(options: argparse.Namespace, _: Callable[..., None]) -> dict[str, object]:
    from tests.bench.gimp import answers

    return answers()


_PARTS = {
    "machine": _machine,
    "googlenet": _googlenet,
    "keras": _keras,
    "memory": _memory,
    "start": _start,
    "gimp": _gimp,
    "answers": _answers,
}


def _read(path: Path) -> dict[str, dict[str, object]]:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _keep(
    options: argparse.Namespace,
    results: dict[str, dict[str, object]],
    part: str,
    rows: dict[str, object],
) -> None:
    """Write all results down, so that what is measured is not lost when a later part fails."""
    results[part] = dict(rows)
    options.output.mkdir(parents=True, exist_ok=True)
    ordered = {name: results[name] for name in TITLES if name in results}
    text = "# How fast dreams are\n\n" + "\n".join(
        _section(name, facts) for name, facts in ordered.items()
    )
    for name, content in (("bench.json", json.dumps(ordered, indent=1)), ("bench.md", text)):
        unfinished = options.output / f".{name}.part"
        unfinished.write_text(content, "utf-8")
        os.replace(unfinished, options.output / name)


def _section(part: str, rows: dict[str, object]) -> str:
    lines = [f"## {TITLES[part]}", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in rows.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()

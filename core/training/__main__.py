"""`python -m core.training`: draw scenes, train, export, look."""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields
from pathlib import Path

import platformdirs
import torch

from core.networks.built_in import SHIPPED, load
from core.networks.built_in_network import BuiltInNetwork
from core.networks.registry import BUILT_IN, RECORDS
from core.settings import Settings
from core.training import judge
from core.training.bank import Bank, write_chunk
from core.training.evaluate import fine_share, noise_picture, recognition
from core.training.export import export
from core.training.scenes import SCENES_PER_CHUNK, make_chunk
from core.training.sheets import concept_sheets, layer_sheet, motif_sheet, read, scene_sheet
from core.training.train import Plan, Run, seconds_per_step, train
from core.training.verdict import SIDE, verdict

CACHE = platformdirs.user_cache_path("deep-dream-gimp", appauthor=False) / "training"
CHUNKS = 21
PROJECT = Path(__file__).resolve().parent.parent.parent
PHOTOGRAPHS = (
    PROJECT / "core" / "sample.jpg",
    PROJECT / "docs" / "photographs" / "cat.jpg",
    PROJECT / "docs" / "photographs" / "astronaut.jpg",
)


def scenes_folder(options: argparse.Namespace, seed: int) -> Path:
    """Where the scenes are: as told, or where those of this seed are kept."""
    return options.scenes or CACHE / f"scenes-{seed}"


def draw_scenes(folder: Path, seed: int, chunks: int, processes: int | None) -> None:
    """Draw those chunks that are missing, several at a time."""
    with ProcessPoolExecutor(processes) as pool:
        works = [pool.submit(write_chunk, folder, seed, number) for number in range(chunks)]
        for number, work in enumerate(works):
            work.result()
            print(f"\rscenes: {(number + 1) * SCENES_PER_CHUNK}", end="", flush=True)
    print()


def _scenes(options: argparse.Namespace) -> None:
    folder = scenes_folder(options, options.seed)
    draw_scenes(folder, options.seed, options.chunks, options.processes)


def _train(options: argparse.Namespace) -> None:
    if options.threads:
        torch.set_num_threads(options.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    names = [field.name for field in fields(Plan)]
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    latest = options.out / "latest.pt"
    run = Run.resume(latest, device, **given) if latest.exists() else None
    plan = run.plan if run else Plan(**given)
    folder = scenes_folder(options, plan.seed)
    # Scenes that the caller names are taken as they are; others are drawn.
    if options.scenes is None:
        draw_scenes(folder, plan.seed, CHUNKS, options.processes)
    bank = Bank(folder, device)
    if bank.training_chunks == 0:
        raise SystemExit(f"There are no scenes to train on in {folder}.")
    if run is None and options.minutes:
        plan = plan.lasting(options.minutes, *seconds_per_step(bank, plan, device))
    if run is None:
        run = Run(plan, device)
        if options.init:
            run.begin_with(load(options.init), bank)
    print(run.plan, flush=True)
    train(run, bank, options.out, say=lambda line: print(line, flush=True))


def _export(options: argparse.Namespace) -> None:
    seed = Run.resume(options.checkpoint, torch.device("cpu")).plan.seed
    bank = Bank(scenes_folder(options, seed))
    size = export(options.checkpoint, bank, options.destination, options.note)
    print(f"{options.destination}: {size} bytes")


def _sheet(options: argparse.Namespace) -> None:
    options.out.mkdir(parents=True, exist_ok=True)
    sheets = {
        "motifs": lambda: motif_sheet(options.seed),
        "scenes": lambda: scene_sheet(make_chunk(options.seed, 0, 60, 6)),
    }
    for name, make in sheets.items():
        if not options.only or name in options.only.split(","):
            make().save(options.out / f"{name}.png")
            print(options.out / f"{name}.png", flush=True)


def _evaluate(options: argparse.Namespace) -> None:
    """Every figure and sheet by which a network is chosen."""
    loaded = load(options.weights)
    network = BuiltInNetwork(RECORDS[BUILT_IN], loaded)
    options.out.mkdir(parents=True, exist_ok=True)
    figures = []
    folder = scenes_folder(options, int(loaded.metadata["seed"]))
    if options.recognition:
        draw_scenes(folder, int(loaded.metadata["seed"]), 1, options.processes)
        shares = recognition(loaded.module, Bank(folder).validation(500))
        figures.append(f"scenes: {shares.cells:.3f} of cells, {shares.motifs:.3f} of motifs' cells")
    paths = PHOTOGRAPHS if options.photograph is None else options.photograph
    pictures = [read(path, SIDE) for path in paths]
    wanted = {"layer m4c": Settings(layers="m4c"), "layer m4b": Settings(layers="m4b")}
    wanted["concept eye"] = Settings(objective="concept", concept="eye")
    for name, settings in wanted.items():
        share = fine_share(network, settings, pictures or [noise_picture(0, SIDE)])
        figures.append(f"high-frequency share of the gradient, {name}: {share:.3f}")
    found = verdict(options.weights, options.judge, pictures, options.processes)
    figures.extend(found.lines())
    sheets = concept_sheets(found)
    sheets["uncaptioned"] = concept_sheets(found, captions=False)["noise"]
    if pictures:
        sheets["layers"] = layer_sheet(network, pictures, ("c2", "m3a", "m4a", "m4b", "m4c", "m5a"))
    for name, sheet in sheets.items():
        sheet.save(options.out / f"{name}.webp", quality=88)
    (options.out / "figures.txt").write_text("\n".join(figures) + "\n", encoding="utf-8")
    print("\n".join(figures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.training", description=__doc__)
    commands = parser.add_subparsers(required=True)
    scenes = commands.add_parser("scenes", help="draw training scenes")
    scenes.add_argument("--seed", type=int, default=0)
    scenes.add_argument("--chunks", type=int, default=CHUNKS, help="of 2000 scenes")
    scenes.set_defaults(run=_scenes)
    training = commands.add_parser("train", help="train from nothing, or go on where it stopped")
    training.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    training.add_argument("--minutes", type=float, help="how long; without it, the plan's steps")
    training.add_argument("--init", type=Path, help="exported weights to go on from")
    for plan_field in fields(Plan):
        flag, kind = "--" + plan_field.name.replace("_", "-"), type(plan_field.default)
        if kind is bool:
            training.add_argument(flag, action="store_true", default=None)
        else:
            training.add_argument(flag, type=kind, help=f"default: {plan_field.default}")
    training.add_argument("--threads", type=int, default=0, help="0: as many as PyTorch likes")
    training.set_defaults(run=_train)
    exporting = commands.add_parser("export", help="write a weights file from a checkpoint")
    exporting.add_argument("checkpoint", type=Path)
    exporting.add_argument("destination", type=Path)
    exporting.add_argument("--note", default="", help="what else to know of the weights")
    exporting.set_defaults(run=_export)
    sheet = commands.add_parser("sheet", help="contact sheets of motifs and scenes")
    sheet.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    sheet.add_argument("--seed", type=int, default=0)
    sheet.add_argument("--only", default="", help="names of sheets, with commas between")
    sheet.set_defaults(run=_sheet)
    evaluating = commands.add_parser("evaluate", help="every figure and sheet of a weights file")
    evaluating.add_argument("weights", type=Path, nargs="?", default=SHIPPED)
    evaluating.add_argument("--out", type=Path, required=True, help="folder for figures and sheets")
    evaluating.add_argument("--photograph", type=Path, action="append", default=None)
    evaluating.add_argument("--judge", type=Path, default=judge.SHIPPED, help="a judge's weights")
    evaluating.add_argument("--recognition", action="store_true", help="also on scenes, drawn anew")
    evaluating.set_defaults(run=_evaluate)
    for command in (scenes, training, exporting, evaluating):
        command.add_argument("--scenes", type=Path, help="folder; else one for each seed")
    for command in (scenes, training, evaluating):
        command.add_argument("--processes", type=int, help="at a time; else one a core")
    return parser


def main(arguments: list[str] | None = None) -> None:
    """Run one command; `arguments` as on the command line."""
    options = _parser().parse_args(arguments)
    options.run(options)


if __name__ == "__main__":
    main()

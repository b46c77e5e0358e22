"""`python -m core.training`: draw scenes, train, export, look."""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import platformdirs
import torch

from core.networks.built_in import load
from core.settings import Settings
from core.training.bank import Bank, write_chunk
from core.training.evaluate import Subject, fine_share, nameable, noise_picture, recognition
from core.training.export import export
from core.training.scenes import SCENES_PER_CHUNK, make_chunk
from core.training.sheets import concept_sheet, layer_sheet, motif_sheet, read, scene_sheet
from core.training.train import Plan, Run, seconds_per_step, train

CACHE = platformdirs.user_cache_path("deep-dream-gimp", appauthor=False) / "training"
CHUNKS = 40


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
    names = ("seed", "standard_steps", "adversarial_steps", "attack_first", "attack_last")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    latest = options.out / "latest.pt"
    run = Run.resume(latest, device, **given) if latest.exists() else None
    plan = run.plan if run else Plan(**given)
    folder = scenes_folder(options, plan.seed)
    # Scenes that the caller names are taken as they are; others are drawn.
    if options.scenes is None:
        draw_scenes(folder, plan.seed, CHUNKS, options.processes)
    bank = Bank(folder)
    if bank.training_chunks == 0:
        raise SystemExit(f"There are no scenes to train on in {folder}.")
    if run is None and options.minutes:
        plan = plan.lasting(options.minutes, seconds_per_step(bank, plan, device))
    run = run or Run(plan, device)
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
    if options.weights:
        subject = Subject(load(options.weights))
        pictures = [read(path, options.side) for path in options.photograph]
        layers = tuple(options.layers.split(","))
        sheets = {"concepts-from-noise": lambda: concept_sheet(subject)}
        if pictures:
            sheets["layers"] = lambda: layer_sheet(subject, pictures, layers)
        for path, picture in zip(options.photograph, pictures, strict=True):
            sheets[f"concepts-{path.stem}"] = lambda ground=picture: concept_sheet(subject, ground)
    for name, make in sheets.items():
        if not options.only or name in options.only.split(","):
            make().save(options.out / f"{name}.png")
            print(options.out / f"{name}.png", flush=True)


def _evaluate(options: argparse.Namespace) -> None:
    loaded = load(options.weights)
    subject = Subject(loaded)
    folder = scenes_folder(options, int(loaded.metadata["seed"]))
    shares = recognition(subject, Bank(folder).validation(500))
    print(f"validation: {shares.cells:.3f} of cells, {shares.motifs:.3f} of motifs' cells")
    pictures = [read(path, 256) for path in options.photograph] or [noise_picture(0, 256)]
    wanted = [Settings(layers=layer) for layer in ("m4b", "m4c")]
    wanted.append(Settings(objective="concept", concept="eye"))
    for settings in wanted:
        name = settings.concept if settings.objective == "concept" else settings.layers
        print(f"fine share of the gradient, {name}: {fine_share(subject, settings, pictures):.3f}")
    if options.judge:
        shares = nameable(subject, Subject(load(options.judge)), noise_picture(1))
        for concept, share in sorted(shares.items(), key=lambda item: -item[1]):
            print(f"named by the judge: {share:.2f} {concept}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.training", description=__doc__)
    commands = parser.add_subparsers(required=True)
    scenes = commands.add_parser("scenes", help="draw training scenes")
    scenes.add_argument("--seed", type=int, default=0)
    scenes.add_argument("--chunks", type=int, default=CHUNKS, help="of 1000 scenes")
    scenes.set_defaults(run=_scenes)
    training = commands.add_parser("train", help="train from nothing, or go on where it stopped")
    training.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    training.add_argument("--seed", type=int)
    training.add_argument("--minutes", type=float, help="how long; without it, the plan's steps")
    training.add_argument("--standard-steps", type=int)
    training.add_argument("--adversarial-steps", type=int)
    training.add_argument("--attack-first", type=float, help="L2 size of the first attacks")
    training.add_argument("--attack-last", type=float, help="L2 size of the last attacks")
    training.add_argument("--threads", type=int, default=0, help="0: as many as PyTorch likes")
    training.set_defaults(run=_train)
    exporting = commands.add_parser("export", help="write a weights file from a checkpoint")
    exporting.add_argument("checkpoint", type=Path)
    exporting.add_argument("destination", type=Path)
    exporting.add_argument("--note", default="", help="what else to know of the weights")
    exporting.set_defaults(run=_export)
    sheet = commands.add_parser("sheet", help="contact sheets of motifs and scenes, or of dreams")
    sheet.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    sheet.add_argument("--seed", type=int, default=0)
    sheet.add_argument("--weights", type=Path, help="exported weights; then dreams are shown")
    sheet.add_argument("--photograph", type=Path, action="append", default=[])
    sheet.add_argument("--side", type=int, default=320, help="of a dream, in pixels")
    sheet.add_argument("--layers", default="m4a,m4b,m4c,m5a")
    sheet.add_argument("--only", default="", help="names of sheets, with commas between")
    sheet.set_defaults(run=_sheet)
    evaluating = commands.add_parser("evaluate", help="figures of exported weights")
    evaluating.add_argument("weights", type=Path)
    evaluating.add_argument("--photograph", type=Path, action="append", default=[])
    evaluating.add_argument("--judge", type=Path, help="weights of another run, to name dreams")
    evaluating.set_defaults(run=_evaluate)
    for command in (scenes, training, exporting, evaluating):
        command.add_argument("--scenes", type=Path, help="folder; else one for each seed")
    for command in (scenes, training):
        command.add_argument("--processes", type=int, help="that draw scenes; else one a core")
    return parser


def main(arguments: list[str] | None = None) -> None:
    """Run one command; `arguments` as on the command line."""
    options = _parser().parse_args(arguments)
    options.run(options)


if __name__ == "__main__":
    main()

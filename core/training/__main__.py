"""`python -m core.training`: draw scenes, train, export, look."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from core.networks.built_in import load
from core.settings import Settings
from core.training.bank import Bank, write_chunk
from core.training.evaluate import Subject, fine_share, nameable, noise_picture, recognition
from core.training.export import export
from core.training.scenes import make_chunk
from core.training.sheets import concept_sheet, layer_sheet, motif_sheet, read, scene_sheet
from core.training.train import Plan, Run, seconds_per_step, train

CACHE = Path.home() / ".cache" / "deep-dream-gimp" / "training"


def _scenes(options: argparse.Namespace) -> None:
    for number in range(options.first, options.first + options.chunks, options.stride):
        write_chunk(options.scenes, options.seed, number)


def _train(options: argparse.Namespace) -> None:
    if options.threads:
        torch.set_num_threads(options.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    bank = Bank(options.scenes)
    while bank.training_chunks < options.wait_for:
        time.sleep(2)
        bank.refresh()
    names = ("seed", "standard_steps", "adversarial_steps", "attack_first", "attack_last")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    latest = options.out / "latest.pt"
    if latest.exists():
        run = Run.resume(latest, device, **given)
    else:
        plan = Plan(**given)
        if options.minutes:
            plan = plan.lasting(options.minutes, seconds_per_step(bank, plan, device))
        run = Run(plan, device)
    print(run.plan, flush=True)
    train(run, bank, options.out, say=lambda line: print(line, flush=True))


def _export(options: argparse.Namespace) -> None:
    size = export(options.checkpoint, Bank(options.scenes), options.destination)
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
    subject = Subject(load(options.weights))
    shares = recognition(subject, Bank(options.scenes).validation(500))
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
    scenes.add_argument("--scenes", type=Path, default=CACHE / "scenes", help="folder for them")
    scenes.add_argument("--seed", type=int, default=0)
    scenes.add_argument("--chunks", type=int, default=40, help="chunks of 1000 scenes")
    scenes.add_argument("--first", type=int, default=0)
    scenes.add_argument("--stride", type=int, default=1, help="for several processes side by side")
    scenes.set_defaults(run=_scenes)
    training = commands.add_parser("train", help="train from nothing, or go on where it stopped")
    training.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    training.add_argument("--scenes", type=Path, default=CACHE / "scenes")
    training.add_argument("--seed", type=int)
    training.add_argument("--minutes", type=float, help="how long; without it, the plan's steps")
    training.add_argument("--standard-steps", type=int)
    training.add_argument("--adversarial-steps", type=int)
    training.add_argument("--attack-first", type=float, help="L2 size of the first attacks")
    training.add_argument("--attack-last", type=float, help="L2 size of the last attacks")
    training.add_argument("--threads", type=int, default=0, help="0: as many as PyTorch likes")
    training.add_argument("--wait-for", type=int, default=39, help="chunks to begin with")
    training.set_defaults(run=_train)
    exporting = commands.add_parser("export", help="write a weights file from a checkpoint")
    exporting.add_argument("checkpoint", type=Path)
    exporting.add_argument("destination", type=Path)
    exporting.add_argument("--scenes", type=Path, default=CACHE / "scenes")
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
    evaluating.add_argument("--scenes", type=Path, default=CACHE / "scenes")
    evaluating.add_argument("--photograph", type=Path, action="append", default=[])
    evaluating.add_argument("--judge", type=Path, help="weights of another run, to name dreams")
    evaluating.set_defaults(run=_evaluate)
    return parser


if __name__ == "__main__":
    options = _parser().parse_args()
    options.run(options)

"""`python -m core.training`: draw scenes, train, export, look."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from core.training.bank import Bank, write_chunk
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
    latest = options.out / "latest.pt"
    if latest.exists():
        run = Run.resume(latest, device)
    else:
        plan = Plan(seed=options.seed, attack_last=options.attack)
        if options.minutes:
            plan = plan.lasting(options.minutes, seconds_per_step(bank, plan, device))
        run = Run(plan, device)
    print(run.plan, flush=True)
    train(run, bank, options.out, say=lambda line: print(line, flush=True))


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
    training.add_argument("--seed", type=int, default=0)
    training.add_argument("--minutes", type=float, help="how long; without it, the plan's steps")
    training.add_argument("--attack", type=float, default=Plan.attack_last, help="final L2 size")
    training.add_argument("--threads", type=int, default=0, help="0: as many as PyTorch likes")
    training.add_argument("--wait-for", type=int, default=39, help="chunks to begin with")
    training.set_defaults(run=_train)
    return parser


if __name__ == "__main__":
    options = _parser().parse_args()
    options.run(options)

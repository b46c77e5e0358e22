"""Training: first on scenes as they are, then on scenes changed to mislead the network.

The second phase makes the network dream well. Each batch is moved a small distance (in the L2
norm, over the whole crop) along the gradient of the loss, and the network learns to see through it
(adversarial training: Goodfellow et al. 2015, arXiv:1412.6572; by several steps, Madry et al. 2018,
arXiv:1706.06083; with a random start as in Wong et al. 2020, arXiv:2001.03994). What such a
network's gradient draws is what people see too (Tsipras et al. 2019, arXiv:1805.12152). The
distance grows from `attack_first` to `attack_last`, where it stays for the last part of the run.

A step depends on the seed, its own number, and the weights before it, so a run that was stopped and
resumed gives what an unbroken one gives.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.networks.built_in import WIDEST, BuiltIn, BuiltInModule
from core.training.bank import Bank
from core.training.batches import Batch, augmented, plain
from core.training.judge import JudgeModule
from core.training.motifs import MOTIFS
from core.training.named import Named
from core.training.scenes import BACKGROUND, IGNORED
from core.training.unfold import unfold

# Most of a scene is background; counted in full it would drown the motifs.
BACKGROUND_WEIGHT = 0.35
LABEL_SMOOTHING = 0.03
POOLED_WEIGHT = 2.0
CENTRES_WEIGHT = 1.0


@dataclass(frozen=True)
class Plan:
    """All that decides a run, beside the scenes.

    `judge` trains the judge instead of the network that dreams. `attack_steps` is how many steps an
    attack takes; `attack_growth` the part of the adversarial steps during which attacks grow.
    """

    seed: int = 0
    batch: int = 24
    standard_steps: int = 4000
    adversarial_steps: int = 7000
    standard_rate: float = 3e-3
    adversarial_rate: float = 2e-3
    attack_first: float = 0.6
    attack_last: float = 1.7
    attack_steps: int = 1
    attack_growth: float = 0.5
    judge: bool = False

    @property
    def steps(self) -> int:
        return self.standard_steps + self.adversarial_steps

    def attack(self, step: int) -> float:
        """L2 distance of the attack on a crop in [0, 1]; 0 while training is standard."""
        if step < self.standard_steps:
            return 0.0
        part = (step - self.standard_steps) / max(1, self.adversarial_steps)
        return self.attack_first + (self.attack_last - self.attack_first) * min(
            1, part / self.attack_growth
        )

    def rate(self, step: int) -> float:
        """Learning rate: a short rise, then half a cosine, for each phase."""
        if step < self.standard_steps:
            part, peak = step / self.standard_steps, self.standard_rate
        else:
            part = (step - self.standard_steps) / max(1, self.adversarial_steps)
            peak = self.adversarial_rate
        rise = 0.05
        if part < rise:
            return peak * (0.02 + 0.98 * part / rise)
        return peak * (0.01 + 0.495 * (1 + math.cos(math.pi * (part - rise) / (1 - rise))))

    def lasting(self, minutes: float, standard: float, adversarial: float) -> Plan:
        """The plan with as many steps as fit, a third of the time for the standard phase.

        Args:
            minutes: how long the run may take.
            standard, adversarial: seconds that a step of each phase takes.
        """
        third = minutes * 60 / 3
        if self.judge:
            return replace(
                self, standard_steps=max(1, round(3 * third / standard)), adversarial_steps=0
            )
        return replace(
            self,
            standard_steps=max(1, round(third / standard)),
            adversarial_steps=max(1, round(2 * third / adversarial)),
        )


class Trainee(nn.Module):
    """The network in training, with one more head that says what is anywhere in the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.body = BuiltInModule(len(MOTIFS), folded=False)
        self.pooled = nn.Linear(WIDEST, len(MOTIFS))

    def forward(self, canvas: Tensor) -> Named:
        made = self.body.outputs(canvas, ("m5b", "concepts", "centres"))
        return Named(made["concepts"], self.pooled(made["m5b"].mean((2, 3))), made["centres"])


def loss_of(trainee: nn.Module, batch: Batch) -> Tensor:
    """Cross-entropy over cells and over middles plus binary cross-entropy over presence.

    `trainee` gives `Named`. On a GPU its layers compute in bfloat16.
    """
    device = batch.canvas.device.type
    with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
        dense, pooled, centres = trainee(batch.canvas)
    loss = _cross_entropy(dense, batch.cells)
    loss = loss + POOLED_WEIGHT * F.binary_cross_entropy_with_logits(pooled.float(), batch.present)
    if centres is not None:
        loss = loss + CENTRES_WEIGHT * _cross_entropy(centres, batch.centres)
    return loss


def _cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Weighted mean over the cells that are not to be ignored."""
    weight = torch.ones(BACKGROUND + 1, device=logits.device)
    weight[BACKGROUND] = BACKGROUND_WEIGHT
    return F.cross_entropy(
        logits.float(), labels, weight, ignore_index=IGNORED, label_smoothing=LABEL_SMOOTHING
    )


def _norm(values: Tensor) -> Tensor:
    """L2 norm of each of N tensors, as (N, 1, 1, 1); never 0."""
    return values.flatten(1).norm(dim=1).clamp(min=1e-12)[:, None, None, None]


def attacked(
    trainee: nn.Module, batch: Batch, size: float, steps: int, generator: torch.Generator
) -> Batch:
    """The batch moved by at most `size` (L2) to where the loss is high, from a random start."""
    canvas = batch.canvas
    change = torch.randn(canvas.shape, generator=generator, device=canvas.device)
    part = torch.rand(len(canvas), 1, 1, 1, generator=generator, device=canvas.device)
    change *= size * 0.5 * part / _norm(change)
    # One step crosses the whole distance; several are shorter and may turn.
    reach = size if steps == 1 else 1.5 * size / steps
    for _ in range(steps):
        moved = (canvas + change).requires_grad_(True)
        (gradient,) = torch.autograd.grad(loss_of(trainee, batch._replace(canvas=moved)), moved)
        change = change + gradient * (reach / _norm(gradient))
        change = change * (size / _norm(change)).clamp(max=1)
    moved = (canvas + change).clamp(0, 1).detach()
    return batch._replace(canvas=moved.contiguous(memory_format=torch.channels_last))


class Run:
    """A training run: the trainee, its optimiser, its average over the last steps."""

    def __init__(self, plan: Plan, device: torch.device) -> None:
        self.plan, self.device = plan, device
        torch.manual_seed(plan.seed)
        self.trainee = (JudgeModule() if plan.judge else Trainee()).to(device)
        self.trainee.to(memory_format=torch.channels_last)
        matrices = [p for p in self.trainee.parameters() if p.ndim > 1]
        vectors = [p for p in self.trainee.parameters() if p.ndim <= 1]
        self.optimiser = torch.optim.AdamW(
            [{"params": matrices, "weight_decay": 0.03}, {"params": vectors, "weight_decay": 0}],
            betas=(0.9, 0.98),
            fused=device.type == "cuda",
        )
        self.step = 0
        # (first step, plan): a run whose plan was changed on the way says so in its weights.
        self.history: list[tuple[int, dict[str, float | int]]] = [(0, asdict(plan))]
        self.average = {name: v.clone() for name, v in self.trainee.state_dict().items()}

    def begin_with(self, weights: BuiltIn, bank: Bank) -> None:
        """Start from exported weights instead of from nothing."""
        if not isinstance(self.trainee, Trainee):
            raise TypeError("only the network that dreams can be given weights")
        scenes = bank.sample(np.random.default_rng(self.plan.seed), 256)
        weights.module.to(self.device)
        unfold(weights, self.trainee.body, plain(scenes).canvas)
        self.average = {name: v.clone() for name, v in self.trainee.state_dict().items()}

    def advance(self, bank: Bank) -> Tensor:
        """One step; gives its loss, which need not be waited for."""
        rng = np.random.default_rng((self.plan.seed, self.step))
        generator = torch.Generator(self.device).manual_seed(int(rng.integers(2**62)))
        batch = augmented(bank.sample(rng, self.plan.batch), rng)
        for group in self.optimiser.param_groups:
            group["lr"] = self.plan.rate(self.step)
        size = self.plan.attack(self.step)
        self.trainee.train()
        if size > 0:
            batch = attacked(self.trainee, batch, size, self.plan.attack_steps, generator)
        loss = loss_of(self.trainee, batch)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.trainee.parameters(), 2.0)
        self.optimiser.step()
        self.step += 1
        if self.step % 4 == 0:
            self._follow()
        return loss.detach()

    @torch.no_grad()
    def _follow(self) -> None:
        """Move the average towards the weights; faster at first, while they change most."""
        decay = min(0.985, self.step / (self.step + 40))
        for name, value in self.trainee.state_dict().items():
            if value.dtype.is_floating_point:
                self.average[name].lerp_(value, 1 - decay)
            else:
                self.average[name].copy_(value)

    def save(self, path: Path, digest: str = "") -> None:
        """Write a checkpoint, whole or not at all."""
        unfinished = path.with_suffix(".part")
        state = {
            "plan": asdict(self.plan),
            "step": self.step,
            "history": self.history,
            "trainee": self.trainee.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "digest": digest,
        }
        torch.save(state, unfinished)
        unfinished.replace(path)

    @classmethod
    def resume(cls, path: Path, device: torch.device, **changes: float | int) -> Run:
        """The run as it was saved; `changes` to its plan count from here on."""
        state = torch.load(path, map_location=device, weights_only=True)
        run = cls(Plan(**{**state["plan"], **changes}), device)
        run.trainee.load_state_dict(state["trainee"])
        run.average = state["average"]
        run.optimiser.load_state_dict(state["optimiser"])
        run.step = state["step"]
        run.history = state["history"]
        if run.history[-1][1] != asdict(run.plan):
            run.history.append((run.step, asdict(run.plan)))
        return run


def seconds_per_step(bank: Bank, plan: Plan, device: torch.device) -> tuple[float, float]:
    """How long a standard step and an adversarial step take here, each the mean of ten."""

    def timed(trial: Run) -> float:
        for _ in range(3):
            float(trial.advance(bank))
        started = time.monotonic()
        for _ in range(9):
            trial.advance(bank)
        # Asking for the last loss waits for all of them.
        float(trial.advance(bank))
        return (time.monotonic() - started) / 10

    attacked_at_once = replace(plan, standard_steps=0, adversarial_steps=1000)
    return timed(Run(replace(plan, standard_steps=1000), device)), timed(
        Run(attacked_at_once, device)
    )


def train(
    run: Run,
    bank: Bank,
    folder: Path,
    *,
    checkpoint_every: int = 1000,
    say: Callable[[str], None] = print,
) -> None:
    """Go on to the plan's end; checkpoints `latest.pt` and one kept for each so many steps."""
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    losses: list[Tensor] = []
    while run.step < run.plan.steps:
        losses.append(run.advance(bank))
        # Asked for now and then: on a GPU, to look at a loss is to wait for it.
        if run.step % 100 == 0 or run.step == run.plan.steps:
            mean_loss = float(torch.stack(losses).mean())
            losses.clear()
            if not math.isfinite(mean_loss):
                raise FloatingPointError(f"the loss is not a number before step {run.step}")
            say(
                f"{time.monotonic() - started:.0f} s  step {run.step}/{run.plan.steps}  "
                f"loss {mean_loss:.3f}  attack {run.plan.attack(run.step):.2f}  "
                f"chunks {bank.refresh()}"
            )
        if run.step % checkpoint_every == 0 or run.step == run.plan.steps:
            digest = bank.digest() if run.step == run.plan.steps else ""
            run.save(folder / f"step-{run.step:06}.pt", digest)
            run.save(folder / "latest.pt", digest)

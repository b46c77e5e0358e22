"""Training learns, depends on its seed alone, and goes on after a stop as if never stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from core.networks.built_in import BuiltIn, BuiltInModule
from core.training.bank import Bank, Drawn, write_scenes
from core.training.batches import CELL, CROP, augmented, plain
from core.training.export import fold
from core.training.judge import JudgeModule
from core.training.motifs import CONCEPTS, MOTIFS
from core.training.named import Named
from core.training.scenes import BACKGROUND, IGNORED, SIDE, Scene
from core.training.train import Plan, Run, Trainee, attacked, loss_of, train

CPU = torch.device("cpu")
TINY = Plan(seed=3, batch=4, standard_steps=3, adversarial_steps=3)


def _drawn(count: int) -> Drawn:
    return Drawn(*(torch.from_numpy(part) for part in _scenes(count)))


def _scenes(count: int) -> Scene:
    """Left half black and labelled 0, right half white and background; so are the centres."""
    pixels = np.zeros((count, SIDE, SIDE, 3), np.uint8)
    pixels[:, :, SIDE // 2 :] = 255
    labels = np.zeros((count, SIDE, SIDE), np.uint8)
    labels[:, :, SIDE // 2 :] = BACKGROUND
    return Scene(pixels, labels, labels.copy())


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    for number in range(2):
        write_scenes(tmp_path, number, _scenes(8))
    return Bank(tmp_path)


def test_cells_and_presence_agree_with_the_labels() -> None:
    batch = plain(_drawn(2))
    assert batch.canvas.shape == (2, 3, CROP, CROP)
    assert batch.cells.shape == (2, CROP // CELL, CROP // CELL)
    assert (batch.cells[:, :, : CROP // CELL // 2] == 0).all()
    assert (batch.cells[:, :, CROP // CELL // 2 :] == BACKGROUND).all()
    assert batch.present[:, 0].tolist() == [1, 1]
    assert batch.present[:, 1:].sum() == 0


def test_labels_stay_on_their_pixels_when_augmented() -> None:
    """Black is always labelled 0, wherever flips and crops took it (contrast may dim, not swap)."""
    for seed in range(8):
        batch = augmented(_drawn(6), np.random.default_rng(seed))
        middles = batch.canvas[:, :, CELL // 2 :: CELL, CELL // 2 :: CELL].mean(1)
        dark = torch.stack([middle < middle.mean() for middle in middles])
        assert (dark == (batch.cells == 0)).float().mean() > 0.97
        assert torch.equal(batch.centres, batch.cells)
        assert batch.canvas.min() >= 0
        assert batch.canvas.max() <= 1


def test_augmentation_is_the_generators_alone() -> None:
    first = augmented(_drawn(3), np.random.default_rng(1)).canvas
    assert torch.equal(first, augmented(_drawn(3), np.random.default_rng(1)).canvas)
    assert not torch.equal(first, augmented(_drawn(3), np.random.default_rng(2)).canvas)


def test_a_few_steps_lower_the_loss(bank: Bank) -> None:
    run = Run(replace(TINY, standard_steps=40), CPU)
    run.trainee.train()
    batch = plain(bank.validation(8))
    before = loss_of(run.trainee, batch).item()
    for _ in range(6):
        run.advance(bank)
    run.trainee.train()
    assert loss_of(run.trainee, batch).item() < 0.8 * before


class _Said(nn.Module):
    """Says the same of every batch."""

    def __init__(self, named: Named) -> None:
        super().__init__()
        self.named = named

    def forward(self, _: torch.Tensor) -> Named:
        return self.named


def _anything(count: int, centres: bool = True) -> Named:
    cells = torch.randn(count, BACKGROUND + 1, CROP // CELL, CROP // CELL, requires_grad=True)
    middles = torch.randn_like(cells).requires_grad_(True) if centres else None
    return Named(cells, torch.randn(count, BACKGROUND, requires_grad=True), middles)


def test_ignored_cells_have_no_loss() -> None:
    torch.manual_seed(0)
    batch = plain(_drawn(2))
    named = _anything(2)
    assert named.centres is not None
    for part, logits in (("cells", named.cells), ("centres", named.centres)):
        labels = getattr(batch, part).clone()
        labels[:, :, 4:] = IGNORED
        loss = loss_of(_Said(named), batch._replace(**{part: labels}))
        (gradient,) = torch.autograd.grad(loss, logits)
        assert (gradient[:, :, :, 4:] == 0).all()
        assert (gradient[:, :, :, :4] != 0).any()


def test_who_does_not_know_centres_is_not_asked() -> None:
    torch.manual_seed(0)
    batch, named = plain(_drawn(2)), _anything(2)
    with_centres = loss_of(_Said(named), batch)
    without = loss_of(_Said(named._replace(centres=None)), batch)
    assert without < with_centres


@pytest.mark.parametrize("steps", [1, 3])
def test_an_attack_raises_the_loss_within_its_size(steps: int) -> None:
    torch.manual_seed(0)
    trainee = Trainee().eval()
    batch = plain(_drawn(4))
    batch = batch._replace(canvas=batch.canvas * 0.5 + 0.25)
    moved = attacked(trainee, batch, 1.5, steps, torch.Generator().manual_seed(0))
    distance = (moved.canvas - batch.canvas).flatten(1).norm(dim=1)
    assert (distance <= 1.5 + 1e-4).all()
    assert (distance > 0.3).all()
    assert loss_of(trainee, moved).item() > loss_of(trainee, batch).item()


def test_resuming_gives_what_an_unbroken_run_gives(bank: Bank, tmp_path: Path) -> None:
    whole = Run(TINY, CPU)
    train(whole, bank, tmp_path / "whole", say=lambda _: None)
    broken = Run(TINY, CPU)
    for _ in range(4):
        broken.advance(bank)
    broken.save(tmp_path / "broken.pt")
    resumed = Run.resume(tmp_path / "broken.pt", CPU)
    train(resumed, bank, tmp_path / "resumed", say=lambda _: None)
    assert resumed.step == whole.step == TINY.steps
    for name, value in whole.trainee.state_dict().items():
        assert torch.equal(value, resumed.trainee.state_dict()[name]), name
    for name, value in whole.average.items():
        assert torch.equal(value, resumed.average[name]), name


def test_a_plan_changed_on_the_way_is_remembered(bank: Bank, tmp_path: Path) -> None:
    run = Run(TINY, CPU)
    run.advance(bank)
    run.save(tmp_path / "run.pt")
    resumed = Run.resume(tmp_path / "run.pt", CPU, attack_last=1.0)
    assert resumed.plan == replace(TINY, attack_last=1.0)
    assert [(start, plan["attack_last"]) for start, plan in resumed.history] == [
        (0, TINY.attack_last),
        (1, 1.0),
    ]
    assert len(Run.resume(tmp_path / "run.pt", CPU).history) == 1


def test_training_keeps_its_last_step(bank: Bank, tmp_path: Path) -> None:
    train(Run(TINY, CPU), bank, tmp_path / "out", say=lambda _: None)
    assert Run.resume(tmp_path / "out" / "latest.pt", CPU).step == TINY.steps
    assert (tmp_path / "out" / "step-000006.pt").exists()


def test_the_plan_attacks_only_in_its_second_phase() -> None:
    plan = Plan(standard_steps=10, adversarial_steps=10, attack_first=0.5, attack_last=2.0)
    assert plan.attack(9) == 0
    assert plan.attack(10) == 0.5
    assert plan.attack(19) == 2.0
    sizes = [plan.attack(step) for step in range(10, 20)]
    assert sizes == sorted(sizes)
    assert all(0 < plan.rate(step) <= plan.standard_rate for step in range(20))


def test_a_plan_by_minutes_fits_them() -> None:
    plan = Plan().lasting(30, standard=0.5, adversarial=0.9)
    seconds = 0.5 * plan.standard_steps + 0.9 * plan.adversarial_steps
    assert seconds == pytest.approx(30 * 60, rel=0.01)
    judge = Plan(judge=True).lasting(30, standard=0.5, adversarial=0.9)
    assert (judge.standard_steps, judge.adversarial_steps) == (3600, 0)


@pytest.mark.parametrize("make", [Trainee, JudgeModule])
def test_every_concept_has_a_channel(make: Callable[[], nn.Module]) -> None:
    named = make().eval()(torch.zeros(1, 3, 64, 64))
    assert named.cells.shape == (1, len(MOTIFS) + 1, 8, 8)
    assert named.present.shape == (1, len(MOTIFS))
    if named.centres is not None:
        assert named.centres.shape == named.cells.shape


def test_training_goes_on_from_exported_weights(bank: Bank, tmp_path: Path) -> None:
    """Weights of a network that knows fewer concepts, in another order."""
    first = Run(TINY, CPU)
    for _ in range(3):
        first.advance(bank)
    folded = fold(_body(first).eval())
    taken = [4, 1]
    loaded = BuiltIn(_only(folded, taken), tuple(CONCEPTS[k] for k in taken), frozenset(), {}, {})
    second = Run(replace(TINY, seed=8), CPU)
    body = _body(second)
    untouched = body.concepts.weight[0].clone(), body.centres.weight[0].clone()
    second.begin_with(loaded, bank)
    # In training mode, as it was calibrated.
    canvas = plain(bank.sample(np.random.default_rng(8), 256)).canvas
    made = body.outputs(canvas, ("m4c", "concepts", "centres"))
    expected = folded.outputs(canvas, ("m4c", "concepts", "centres"))
    torch.testing.assert_close(made["m4c"], expected["m4c"], rtol=1e-3, atol=1e-3)
    kept = [*taken, BACKGROUND]
    for head in ("concepts", "centres"):
        torch.testing.assert_close(
            made[head][:, kept], expected[head][:, kept], rtol=1e-2, atol=1e-2
        )
    assert torch.equal(body.concepts.weight[0], untouched[0])
    assert torch.equal(body.centres.weight[0], untouched[1])


def _body(run: Run) -> BuiltInModule:
    assert isinstance(run.trainee, Trainee)
    return run.trainee.body


def _only(module: BuiltInModule, concepts: list[int]) -> BuiltInModule:
    """The network as if it knew these concepts alone."""
    smaller = BuiltInModule(len(concepts))
    state = module.state_dict()
    for name in ("concepts.weight", "concepts.bias", "centres.weight", "centres.bias"):
        state[name] = state[name][[*concepts, BACKGROUND]]
    smaller.load_state_dict(state)
    return smaller.eval()

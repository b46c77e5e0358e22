"""Parts a to c: well-known recipes and ours, same network, picture, octaves, steps and layers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from core.calibration import fastest, measure
from core.dream import dream
from core.networks.registry import find_record
from core.networks.torchvision_networks import TorchvisionNetwork
from core.objectives import make_objective
from core.octaves import octave_sizes
from core.precision import Precision, named
from core.settings import Settings, parse
from tests.bench import plain
from tests.bench.alone import side_by_side
from tests.bench.machine import has, peak, seconds
from tests.bench.networks import cosine, normalised, sample
from tests.bench.networks import plain as plain_network

Work = Callable[[], object]

_CPU = torch.device("cpu")
_LAYER = "inception4c"
_OCTAVES = (4, 1.4, 10)
_GOOGLENET: dict[str, object] = {
    "network": "googlenet",
    "layers": _LAYER,
    "octaves": 4,
    "octave-scale": 1.4,
    "iterations": 10,
    "step-size": 5.2,
    "jitter": 32,
    "pull": 0.0,
    "working-size": 0,
}
_KERAS: dict[str, object] = {
    "network": "inception_v3",
    "layers": "Mixed_6b:1,Mixed_6c:1.5,Mixed_6d:2,Mixed_6e:2.5",
    "octaves": 3,
    "octave-scale": 1.4,
    "details": "source",
    "iterations": 20,
    "step-size": 1.28,
    "jitter": 0,
    "gradient-normalisation": "mean-abs",
    "border": 2,
    "pull": 0.0,
    "working-size": 0,
}


def _precisions(network: str) -> list[str]:
    """Names of the precisions in which this machine computes, and which it would choose."""
    module, _ = plain_network(network)
    settings = parse({"network": network})
    chosen = fastest(measure(lambda dtype: _ours(module, settings, Precision(dtype)), _CPU))
    formats = {"float32": torch.float32, "bfloat16": torch.bfloat16}
    return list(dict.fromkeys([*(name for name in formats if has(formats[name])), chosen]))


def googlenet(rounds: int, side: int = 1024) -> dict[str, object]:
    """The recipe of pytorch-deepdream, a plain loop cut off at 4c, and ours in each format."""
    names = _precisions("googlenet")
    times = side_by_side(
        {
            "pytorch-deepdream's recipe": ["published", f"{side}"],
            "plain loop to 4c, float32": ["truncated", f"{side}"],
            **{f"ours, {name}": ["our_googlenet", f"{side}", name] for name in names},
        },
        rounds,
    )
    facts = _against(times)
    module, weights = plain_network("googlenet")
    picture, settings = sample(side, side), parse(_GOOGLENET)
    ours = {name: _ours(module, settings, _precision(name)) for name in names}
    flops = _flops(module, _LAYER, picture, settings)
    for name, network in ours.items():
        # That of what is mixed is not said: there is no one peak for it.
        if network.exact:
            continue
        best = peak(network.dtype)
        facts[f"ours, {name}: share of peak"] = round(flops / times[f"ours, {name}"] / best, 3)
        step = _step_flops(module, _LAYER, 512) / _step_seconds(network, settings) / best
        facts[f"ours, {name}: share of peak, steps alone at 512x512"] = round(step, 3)
    for name in names[1:]:
        pair = {kind: ours[kind] for kind in ("float32", name)}
        facts.update(_likeness(pair, settings, picture))
    return {"weights": weights, "picture": f"{side}x{side}", "GFLOP": round(flops / 1e9), **facts}


def published(side: str) -> Work:
    """As pytorch-deepdream does it, on a square picture."""
    module, _ = plain_network("googlenet")
    features = plain.features_up_to(module, "inception4e", [_LAYER])
    return _plainly("googlenet", side, plain.Recipe(*_OCTAVES, plain.smoothed_step(features, 10)))


def truncated(side: str) -> Work:
    """The same without blurs, and cut off at the layer that is to grow."""
    module, _ = plain_network("googlenet")
    features = plain.features_up_to(module, _LAYER, [_LAYER])
    return _plainly("googlenet", side, plain.Recipe(*_OCTAVES, plain.plain_step(features, 0.09)))


def our_googlenet(side: str, name: str) -> Work:
    """Our own in the format of that name."""
    return _our_dream(_GOOGLENET, side, name)


def keras(rounds: int, side: int = 512) -> dict[str, object]:
    """The recipe of Keras's example on Inception v3, up to its last layer, and ours."""
    names = _precisions("inception_v3")
    times = side_by_side(
        {
            "Keras's recipe": ["keras_example", f"{side}"],
            **{f"ours, {name}": ["our_keras", f"{side}", name] for name in names},
        },
        rounds,
    )
    _, weights = plain_network("inception_v3")
    return {"weights": weights, "picture": f"{side}x{side}", **_against(times)}


def keras_example(side: str) -> Work:
    """As Keras's example does it."""
    module, _ = plain_network("inception_v3")
    names = [f"Mixed_6{letter}" for letter in "bcde"]
    features = plain.features_up_to(module, names[-1], names)
    step = plain.keras_step(features, (1.0, 1.5, 2.0, 2.5))
    return _plainly("inception_v3", side, plain.Recipe(3, 1.4, 20, step, restores_detail=True))


def our_keras(side: str, name: str) -> Work:
    """Our own in the format of that name."""
    return _our_dream(_KERAS, side, name)


def _plainly(network: str, side: str, recipe: plain.Recipe) -> Work:
    start = normalised(sample(int(side), int(side)), network)
    return lambda: plain.dreamed(start.clone(), recipe)


def _our_dream(values: dict[str, object], side: str, name: str) -> Work:
    settings = parse(values)
    module, _ = plain_network(settings.network)
    network = _ours(module, settings, _precision(name))
    return partial(dream, sample(int(side), int(side)), settings, network)


def _ours(module: nn.Module, settings: Settings, precision: Precision) -> TorchvisionNetwork:
    network = TorchvisionNetwork(find_record(settings.network), copy.deepcopy(module))
    return network.to(_CPU, *precision)


def _precision(name: str) -> Precision:
    found = named(name)
    assert found is not None
    return found


def _against(times: dict[str, float]) -> dict[str, object]:
    """Seconds, and how many times as long as each of ours the others take."""
    facts: dict[str, object] = {f"{name}: seconds": round(time, 2) for name, time in times.items()}
    for name, time in times.items():
        for other in times:
            if not name.startswith("ours") and other.startswith("ours"):
                facts[f"{other}, against {name}"] = round(time / times[other], 2)
    return facts


def _flops(module: nn.Module, layer: str, picture: Tensor, settings: Settings) -> float:
    """Operations of all steps of a dream through the network cut off at `layer`, plainly."""
    height, width = picture.shape[-2:]
    sizes = octave_sizes(
        height, width, settings.octaves, settings.octave_scale, 32, settings.details
    )
    per_pixel = _step_flops(module, layer, 512) / 512**2
    return settings.iterations * per_pixel * sum(tall * wide for tall, wide in sizes)


def _step_flops(module: nn.Module, layer: str, side: int) -> float:
    """Operations of one step, forward and back to the pixels, as PyTorch counts them."""
    features = plain.features_up_to(copy.deepcopy(module), layer, [layer])
    canvas = torch.rand(1, 3, side, side, requires_grad=True)
    with FlopCounterMode(display=False) as counter:
        # Not autograd.grad, which the counter cannot follow.
        features(canvas)[0].square().sum().backward()
    return counter.get_total_flops()


def _step_seconds(network: TorchvisionNetwork, settings: Settings) -> float:
    objective = make_objective(network, settings)
    canvas = sample(512, 512)

    def step() -> None:
        leaf = canvas.clone().requires_grad_(True)
        torch.autograd.grad(objective(leaf), leaf)

    return seconds(step, 10)


def _likeness(
    pair: dict[str, TorchvisionNetwork], settings: Settings, picture: Tensor
) -> dict[str, object]:
    """How near the second is to the first, float32: gradients, objective and pixels."""
    first, second = pair
    objectives = {name: make_objective(network, settings) for name, network in pair.items()}
    facts: dict[str, object] = {}
    height, width = picture.shape[-2:]
    sizes = octave_sizes(
        height, width, settings.octaves, settings.octave_scale, 32, settings.details
    )
    for number, (height, width) in enumerate(sizes, start=1):
        gradients = []
        for objective in objectives.values():
            leaf = sample(height, width).requires_grad_(True)
            gradients.append(torch.autograd.grad(objective(leaf), leaf)[0])
        facts[f"{second}: cosine of gradients, octave {number}"] = round(cosine(*gradients), 4)
    made = {name: dream(picture, settings, network).canvas for name, network in pair.items()}
    with torch.no_grad():
        reached = {name: float(objectives[first](canvas)) for name, canvas in made.items()}
    facts[f"objective of the dream in {second} over the float32 dream's"] = round(
        reached[second] / reached[first], 4
    )
    difference = (made[second] - made[first]).abs().mean()
    facts[f"{second}: mean difference of pixels, of 255"] = round(float(difference) * 255, 2)
    return facts

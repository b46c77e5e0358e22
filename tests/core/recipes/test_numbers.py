"""The presets' numbers as their projects publish them, in our units; formulas are tested beside."""

from __future__ import annotations

import pytest

from core.networks.catalogue import architecture
from core.settings import parse, presets
from core.targets import parse_channels, parse_layers

# Network, layers, octaves, ratio, details, iterations, step in 1/255, jitter.
PUBLISHED = {
    "classic": ("built-in", {}, 4, 1.4, "dream", 10, 1.5, 32),
    "caffe": ("googlenet", {"inception4c": 1}, 4, 1.4, "dream", 10, 1.5, 32),
    "caffe-guided": ("googlenet", {"inception3b": 1}, 4, 1.4, "dream", 10, 1.5, 32),
    "keras": (
        "inception_v3",
        {"Mixed_5d": 0.2, "Mixed_6a": 0.5, "Mixed_6b": 2, "Mixed_6c": 1.5},
        *(3, 1.4, "source", 20, 0.01 * 255 / 2, 0),
    ),
    "keras-io": (
        "inception_v3",
        {"Mixed_6b": 1, "Mixed_6c": 1.5, "Mixed_6d": 2, "Mixed_6e": 2.5},
        *(3, 1.4, "source", 20, 0.01 * 255 / 2, 0),
    ),
    "tensorflow": ("googlenet", {"inception4c": 1}, 4, 1.4, "high-band", 10, 1.5, 256),
    "tensorflow-laplacian": (
        "googlenet",
        {"inception4d.branch2.0/pre": 1},
        *(3, 1.4, "none", 10, 1.0, 256),
    ),
    "pytorch-deepdream": ("vgg16", {"relu4_3": 1}, 4, 1.8, "none", 10, 0.09 * 0.226 * 255, 32),
    "neural-dream": (
        "googlenet",
        {"inception4d.branch2.0/pre": 1},
        *(2, 1 / 0.6, "none", 50, 1.5 * 255 / 256, 32),
    ),
    "class-visualisation": ("built-in", {}, 3, 1.2, "none", 150, 6.0, 32),
}
OTHERS = {
    "classic": {"objective": "layer", "gradient-normalisation": "mean-abs"},
    "caffe": {"objective": "layer", "gradient-normalisation": "mean-abs"},
    "caffe-guided": {"objective": "guide", "gradient-normalisation": "mean-abs"},
    "keras": {"border": 2, "loss-limit": 10, "gradient-normalisation": "mean-abs"},
    "keras-io": {"border": 2, "loss-limit": 15, "gradient-normalisation": "mean-abs"},
    "tensorflow": {"objective": "layer", "gradient-normalisation": "mean-abs"},
    "tensorflow-laplacian": {"objective": "channel", "start": "noise", "laplacian-levels": 4},
    "pytorch-deepdream": {"gradient-normalisation": "zero-mean", "smoothing": 0.5},
    "neural-dream": {"objective": "norm", "optimiser": "adam"},
    "class-visualisation": {
        **{"objective": "concept", "start": "noise", "gradient-normalisation": "mean-abs"},
        **{"decay": 0.0001, "blur-every": 4, "blur-sigma": 1.0},
    },
}


def test_every_recipe_is_a_preset() -> None:
    assert set(PUBLISHED) == set(OTHERS) <= set(presets())


@pytest.mark.parametrize("preset", PUBLISHED)
def test_numbers(preset: str) -> None:
    settings = parse({"preset": preset})
    network, layers, octaves, ratio, details, iterations, step, jitter = PUBLISHED[preset]
    assert settings.network == network
    assert dict(parse_layers(settings.layers) if settings.layers else ()) == layers
    assert (settings.octaves, settings.details) == (octaves, details)
    assert settings.octave_scale == pytest.approx(ratio, abs=5e-4)
    assert settings.step_size == pytest.approx(step, abs=5e-4)
    assert (settings.iterations, settings.jitter) == (iterations, jitter)
    for name, value in OTHERS[preset].items():
        assert getattr(settings, name.replace("-", "_")) == value, name
    assert settings.pull == 0
    assert not settings.antialias


@pytest.mark.parametrize("preset", [name for name in PUBLISHED if PUBLISHED[name][1]])
def test_layers_are_the_networks(preset: str) -> None:
    settings = parse({"preset": preset})
    known = architecture(settings.network).layers
    for layer in parse_layers(settings.layers):
        assert layer.name.removesuffix("/pre") in known


def test_the_notebooks_channel() -> None:
    channels = parse_channels(parse({"preset": "tensorflow-laplacian"}).channels)
    assert [channel.number for channel in channels] == [139]

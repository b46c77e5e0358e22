"""The motifs that the built-in network learns, by the names that artists see.

Every motif is a function of a random generator alone; it decides its own colours, pose and make.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from core.training.motifs import (
    animals,
    built,
    creatures,
    faces,
    growing,
    machines,
    ornament,
    plants,
    rounds,
    sky,
    textures,
    towers,
    weather,
)
from core.training.motifs.drawing import Rng, Sprite


class Motif(NamedTuple):
    """A concept of the network.

    Attributes:
        name: as an artist says it, lower case.
        draw: one random example.
        core: radius, in the sprite's coordinates, within which a place counts as the motif.
            Around it the sprite is neither the motif nor background: a network that had to know
            the outermost lash for an eye would dream lashes, not eyes.
        texture: fills whole surfaces and is cut to any outline.
    """

    name: str
    draw: Callable[[Rng], Sprite]
    core: float = 0.62
    texture: bool = False


MOTIFS: tuple[Motif, ...] = (
    Motif("eye", rounds.eye, 0.55),
    Motif("spiral", rounds.spiral, 0.7),
    Motif("scales", textures.scales, texture=True),
    Motif("honeycomb", textures.honeycomb, texture=True),
    Motif("flower", rounds.flower, 0.7),
    Motif("feather", growing.feather, 0.8),
    Motif("peacock", rounds.peacock, 0.6),
    Motif("shell", rounds.shell, 0.75),
    Motif("nautilus", rounds.nautilus, 0.7),
    Motif("fur", textures.fur, texture=True),
    Motif("bubbles", rounds.bubbles, 0.9),
    Motif("mandala", rounds.mandala, 0.75),
    Motif("coral", growing.coral, 0.9),
    Motif("beetle", creatures.beetle, 0.65),
    Motif("butterfly", creatures.butterfly, 0.7),
    Motif("leaf", growing.leaf, 0.75),
    Motif("tentacle", growing.tentacle, 1.0),
    Motif("waves", textures.waves, texture=True),
    Motif("fish", creatures.fish, 0.75),
    Motif("bird", creatures.bird, 0.7),
    Motif("owl", creatures.owl, 0.65),
    Motif("cat", creatures.cat, 0.65),
    Motif("dog", creatures.dog, 0.65),
    Motif("mushroom", growing.mushroom, 0.75),
    Motif("pagoda", built.pagoda, 0.8),
    Motif("arch", built.arch, 0.75),
    Motif("window", built.window, 0.75),
    Motif("gear", rounds.gear, 0.75),
    Motif("crystal", growing.crystal, 0.8),
    Motif("brick", textures.brick, texture=True),
    Motif("snake", animals.snake, 0.75),
    Motif("lizard", animals.lizard, 0.7),
    Motif("octopus", animals.octopus, 0.75),
    Motif("jellyfish", animals.jellyfish, 0.75),
    Motif("wing", animals.wing, 0.75),
    Motif("lips", faces.lips, 0.65),
    Motif("face", faces.face, 0.65),
    Motif("horse", faces.horse, 0.7),
    Motif("antlers", faces.antlers, 0.8),
    Motif("fern", plants.fern, 0.75),
    Motif("rose", plants.rose, 0.75),
    Motif("vine", plants.vine, 0.85),
    Motif("tree", plants.tree, 0.75),
    Motif("mountain", weather.mountain, 0.7),
    Motif("cloud", weather.cloud, 0.7),
    Motif("flame", weather.flame, 0.75),
    Motif("lightning", weather.lightning, 0.8),
    Motif("ripples", weather.ripples, 0.8),
    Motif("clockwork", machines.clockwork, 0.85),
    Motif("circuit", machines.circuit, texture=True),
    Motif("braid", ornament.braid, 0.85),
    Motif("stained glass", ornament.stained_glass, texture=True),
    Motif("star", ornament.star, 0.65),
    Motif("glyphs", ornament.glyphs, texture=True),
    Motif("tower", towers.tower, 0.85),
    Motif("bridge", towers.bridge, 0.85),
    Motif("galaxy", sky.galaxy, 0.8),
)

CONCEPTS: tuple[str, ...] = tuple(motif.name for motif in MOTIFS)

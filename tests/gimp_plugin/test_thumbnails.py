from __future__ import annotations

import pytest

from gimp_plugin.common.thumbnails import safe_name, thumbnail_file


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("eye", "eye"),
        ("stained glass", "stained-glass"),
        ("Mixed_6a", "mixed_6a"),
        ("layer3.5", "layer3-5"),
        ("tabby, tabby cat", "tabby-tabby-cat"),
        ("../etc", "etc"),
        ("œil", "153-il"),
        ("夢", "5922"),
    ],
)
def test_names_are_safe_in_every_file_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_gallery_has_a_folder_for_each_kind() -> None:
    assert thumbnail_file("concept", "stained glass") == "concepts/stained-glass.jpg"
    assert thumbnail_file("layer", "m4c", from_noise=True) == "layers/m4c-noise.jpg"
    assert thumbnail_file("preset", "classic") == "presets/classic.jpg"

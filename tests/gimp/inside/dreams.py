"""Dreams on every kind of layer; run inside GIMP."""

import json

import pictures
from gi.repository import Gimp

QUICK = {"octaves": 2, "iterations": 2, "working_size": 128}
# The picture as it is: what comes back shows places and formats exactly.
STILL = {"octaves": 1, "iterations": 1, "step_size": 0.0, "pull": 0.0}


def run(report, kinds):
    """Write what was seen for every dream, by name, to the JSON file `report`."""
    facts = {}
    for name in kinds:
        kind = pictures.KINDS[name]
        facts[name] = _one(kind, QUICK, selected=True)
        facts[name + " still"] = _one(kind, STILL, selected=True)
    plain = pictures.KINDS["rgba-u8"]
    facts["whole layer"] = _one(plain, {**QUICK, "objective": "concept"}, selected=False)
    facts["own mask"] = _one(plain, STILL, selected=False, change=_add_own_mask)
    facts["own mask and selection"] = _one(plain, STILL, selected=True, change=_add_own_mask)
    facts["unused mask, blended"] = _one(plain, STILL, selected=False, change=_blend)
    facts["filters"] = _one(plain, STILL, selected=True, change=_add_filters)
    facts["filter that grows"] = _one(plain, STILL, selected=True, change=_add_shadow)
    facts["classic"] = _one(plain, {**QUICK, "preset": "classic"}, selected=True)
    with open(report, "w") as stream:
        json.dump(facts, stream)


def _one(kind, settings, selected, change=None):
    image, photo, _ = pictures.make_image(kind)
    # Before the selection, which would limit a filter.
    shown = (change(photo) if change else None) or pictures.read(photo, "R'G'B'A float")
    if selected:
        pictures.select(image)
    image.clean_all()
    before = pictures.state(image)
    status, message = pictures.dream(image, [photo], **settings)
    facts = {
        "status": status,
        "message": message,
        "before": before,
        "after": pictures.state(image),
        "shown": pictures.text(shown),
    }
    image.delete()
    return facts


def _add_own_mask(photo):
    mask = photo.create_mask(Gimp.AddMaskType.WHITE)
    width, height = photo.get_width(), photo.get_height()
    # Rows of 0 and of 1 among the others, which the plug-in treats apart.
    ramp = bytes(
        0 if y < 20 else 255 if y < 30 else (3 * x + y) % 256
        for y in range(height)
        for x in range(width)
    )
    pictures.write(mask, ramp, "Y u8")
    photo.add_mask(mask)


def _add_filters(photo):
    """A visible filter and a hidden one; returns what the layer shows: its negative."""
    plain = pictures.read(photo, "R'G'B'A float")
    for operation, visible in (("gegl:gaussian-blur", False), ("gegl:invert-gamma", True)):
        effect = Gimp.DrawableFilter.new(photo, operation, operation)
        effect.set_visible(visible)
        photo.append_filter(effect)
    negative = pictures.array("f", plain)
    for at, sample in enumerate(negative):
        if at % 4 != 3:
            negative[at] = 1.0 - sample
    return negative.tobytes()


def _add_shadow(photo):
    """A filter that makes what shows larger than the layer."""
    effect = Gimp.DrawableFilter.new(photo, "gegl:dropshadow", "Shadow")
    photo.append_filter(effect)


def _blend(photo):
    _add_own_mask(photo)
    photo.set_apply_mask(False)
    photo.set_mode(Gimp.LayerMode.MULTIPLY)
    photo.set_opacity(40.0)

"""Images to dream on, made in GIMP 2.10 or its stand-in, and everything that can be said about one.

The same pictures as tests/gimp makes in GIMP 3: no picture is symmetric in any way, so that nothing
mirrored, shifted or swapped goes unseen. Runs on GIMP's own Python 2.7.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import base64
import struct
import sys
from collections import namedtuple

import gimp
import gimpfu
from gimpfu import pdb

IMAGE_SIZE = (160, 120)
LAYER_SIZE = (97, 71)
LAYER_OFFSET = (31, 17)
# In the image; it reaches over the layer's left and lower edges.
ELLIPSE = (22.0, 30.0, 66.0, 64.0)
FEATHER = 9.0

Kind = namedtuple(str("Kind"), [str("grey"), str("alpha"), str("deep")])
KINDS = {
    "rgb": Kind(False, False, False),
    "rgba": Kind(False, True, False),
    "grey": Kind(True, False, False),
    "greya": Kind(True, True, False),
    "rgba-u16": Kind(False, True, True),
}


def make_image(kind):
    """An image with a group of three layers in it; (image, the middle layer, the group)."""
    base = gimpfu.GRAY if kind.grey else gimpfu.RGB
    width, height = IMAGE_SIZE
    if kind.deep:
        depth = gimpfu.PRECISION_U16_GAMMA
        image = pdb.gimp_image_new_with_precision(width, height, base, depth)
    else:
        image = gimp.Image(width, height, base)
    insert(image, layer(image, kind, "Background", IMAGE_SIZE), None)
    group = pdb.gimp_layer_group_new(image)
    insert(image, group, None)
    group.name = native("Group")
    photo = layer(image, kind, "Photo", LAYER_SIZE)
    for one in (layer(image, kind, "Below", (13, 9)), photo, layer(image, kind, "Above", (13, 9))):
        insert(image, one, group)
    photo.set_offsets(*LAYER_OFFSET)
    write(photo, painted(kind))
    image.active_layer = photo
    return image, photo, group


def layer(image, kind, name, size):
    """A white layer of that kind, in no stack yet."""
    types = {
        (False, False): gimpfu.RGB_IMAGE,
        (False, True): gimpfu.RGBA_IMAGE,
        (True, False): gimpfu.GRAY_IMAGE,
        (True, True): gimpfu.GRAYA_IMAGE,
    }
    made = gimp.Layer(
        image,
        native(name),
        size[0],
        size[1],
        types[kind.grey, kind.alpha],
        100.0,
        gimpfu.LAYER_MODE_NORMAL,
    )
    pdb.gimp_drawable_fill(made, gimpfu.WHITE_FILL)
    return made


def insert(image, item, parent):
    """Put it on top of its stack."""
    pdb.gimp_image_insert_layer(image, item, parent, 0)


def painted(kind):
    """Waves and stripes all over the layer, different in each channel; alpha from 0 to 1."""
    width, height = LAYER_SIZE
    samples = bytearray()
    for y in range(height):
        for x in range(width):
            u, v = x / width, y / height
            red = 0.15 + 0.7 * u * (0.6 + 0.4 * ((x // 9 + y // 5) % 2))
            green = 0.85 - 0.6 * v * (0.5 + 0.5 * ((x // 4) % 2))
            blue = 0.2 + 0.6 * ((u * 3 + v * v * 2) % 1.0)
            alpha = 0.0 if x > 88 and y > 60 else min(1.0, 0.25 + 1.2 * u)
            colours = [0.2126 * red + 0.7152 * green + 0.0722 * blue]
            if not kind.grey:
                colours = [red, green, blue]
            samples.extend(_byte(colour) for colour in colours)
            if kind.alpha:
                samples.append(_byte(alpha))
    return bytes(samples)


def select(image):
    """Select a feathered ellipse, partly beside the layer."""
    pdb.gimp_image_select_ellipse(image, gimpfu.CHANNEL_OP_REPLACE, *ELLIPSE)
    pdb.gimp_selection_feather(image, FEATHER)


def select_elsewhere(image):
    """Select a place beside the layer."""
    pdb.gimp_image_select_rectangle(image, gimpfu.CHANNEL_OP_REPLACE, 130, 90, 20, 20)


def add_mask(photo):
    """Give `photo` a mask with rows of 0 and of 1 among others, which the plug-in treats apart."""
    photo.add_mask(photo.create_mask(gimpfu.ADD_WHITE_MASK))
    width, height = LAYER_SIZE
    ramp = bytearray(
        0 if y < 20 else 255 if y < 30 else (3 * x + y) % 256
        for y in range(height)
        for x in range(width)
    )
    write(photo.mask, bytes(ramp))


def see_all():
    """Have GIMP show this process pixels as they are kept, masks linear, as it did not before."""
    image = gimp.Image(1, 1)
    assert image.precision
    gimp.delete(image)


def read(drawable):
    """All of a drawable's pixels, eight bits a channel, as they are kept."""
    width, height = drawable.width, drawable.height
    region = drawable.get_pixel_rgn(0, 0, width, height, False, False)
    data = region[0:width, 0:height]
    if not _sees_deep(drawable, region):
        return data
    return bytes(
        bytearray((v + 128) // 257 for v in struct.unpack("={}H".format(len(data) // 2), data))
    )


def write(drawable, data):
    """Set all of its pixels."""
    width, height = drawable.width, drawable.height
    region = drawable.get_pixel_rgn(0, 0, width, height, True, False)
    if _sees_deep(drawable, region):
        samples = bytearray(data)
        data = struct.pack("={}H".format(len(samples)), *(v * 257 for v in samples))
    region[0:width, 0:height] = data
    drawable.flush()
    drawable.update(0, 0, width, height)


def describe(item):
    """All that there is to say about an item of an image, pixels included but for groups."""
    parent = pdb.gimp_item_get_parent(item)
    facts = {
        "name": text(item.name),
        "parent": text(parent.name) if parent else None,
        "offset": list(item.offsets),
        "size": [item.width, item.height],
        "type": item.type,
        "visible": bool(item.visible),
    }
    if pdb.gimp_item_is_group(item):
        return facts
    facts["samples"] = base64.b64encode(read(item)).decode("ascii")
    if isinstance(item, gimp.Layer):
        facts["mode"], facts["opacity"] = item.mode, item.opacity
        facts["mask"] = describe(item.mask) if item.mask else None
        facts["shows mask"] = bool(item.mask) and bool(item.apply_mask)
        facts["paints on mask"] = bool(item.mask) and bool(item.edit_mask)
        facts["parasites"] = {text(name): _parasite(item, name) for name in item.parasite_list()}
    return facts


def state(image):
    """All that there is to say about an image."""
    active = image.active_layer
    return {
        "layers": [describe(item) for item in all_layers(image.layers)],
        "selection": describe(image.selection),
        "active": text(active.name) if active else None,
        "dirty": bool(image.dirty),
        "images": len(gimp.image_list()),
    }


def all_layers(layers):
    """Layers and groups, from the top."""
    for item in layers:
        yield item
        if pdb.gimp_item_is_group(item):
            for child in all_layers(item.children):
                yield child


def dream(image, drawable, run_mode=gimpfu.RUN_NONINTERACTIVE, **settings):
    """Run the plug-in as a script would; "success", or the error that a script gets."""
    procedure = pdb.python_fu_deep_dream
    names = [text(param[1]) for param in procedure.params]
    given = dict(defaults(), **{key.replace("_", "-"): value for key, value in settings.items()})
    assert set(given) <= set(names), "no such argument"
    arguments = [image, drawable] + [given[name] for name in names[3:]]
    try:
        procedure(*arguments, run_mode=run_mode)
    except RuntimeError as error:
        return text(str(error))
    return "success"


def defaults():
    """The default of every argument but image and drawable, as the plug-in registers them."""
    kept = sys.path[:]
    sys.path.insert(0, PLUGIN[0])
    try:
        import arguments  # type: ignore[import-not-found]

        return {text(row[1]): row[3] for row in arguments.parameters()[2:]}
    finally:
        sys.path[:] = kept


def choice(name, value):
    """The number of a setting's choice, as GIMP's procedures have it."""
    words = "{}: ".format(name)
    help_text = text(pdb.python_fu_deep_dream.proc_help)
    line = next(line for line in help_text.splitlines() if line.startswith(words))
    numbers = line.rpartition("[")[2].rstrip("]").split(", ")
    return next(int(pair.split(" = ")[0]) for pair in numbers if pair.split(" = ")[1] == value)


# The installed plug-in's folder.
PLUGIN = [""]


def native(words):
    # type: (str) -> str
    """Text as GIMP's functions take it."""
    return words.encode("utf-8")  # type: ignore[return-value]


def text(string):
    # type: (str) -> str
    """The text of a string of GIMP's."""
    return string.decode("utf-8") if isinstance(string, bytes) else string


def _parasite(item, name):
    found = item.parasite_find(name)
    return base64.b64encode(found.data if found else b"").decode("ascii")


def _byte(sample):
    return int(sample * 255 + 0.5)


def _sees_deep(drawable, region):
    channels = (3 if drawable.is_rgb else 1) + (1 if drawable.has_alpha else 0)
    return region.bpp > channels

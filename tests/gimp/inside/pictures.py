"""Images to dream on, made inside GIMP, and everything that can be said about one.

No picture is symmetric in any way, so that nothing mirrored, shifted or swapped goes unseen. Runs
on GIMP's own Python: standard library and gi alone.
"""

import base64
import hashlib
from array import array
from dataclasses import dataclass

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
gi.require_version("Babl", "0.1")
from gi.repository import Babl, Gegl, Gimp  # noqa: E402

IMAGE_SIZE = (160, 120)
LAYER_SIZE = (97, 71)
LAYER_OFFSET = (31, 17)
# In the image; it reaches over the layer's left and lower edges.
ELLIPSE = (22.0, 30.0, 66.0, 64.0)
FEATHER = 9.0


@dataclass(frozen=True)
class Kind:
    """A kind of image and layer; `profile` is for a wide-gamut colour profile."""

    precision: Gimp.Precision
    grey: bool = False
    alpha: bool = False
    profile: bool = False


KINDS = {
    "rgb-u8": Kind(Gimp.Precision.U8_NON_LINEAR),
    "rgba-u8": Kind(Gimp.Precision.U8_NON_LINEAR, alpha=True),
    "rgba-u16": Kind(Gimp.Precision.U16_NON_LINEAR, alpha=True),
    "rgba-float-linear": Kind(Gimp.Precision.FLOAT_LINEAR, alpha=True),
    "grey-u8": Kind(Gimp.Precision.U8_NON_LINEAR, grey=True),
    "greya-u16-linear": Kind(Gimp.Precision.U16_LINEAR, grey=True, alpha=True),
    "rgba-u8-adobe": Kind(Gimp.Precision.U8_NON_LINEAR, alpha=True, profile=True),
}


def make_image(kind: Kind):
    """An image with a group of three layers in it; (image, the middle layer, the group)."""
    base = Gimp.ImageBaseType.GRAY if kind.grey else Gimp.ImageBaseType.RGB
    image = Gimp.Image.new_with_precision(*IMAGE_SIZE, base, kind.precision)
    if kind.profile:
        image.set_color_profile(Gimp.ColorProfile.new_rgb_adobe())
    background = _layer(image, kind, "Background", *IMAGE_SIZE)
    image.insert_layer(background, None, 0)
    group = Gimp.GroupLayer.new(image, "Group")
    image.insert_layer(group, None, 0)
    photo = _layer(image, kind, "Photo", *LAYER_SIZE)
    for layer in (
        _layer(image, kind, "Below", 13, 9),
        photo,
        _layer(image, kind, "Above", 13, 9),
    ):
        image.insert_layer(layer, group, 0)
    photo.set_offsets(*LAYER_OFFSET)
    paint(photo)
    image.set_selected_layers([photo])
    return image, photo, group


def select(image) -> None:
    """Select a feathered ellipse, partly beside the layer."""
    image.select_ellipse(Gimp.ChannelOps.REPLACE, *ELLIPSE)
    Gimp.Selection.feather(image, FEATHER)


def all_layers(image) -> list:
    """The image's layers and groups, from the top."""
    return list(_with_children(image.get_layers()))


def paint(layer) -> None:
    """Waves and stripes all over `layer`, different in each channel; alpha from 0 to 1."""
    width, height = layer.get_width(), layer.get_height()
    samples = array("f")
    for y in range(height):
        for x in range(width):
            u, v = x / width, y / height
            red = 0.15 + 0.7 * u * (0.6 + 0.4 * ((x // 9 + y // 5) % 2))
            green = 0.85 - 0.6 * v * (0.5 + 0.5 * ((x // 4) % 2))
            blue = 0.2 + 0.6 * ((u * 3 + v * v * 2) % 1.0)
            alpha = 0.0 if x > 88 and y > 60 else min(1.0, 0.25 + 1.2 * u)
            samples.extend((red, green, blue, alpha))
    write(layer, samples.tobytes(), "R'G'B'A float")


def own_format(drawable) -> str:
    """The name of the format that the drawable's pixels are kept in."""
    return Babl.format_get_encoding(drawable.get_format())


def read(drawable, babl: str, rectangle=None) -> bytes:
    """The drawable's pixels, all or in a rectangle (x, y, width, height)."""
    place = rectangle or (0, 0, drawable.get_width(), drawable.get_height())
    return drawable.get_buffer().get(Gegl.Rectangle.new(*place), 1.0, babl, Gegl.AbyssPolicy.NONE)


def write(drawable, data: bytes, babl: str, rectangle=None) -> None:
    """Set the drawable's pixels, all or in a rectangle (x, y, width, height)."""
    place = rectangle or (0, 0, drawable.get_width(), drawable.get_height())
    buffer = drawable.get_buffer()
    buffer.set(Gegl.Rectangle.new(*place), babl, data)
    buffer.flush()
    del buffer
    drawable.update(*place)


def text(data: bytes) -> str:
    """Bytes as JSON can hold them."""
    return base64.b64encode(data).decode("ascii")


def describe(item) -> dict:
    """All that there is to say about an item of an image, pixels included but for groups.

    `digest` is of the pixels as they are kept. `samples` are floats, of which the last bit is up to
    how GIMP feels about converting them at the moment.
    A group's pixels follow from its layers', late: GIMP ends a plug-in that reads them too early.
    """
    parent = item.get_parent()
    facts = {
        "kind": type(item).__name__,
        "name": item.get_name(),
        "parent": parent.get_name() if parent else None,
        "offset": list(item.get_offsets()[1:]),
        "size": [item.get_width(), item.get_height()],
        "format": own_format(item),
        "visible": item.get_visible(),
    }
    if not item.is_group():
        babl = "R'G'B'A float" if isinstance(item, Gimp.Layer) else "Y float"
        facts["samples"] = text(read(item, babl))
        facts["digest"] = hashlib.sha256(read(item, own_format(item))).hexdigest()
    if isinstance(item, Gimp.Layer):
        mask = item.get_mask()
        facts["mode"] = item.get_mode().value_nick
        facts["opacity"] = item.get_opacity()
        facts["filters"] = [effect.get_name() for effect in item.get_filters()]
        facts["mask"] = describe(mask) if mask else None
        facts["shows mask"] = bool(mask) and item.get_apply_mask()
    return facts


def state(image) -> dict:
    """All that there is to say about an image: equal states, samples aside, are equal images."""
    return {
        "layers": [describe(layer) for layer in all_layers(image)],
        "channels": [channel.get_name() for channel in image.get_channels()],
        "selection": describe(image.get_selection()),
        "selected": [item.get_name() for item in image.get_selected_drawables()],
        "dirty": image.is_dirty(),
        "images": len(Gimp.get_images()),
    }


def dream(image, drawables, **settings):
    """Run the plug-in as a script would; (status, message)."""
    return _run("plug-in-deep-dream", image, drawables, settings)


def again(image, drawables):
    """Run Deep Dream Again as a script would; (status, message)."""
    return _run("plug-in-deep-dream-again", image, drawables, {})


def texture(image, drawables, **settings):
    """Run Deep Dream Texture as a script would; (status, message)."""
    return _run("plug-in-deep-dream-texture", image, drawables, settings)


def _run(name, image, drawables, settings):
    procedure = Gimp.get_pdb().lookup_procedure(name)
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.NONINTERACTIVE)
    config.set_property("image", image)
    config.set_core_object_array("drawables", drawables)
    for name, value in settings.items():
        config.set_property(name.replace("_", "-"), value)
        # GIMP drops a value that is out of range with a warning only.
        if config.get_property(name.replace("_", "-")) != value:
            raise SystemExit(f"GIMP did not take {name}={value!r}")
    result = procedure.run(config)
    status = result.index(0)
    message = "" if status == Gimp.PDBStatusType.SUCCESS else Gimp.get_pdb().get_last_error()
    return status.value_nick, message


def _layer(image, kind, name, width, height):
    names = {
        (False, False): Gimp.ImageType.RGB_IMAGE,
        (False, True): Gimp.ImageType.RGBA_IMAGE,
        (True, False): Gimp.ImageType.GRAY_IMAGE,
        (True, True): Gimp.ImageType.GRAYA_IMAGE,
    }
    layer = Gimp.Layer.new(
        image, name, width, height, names[kind.grey, kind.alpha], 100.0, Gimp.LayerMode.NORMAL
    )
    layer.fill(Gimp.FillType.WHITE)
    return layer


def _with_children(layers):
    for layer in layers:
        yield layer
        if layer.is_group_layer():
            yield from _with_children(layer.get_children())

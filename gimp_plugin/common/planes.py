"""Arithmetic on 8-bit pixels without a library for it. Runs on Python 2.7 and 3."""

from __future__ import absolute_import, division, print_function, unicode_literals

from operator import mul

# Of two samples' product, the sample that it stands for: n / 255, rounded.
_SCALED = bytearray((number + 127) // 255 for number in range(255 * 255 + 1))


def _decoded(sample):
    """The linear value of an sRGB-encoded one, both from 0 to 1 (IEC 61966-2-1)."""
    return sample / 12.92 if sample <= 0.04045 else ((sample + 0.055) / 1.055) ** 2.4


def _encoded(sample):
    """The inverse."""
    return sample * 12.92 if sample <= 0.0031308 else 1.055 * sample ** (1 / 2.4) - 0.055


def _table(curve):
    return bytes(bytearray(int(curve(number / 255) * 255 + 0.5) for number in range(256)))


_LINEAR, _SRGB = _table(_decoded), _table(_encoded)


def linear(plane):
    """Samples in sRGB's encoding as linear ones, each to the nearest of 256 levels."""
    return plane.translate(_LINEAR)


def encoded(plane):
    """Linear samples in sRGB's encoding: what `linear` has made comes back as it was made."""
    return plane.translate(_SRGB)


def product(one, other, width):
    """Two planes of `width` samples a row multiplied, as bytes; 255 stands for 1.

    Rows of one value, as most masks mostly have them, are quick.
    """
    rows = []
    for start in range(0, len(one), width):
        a, b = one[start : start + width], other[start : start + width]
        if a == a[:1] * len(a):
            a, b = b, a
        if b == b[:1] * len(b):
            rows.append(a.translate(_times(bytearray(b)[0])))
        else:
            samples = map(_SCALED.__getitem__, map(mul, bytearray(a), bytearray(b)))
            rows.append(bytes(bytearray(samples)))
    return b"".join(rows)


def with_alpha_times(rgba, plane, width):
    """RGBA pixels, `width` a row, whose alpha is multiplied with the samples of `plane`."""
    pixels = bytearray(rgba)
    pixels[3::4] = product(bytes(pixels[3::4]), plane, width)
    return bytes(pixels)


def rgba(data, has_alpha, is_rgb, palette=b""):
    """Pixels of any kind of layer as RGBA.

    Args:
        data: interleaved samples: RGB, grey, or numbers of a palette's colours, then alpha, if any.
        has_alpha, is_rgb: what they are.
        palette: three bytes a colour; empty where the samples are no numbers of such.
    """
    colours = 3 if is_rgb else 1
    step = colours + bool(has_alpha)
    pixels = bytearray(len(data) // step * 4)
    for channel in range(3):
        plane = data[channel if is_rgb else 0 :: step]
        if palette:
            plane = plane.translate((palette[channel::3] + bytes(bytearray(256)))[:256])
        pixels[channel::4] = plane
    pixels[3::4] = data[colours::step] if has_alpha else b"\xff" * (len(data) // step)
    return bytes(pixels)


def _times(factor):
    """A table for `translate` that multiplies each sample with the sample `factor`."""
    return bytes(_SCALED[0 : 255 * factor + 1 : factor] if factor else bytearray(256))

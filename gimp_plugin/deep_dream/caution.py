"""What will disappoint about a picture that can be dreamed on, told before the dream."""

from common.translation import _

# Pixels: a single shape of the recommended layers is about as large.
_TOO_SMALL = 64
# Less of a layer than that is letters or lines.
_HARDLY_ANY = 0.25


def remark(small):
    """A sentence about the reduced.Small `small`, and what to do about it; None for no remark."""
    shapes = _("The shapes of dreams are some {count} pixels across.").format(count=_TOO_SMALL)
    if max(small.whole_width, small.whole_height) < _TOO_SMALL:
        return _("Too small to show much of a dream: Image > Scale Image first."), shapes
    if small.longest < _TOO_SMALL:
        return _("The selection is too small to show much of a dream."), shapes
    if small.solid < _HARDLY_ANY:
        return (
            _("Most of this is transparent; only the rest dreams."),
            _(
                "To dream on what lies below it too, choose Layer > New from Visible first, and"
                " dream on the new layer."
            ),
        )
    return None

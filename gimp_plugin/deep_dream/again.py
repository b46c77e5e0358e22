"""Dreaming again with a layer's settings: which layer, where, with which guide."""

from contextlib import suppress

from gi.repository import Gimp

import keeping
import pixels
import settings_arguments
from common import plugin_settings, record
from dreaming import Wish
from refusal import Refusal, dream_and_layer, guide_to_look_at, layer_to_dream_on

# The artist has seen every value.
_SEEN = Gimp.RunMode.INTERACTIVE


class Again:
    """The dream that the artist has selected, as it is kept on its layer.

    Attributes:
        values: of all its settings.

    Raises Refusal or WorkerError where it cannot be dreamed again.
    """

    def __init__(self, image, drawables):
        self._image = image
        self._drawables = drawables
        self._dream, self._other = dream_and_layer(image, drawables, keeping.is_dream)
        self._record = keeping.kept(self._dream)
        self.values = record.values_of(self._record)
        # What is wrong already needs neither a dialog nor a worker.
        self._place()

    def prefill(self, config):
        """Give the `config` of a new dream this one's settings, and its guide if it is there."""
        settings_arguments.set_values(config, self.values)
        with suppress(Refusal):
            config.set_property(settings_arguments.GUIDE, self._kept_guide()[0])

    def wish(self, config=None):
        """What is to be dreamed: as it is kept, or as the artist has changed it in `config`.

        Raises Refusal.
        """
        values = self.values if config is None else settings_arguments.read_values(config, _SEEN)
        layer, target, mask, below = self._place()
        guide = seen = None
        if plugin_settings.uses_guide(values):
            guide, seen = self._guide(config)
        return Wish(
            layer,
            target,
            mask,
            below,
            values,
            guide,
            seen,
            # Whoever has changed a setting wants another dream.
            self._record if values == self.values else None,
        )

    def _place(self):
        """The layer to dream on, the new layer's place on it, its mask, and what it comes above.

        Its own source and place, and a mask like its own, above the dream: the selection has
        changed since. Another layer is dreamed on as it always is.
        """
        if self._other is not None:
            other = layer_to_dream_on(self._image, [self._other])
            target = pixels.rectangle_to_dream(other)
            return other, target, pixels.read_mask(other, target), other
        dream = layer_to_dream_on(self._image, [self._dream])
        source, place = keeping.source_of(dream, self._record)
        source = layer_to_dream_on(self._image, [source])
        mask = pixels.own_mask(dream)
        if mask is not None and (mask.width, mask.height) != (place.width, place.height):
            raise Refusal(
                "This dream's layer has another size than it was made with, so that its mask does"
                " not fit. Apply the mask (Layer > Mask > Apply Layer Mask), then try again."
            )
        return source, place, mask, dream

    def _guide(self, config):
        if config is None:
            return self._kept_guide()
        chosen = guide_to_look_at(config.get_property(settings_arguments.GUIDE))
        with suppress(Refusal):
            guide, seen = self._kept_guide()
            if guide is not None and guide.get_id() == chosen.get_id():
                return guide, seen
        return chosen, pixels.rectangle_of_guide(chosen)

    def _kept_guide(self):
        return keeping.guide_of(self._image, self._record)

"""Dreaming again with a layer's settings: which layer, where, with which guide."""

from contextlib import suppress

from gi.repository import Gimp

import keeping
import pixels
import settings_arguments
from common import plugin_settings, record
from common.translation import _
from dreaming import Wish, chosen_strength
from guide import LayerGuide, chosen_guide
from refusal import Refusal, dream_and_layer, layer_to_dream_on

# The artist has seen every value.
_SEEN = Gimp.RunMode.INTERACTIVE


class Again:
    """The dream that the artist has selected, as it is kept on its layer.

    Raises Refusal or WorkerError where it cannot be dreamed again.
    """

    def __init__(self, image, drawables):
        self._image = image
        self._drawables = drawables
        self._dream, self._other = dream_and_layer(image, drawables, keeping.is_dream)
        self._record = keeping.kept(self._dream)
        self._values = record.values_of(self._record)
        # What is wrong already needs neither a dialog nor a worker.
        self._place()

    @property
    def is_texture(self):
        """Whether what is to be dreamed is a texture, on no layer."""
        return self._other is None and keeping.is_texture(self._record)

    def prefill(self, config):
        """Give the `config` of a new dream this one's settings, guide and map if they are there."""
        settings_arguments.set_values(config, self._values)
        # GIMP offers the file that was chosen last, for whatever dream.
        config.set_property(settings_arguments.GUIDE_FILE, None)
        with suppress(Refusal):
            guide = keeping.guide_of(self._dream, self._record)
            if isinstance(guide, LayerGuide):
                config.set_property(settings_arguments.GUIDE, guide.layer)
            elif guide is not None:
                config.set_property(settings_arguments.GUIDE_FILE, guide.file)
        if settings_arguments.STRENGTH_MAP in settings_arguments.drawables_of(config):
            with suppress(Refusal):
                strength = keeping.strength_of(self._dream, self._record)
                config.set_property(settings_arguments.STRENGTH_MAP, strength)

    def wish(self, config=None, plain=False):
        """What is to be dreamed: as it is kept, or as the artist has changed it in `config`.

        With `plain` without its guide and strength map.

        Raises Refusal or WorkerError.
        """
        values = self._values
        if config is not None:
            values = settings_arguments.read_values(config, _SEEN)
        layer, target, mask, below = self._place()
        if plain:
            return Wish(self._image, layer, target, mask, below, values)
        guide = self._guide(config) if plugin_settings.uses_guide(values) else None
        strength, same = self._strength(config)
        # Whoever has changed a setting, or the map, wants another dream.
        repeats = self._record if same and values == self._values else None
        return Wish(self._image, layer, target, mask, below, values, guide, strength, repeats)

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
        if self.is_texture:
            source, place = None, self._place_of_texture(dream)
        else:
            source, place = keeping.source_of(dream, self._record)
            source = layer_to_dream_on(self._image, [source])
        mask = pixels.own_mask(dream)
        if mask is not None and (mask.width, mask.height) != (place.width, place.height):
            raise Refusal(
                _(
                    "This dream's layer has another size than it was made with, so that its"
                    " mask does not fit. Apply the mask (Layer > Mask > Apply Layer Mask),"
                    " then try again."
                )
            )
        return source, place, mask, dream

    def _place_of_texture(self, dream):
        """Where the texture `dream` lies now, as large as it was made."""
        kept = keeping.place_of(self._record)
        left, top = dream.get_offsets()[1:]
        return pixels.Rectangle(left, top, kept.width, kept.height)

    def _guide(self, config):
        """The guide that is kept, or another one that the artist has chosen in `config`."""
        if config is None:
            return keeping.guide_of(self._dream, self._record)
        chosen = config.get_property(settings_arguments.GUIDE)
        with suppress(Refusal):
            guide = keeping.guide_of(self._dream, self._record)
            if isinstance(guide, LayerGuide) and guide.layer.get_id() == _number(chosen):
                return guide
        return chosen_guide(config)

    def _strength(self, config):
        """The strength map that is kept, or what the artist has chosen in `config`; whether it is
        the one that is kept.
        """
        if config is None:
            return keeping.strength_of(self._dream, self._record), True
        chosen = chosen_strength(config)
        kept = None
        with suppress(Refusal):
            kept = keeping.strength_of(self._dream, self._record)
        return chosen, _number(chosen) == _number(kept)


def _number(drawable):
    return drawable and drawable.get_id()

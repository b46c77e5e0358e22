"""What was chosen to grow, for the way back from where something else has taken its place."""

from common import plugin_settings


class FormerChoice:
    """Of `config`. `otherwise()` is called where there is no former choice to go back to."""

    def __init__(self, config, otherwise):
        self._config, self._otherwise = config, otherwise
        self._former = None
        self._replacing = False
        for name in plugin_settings.WHAT:
            config.connect(f"notify::{name}", self._changed)

    def replace(self, **values):
        """Set what grows otherwise; what grew before is remembered until it is chosen anew."""
        if self._former is None:
            # GIMP has None for an empty text.
            self._former = {
                name: self._config.get_property(name) or "" for name in plugin_settings.WHAT
            }
        self._replacing = True
        try:
            self._set(values)
        finally:
            self._replacing = False

    def go_back(self, with_guide):
        """Set what grew before `replace`, unless it needs a guide and is not `with_guide`."""
        former, self._former = self._former, None
        if former is None or (not with_guide and plugin_settings.uses_guide(former)):
            self._otherwise()
        else:
            self._set(former)

    def _set(self, values):
        # Whoever listens hears of all once all are set.
        with self._config.freeze_notify():
            for name, value in values.items():
                self._config.set_property(name, value)

    def _changed(self, *_):
        if not self._replacing:
            self._former = None

"""A stand-in for GTK as gimpfu uses it, with an artist before it."""

from __future__ import absolute_import, division, print_function, unicode_literals

from artist import screen, unseen, wishes

FILL = 4
STOCK_CANCEL, STOCK_OK = "gtk-cancel", "gtk-ok"
RESPONSE_OK, RESPONSE_CANCEL = -5, -6
POLICY_AUTOMATIC, POLICY_NEVER = 1, 2


class Widget(object):
    """Any widget: it holds others, and the artist can reach those that are shown."""

    def __init__(self):
        self.children, self.shown, self.height = [], False, None

    def show(self):
        self.shown = True

    def set_size_request(self, width, height):
        assert isinstance(width, int)
        assert isinstance(height, int)
        self.height = height

    def reach(self):
        """The widget and all in it that can be seen."""
        found = [self] if self.shown else []
        for child in self.children if self.shown else []:
            found += child.reach()
        return found


class Box(Widget):
    """gtk.VBox."""

    def pack_start(self, child, expand=True, fill=True, padding=0):
        self.children.append(child)

    pack_end = pack_start


class ScrolledWindow(Widget):
    """gtk.ScrolledWindow."""

    def __init__(self):
        Widget.__init__(self)
        self.policy = None

    def set_policy(self, across, down):
        assert {across, down} <= {POLICY_AUTOMATIC, POLICY_NEVER}
        self.policy = (across, down)

    def add_with_viewport(self, child):
        self.children.append(child)


class Table(Widget):
    """gtk.Table."""

    def __init__(self, rows, columns, homogeneous):
        Widget.__init__(self)
        self.rows = rows

    def set_row_spacings(self, spacing):
        assert isinstance(spacing, int)

    set_col_spacings = set_row_spacings

    def attach(self, child, left, right, top, bottom, xoptions=5, yoptions=5):
        assert left < right
        assert top < bottom <= self.rows
        self.children.append(child)


class Label(Widget):
    """gtk.Label."""

    def __init__(self, text):
        Widget.__init__(self)
        self.text = text

    def set_use_underline(self, use):
        assert isinstance(use, bool)


class Adjustment(object):
    """gtk.Adjustment: it keeps its value within its bounds."""

    def __init__(self, value, lower, upper, step, page, page_size):
        self.lower, self.upper, self.step = float(lower), float(upper), float(step)
        self.value = 0.0
        self.set_value(value)

    def set_value(self, value):
        self.value = min(max(float(value), self.lower), self.upper)


class HScale(Widget):
    """gtk.HScale, with gimpfu's way of asking."""

    def __init__(self, adjustment):
        Widget.__init__(self)
        self._adjustment = adjustment

    def enter(self, value):
        self._adjustment.set_value(value)

    def get_value(self):
        return self._adjustment.value


class SpinButton(HScale):
    """gtk.SpinButton: its value is a float, whatever it shows."""

    def __init__(self, adjustment, climb, digits):
        HScale.__init__(self, adjustment)
        assert isinstance(digits, int)


class ComboBox(Widget):
    """gtk.ComboBox."""

    def __init__(self, items, default):
        Widget.__init__(self)
        assert all(isinstance(item, bytes) for item in items)
        self._items, self._active = items, default

    def enter(self, value):
        self._active = self._items.index(value)

    def get_value(self):
        return self._active


class ToggleButton(Widget):
    """gtk.ToggleButton."""

    def __init__(self, active):
        Widget.__init__(self)
        self._active = bool(active)

    def enter(self, value):
        self._active = bool(value)

    def get_value(self):
        return self._active


class Entry(Widget):
    """gtk.Entry: its text is UTF-8."""

    def __init__(self, text, kind):
        Widget.__init__(self)
        self._text, self._kind = text, kind

    def enter(self, value):
        self._text = value.encode("utf-8")

    def get_value(self):
        return self._kind(self._text)


class Dialog(Widget):
    """A window with buttons."""

    def __init__(self, title):
        Widget.__init__(self)
        self.title, self._respond = title, None
        self.vbox = Box()
        self.vbox.show()
        self.children.append(self.vbox)

    def connect(self, signal, handler):
        assert signal == "response"
        self._respond = handler

    def show(self):
        Widget.show(self)
        screen.append(self)

    def destroy(self):
        unseen.append(self)

    def answer(self):
        """What the artist does with it."""
        left = dict(wishes)
        response = {"ok": RESPONSE_OK, "cancel": RESPONSE_CANCEL}[left.pop("response")]
        for widget in self.reach():
            if getattr(widget, "name", None) in left:
                widget.enter(left.pop(widget.name))
        assert not left, "not in the dialog: {}".format(sorted(left))
        self._respond(self, response)


class gdk(object):
    """gtk.gdk."""

    @staticmethod
    def screen_height():
        return 768

    @staticmethod
    def flush():
        assert not unseen, "what GTK has not heard of cannot reach the screen"


def main():
    screen[-1].answer()


def main_quit():
    pass


def events_pending():
    return bool(unseen)


def main_iteration(block=True):
    screen.remove(unseen.pop())

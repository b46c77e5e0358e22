"""A stand-in for gimpshelf: values that last as long as GIMP runs, kept as strings."""

from __future__ import absolute_import, division, print_function, unicode_literals

import copy_reg
import cPickle
import gimp

for _kind in (gimp.Layer, gimp.GroupLayer, gimp.Channel):
    copy_reg.pickle(_kind, lambda item: (gimp._id2drawable, (item.ID,)), gimp._id2drawable)
copy_reg.pickle(gimp.Image, lambda image: (gimp._id2image, (image.ID,)), gimp._id2image)


class _Shelf(object):
    def has_key(self, key):
        try:
            gimp.get_data(key)
        except gimp.error:
            return False
        return True

    def __getitem__(self, key):
        return cPickle.loads(gimp.get_data(key))

    def __setitem__(self, key, value):
        gimp.set_data(key, cPickle.dumps(value))


shelf = _Shelf()

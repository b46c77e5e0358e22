"""What both plug-ins share. Python 2.7 and 3, standard library alone, nothing of GIMP.

Each plug-in carries a copy of this folder, so its modules name each other relatively.
"""

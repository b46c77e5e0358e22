"""Who sits before the screen.

`wishes` are what they do in the next dialog: names of parameters and what they enter there, and
under "response" which button they press. `screen` has every dialog that can be seen; one that was
destroyed is there, in `unseen` too, until GTK's loop turns.
"""

wishes = {}
screen = []
unseen = []

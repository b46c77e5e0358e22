"""What holds a dream together: each prior is one small file of plain functions.

Some change what the objective sees (`transforms`), some the gradient (`smoothing`, `laplacian`),
some the canvas after a step (`variation`, `decay`, `gaussian`). `core.ascent` applies them.
"""

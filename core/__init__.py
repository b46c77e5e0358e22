"""Deep Dream's core: PyTorch on one side, a pipe or a command line on the other. Knows no GIMP."""

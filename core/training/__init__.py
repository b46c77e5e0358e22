"""Makes the built-in network from nothing: motifs are drawn, put into scenes, and learnt.

The dream never imports this package; it is here so that everybody can make the shipped weights
again, or others: `python -m core.training --help`.
"""

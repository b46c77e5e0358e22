"""The networks that can dream: one file per family, and a registry of their records."""

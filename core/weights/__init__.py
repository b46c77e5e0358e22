"""Weights of downloadable networks: where they are kept, fetched from, and how they are checked."""

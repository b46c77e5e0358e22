"""The installer's parts: standard library alone, no PyTorch, any Python from 3.10 on."""

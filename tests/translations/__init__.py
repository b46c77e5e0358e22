"""The translations' tool: `python -m tests.translations`; its functions are what the tests use."""

"""A stand-in for PyGTK's module that chooses its version."""


def require(version):
    assert version == "2.0"

"""The program's version, read by the package, the worker's greeting and the installer."""

VERSION = "0.1.0"

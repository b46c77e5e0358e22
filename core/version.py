"""The program's version: one number, read by the package, the worker's greeting and the installer."""

VERSION = "0.1.0"

"""Why a program that the installer ran has failed, as far as the end of its output tells."""

from __future__ import annotations

import re
import sys

from core.installing.places import free_bytes
from core.installing.running import Log
from core.installing.talk import InstallError
from core.language import _

_FULL = r"No space left|Errno 28|WinError 112|not enough space|Disk quota exceeded"
_LITTLE = 30_000_000
"""Bytes of free disk with which nothing can be installed."""


def explain(log: Log) -> InstallError:
    """Why pip failed."""
    text = "\n".join(log.recent(400))
    if disk := full(log):
        return disk
    if re.search(r"ProxyError|proxy", text):
        return InstallError(
            _("The packages cannot be downloaded: the proxy refuses."),
            _("Check the proxy settings, then run install.py again. {log}").format(log=look(log)),
        )
    if re.search(r"CERTIFICATE_VERIFY_FAILED|SSLError", text):
        return InstallError(
            _("The packages cannot be downloaded: the connection is not trusted."),
            _("Check this computer's clock and certificates, then try again. {log}").format(
                log=look(log)
            ),
        )
    if re.search(r"Retry|Connection|timed out|Temporary failure|getaddrinfo", text):
        return InstallError(
            _("The packages cannot be downloaded: there is no connection."),
            _("Check the network, then run install.py again. {log}").format(log=look(log)),
        )
    if "DO NOT MATCH THE HASHES" in text:
        return InstallError(
            _(
                "A package that was downloaded is not the one that Deep Dream was made with, so it"
                " was thrown away."
            ),
            _(
                "Run install.py again. If that does not help, something between this computer and"
                " the package index (a proxy, a mirror) changes what it sends. {log}"
            ).format(log=look(log)),
        )
    if missing := re.search(r"No matching distribution found for ([\w.-]+)(?:==(\S+))?", text):
        python = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
        package = f"{missing[1]} {missing[2] or ''}".strip()
        unreached = "(from versions: none)" in text
        lacking = (
            _("There is no package {package} for {python} on this kind of computer, or none can be"
              " reached.")
            if unreached
            else _("There is no package {package} for {python} on this kind of computer.")
        )  # fmt: skip
        return InstallError(
            lacking.format(package=package, python=python),
            _("Run install.py with another Python, from 3.10 on, 64 bits: python3.12 install.py"),
        )
    return InstallError(_("The packages could not be installed."), look(log))


def full(log: Log) -> InstallError | None:
    """The error that says so, if the program that ran last found the disk full."""
    said = re.search(_FULL, "\n".join(log.recent(400)))
    # Not every program says why it failed: venv does not.
    if said or free_bytes(log.path.parent) < _LITTLE:
        return InstallError(
            _("The disk is full."),
            _("Free some space, then run install.py again; it starts afresh."),
        )
    return None


def look(log: Log) -> str:
    """Where the log is, and how it ends."""
    last = "\n  ".join(line for line in log.recent(8) if line.strip())
    return _("The log {log} has the details; it ends:").format(log=log.path) + f"\n  {last}"

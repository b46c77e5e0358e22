"""Everything that can go wrong, as one tree.

Each error carries a `code` (stable, for programs), a `message` (one sentence for the artist) and a
`hint` (what to do next; may be empty). Both faces of the core show exactly these three.
"""

from __future__ import annotations

from core.language import _


class DreamError(Exception):
    """Base of all errors that the core reports.

    Args:
        message: one sentence that an artist understands.
        hint: what to do next; empty where there is nothing to do.
    """

    code = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class Cancelled(DreamError):
    """The dream was called off by its caller."""

    code = "cancelled"

    def __init__(self) -> None:
        super().__init__(_("The dream was cancelled."))


class SettingError(DreamError):
    """A setting is unknown, of the wrong kind, or out of range."""

    code = "bad-setting"


class RecordError(DreamError):
    """A record of a dream is missing, damaged, or of a later version."""

    code = "bad-record"


class LayerUnknown(SettingError):
    """A layer that the network does not have."""

    code = "layer-unknown"


class ConceptUnknown(SettingError):
    """A concept that the network does not know."""

    code = "concept-unknown"


class PictureError(DreamError):
    """The picture cannot be dreamed on: wrong shape, no pixels, not a number."""

    code = "bad-picture"


class PictureFileError(PictureError):
    """A picture file cannot be read or written."""

    code = "bad-picture-file"


class RequestError(DreamError):
    """A message on the pipe is not of the protocol."""

    code = "bad-request"


class Busy(DreamError):
    """A dream is already running, or too much else is asked for at once."""

    code = "busy"

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message or _("A dream is already running."),
            _("Wait until it is done, or cancel it, then try again."),
        )


class NetworkMissing(DreamError):
    """The network's weights are not on this machine."""

    code = "network-missing"


class WeightsError(DreamError):
    """A weights file is truncated, swapped, of another network, or not a weights file at all."""

    code = "bad-weights"


class BrokenInstallation(DreamError):
    """What the installer put here is damaged, or does not work any more."""

    code = "broken-installation"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint or _("Run install.py again: it repairs the installation."))


class DownloadError(DreamError):
    """Weights could not be downloaded."""

    code = "download-failed"


class DeviceError(DreamError):
    """The device that was asked for is not there or cannot run the network."""

    code = "bad-device"


class OutOfMemory(DreamError):
    """The dream needs more memory than the device has."""

    code = "out-of-memory"

    def __init__(self) -> None:
        super().__init__(
            _("There is not enough memory for a dream of this size."),
            _("Choose a smaller working size, close other programs, or use the CPU."),
        )


class GradientError(DreamError):
    """The network's gradient was not a number, so there is nothing to dream along."""

    code = "bad-gradient"


class InternalError(DreamError):
    """Something that should not happen; the log has the details."""

    code = "internal"

"""torchvision, or a sentence where it does not work."""

from __future__ import annotations

from core.errors import BrokenInstallation
from core.language import _

try:
    from torchvision import models, ops
    from torchvision.models.feature_extraction import NodePathTracer
except (ImportError, AttributeError, OSError, RuntimeError) as error:
    # A torchvision of another PyTorch breaks in any of these ways.
    raise BrokenInstallation(
        _("torchvision, which this network is part of, does not work on this computer."),
        _("Run install.py again (it repairs the installation), or choose the built-in network."),
    ) from error

__all__ = ["NodePathTracer", "models", "ops"]

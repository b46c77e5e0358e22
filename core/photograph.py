"""The photograph that comes with this program: something to measure on, and to dream over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import BrokenInstallation
from core.language import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FILE = Path(__file__).with_name("sample.jpg")


def photograph(width: int, height: int) -> NDArray[np.uint8]:
    """The photograph at that size: (height, width, 3).

    Raises:
        BrokenInstallation: it cannot be read.
    """
    # Whoever has measured before has no need of these.
    import numpy as np
    from PIL import Image

    try:
        with Image.open(FILE) as sample:
            scaled = sample.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    except OSError as error:
        raise BrokenInstallation(
            _("The sample photograph cannot be read: {reason}.").format(
                reason=error.strerror or error
            )
        ) from error
    return np.array(scaled)

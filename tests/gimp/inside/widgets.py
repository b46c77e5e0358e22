"""The dialog's own widgets, each in a window of its own, used as an artist does; without GIMP.

Arguments: a JSON file to write what was seen to; the core's Python and a program that holds a core,
for the download of a network.
"""

import json
import sys
from pathlib import Path

import help_steps
import setting_steps
import tile_steps

_STEPS = {
    tile_steps: ("choosing", "staying", "naming", "thousand"),
    setting_steps: ("deep", "turning", "throwing", "reminding"),
    help_steps: ("logging", "fetching"),
}


def main(report, *core):
    seen = {
        name: getattr(module, name)(*core) for module, names in _STEPS.items() for name in names
    }
    report.write_text(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])

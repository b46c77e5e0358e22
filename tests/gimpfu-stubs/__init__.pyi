"""What a plug-in uses of pygimp's module `gimpfu` in GIMP 2.10, constants among it."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import gimp as gimp
from gimp import pdb as pdb

class error(RuntimeError): ...
class CancelError(RuntimeError): ...

# Type, name, description and default; then, for some, what can be chosen.
_Parameter: TypeAlias = (
    tuple[int, str, str, object]
    | tuple[int, str, str, object, tuple[float, float, float]]
    | tuple[int, str, str, object, Sequence[str]]
)

PF_INT32: int
PF_FLOAT: int
PF_STRING: int
PF_IMAGE: int
PF_DRAWABLE: int
PF_TOGGLE: int
PF_SLIDER: int
PF_SPINNER: int
PF_OPTION: int

RUN_INTERACTIVE: int
RUN_NONINTERACTIVE: int
RUN_WITH_LAST_VALS: int

RGB: int
GRAY: int
INDEXED: int
RGB_IMAGE: int
RGBA_IMAGE: int
GRAY_IMAGE: int
GRAYA_IMAGE: int
INDEXED_IMAGE: int
INDEXEDA_IMAGE: int

ADD_WHITE_MASK: int
ADD_SELECTION_MASK: int
CHANNEL_OP_REPLACE: int
LAYER_MODE_NORMAL: int
LAYER_MODE_MULTIPLY: int
WHITE_FILL: int
PARASITE_PERSISTENT: int
PRECISION_U8_GAMMA: int
PRECISION_U16_GAMMA: int

def register(
    proc_name: str,
    blurb: str,
    help: str,
    author: str,
    copyright: str,
    date: str,
    label: str,
    imagetypes: str,
    params: list[_Parameter],
    results: list[tuple[int, str, str]],
    function: Callable[..., object],
    menu: str | None = ...,
    domain: str | tuple[str, str] | None = ...,
    on_query: Callable[[], object] | None = ...,
    on_run: Callable[[], object] | None = ...,
) -> None: ...
def main() -> None: ...
def fail(msg: str) -> None: ...

# gimpfu.main is these two in gimp.main.
def _query() -> None: ...
def _run(proc_name: str, params: tuple[Any, ...]) -> object: ...
def _get_defaults(proc_name: str) -> Sequence[Any]: ...

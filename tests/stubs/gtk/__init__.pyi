"""PyGTK, which GIMP 2.10's Python-Fu brings; nothing is known of its types."""

from typing import Any

Table: Any

def __getattr__(name: str) -> Any: ...

"""`python -m core bench`: what dreams cost on this machine."""

from __future__ import annotations

from core.cli.arguments import Arguments
from core.cli.terminal import say


def bench(arguments: Arguments) -> None:
    """Measure every preset of a network, and print what was found to standard output.

    Raises:
        DreamError: the network or the device cannot dream here.
    """
    say("Measuring; other programs that compute make it slower than it is.")

    # PyTorch takes seconds to come in, and mistakes above are told at once.
    from core.speed import Speed, measure

    def show(speed: Speed) -> None:
        if not shown:
            print(f"device: {speed.device}")
        shown.append(speed.preset)
        cost = f"{speed.seconds:.1f} seconds per megapixel"
        print(f"{speed.preset}: {cost} ({speed.precision})", flush=True)

    shown: list[str] = []
    measure(arguments.network or "built-in", arguments.device, show)

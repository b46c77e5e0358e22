"""Programs that a client can be pointed at instead of the core, each wrong in its own way."""

from __future__ import annotations

from pathlib import Path

# Says more than any pipe holds, on both of its outputs, before it listens.
TALKS_FIRST = """
import json, sys, threading

def shout():
    for _ in range(20000):
        sys.stderr.write("x" * 79 + chr(10))

shouting = threading.Thread(target=shout)
shouting.start()
out = sys.stdout.buffer
for _ in range(100):
    out.write(b'{"event":"network","name":"n","bytes":500000}\\n' + bytes(500000))
out.flush()
size = json.loads(sys.stdin.buffer.readline())["bytes"]
read = len(sys.stdin.buffer.read(size))
shouting.join()
print(json.dumps({"event": "error", "id": 1, "code": str(read), "message": ""}), flush=True)
sys.stdin.buffer.read()
"""

SAYS_NOTHING = """
import sys
sys.stdin.buffer.read()
"""

SPEAKS_GIBBERISH = """
import sys
print("Traceback (most recent call last):", file=sys.stderr)
print("hello there, nice to meet you", flush=True)
sys.stdin.buffer.read()
"""

SENDS_TOO_FEW_PIXELS = """
import sys
sys.stdin.buffer.readline()
sys.stdout.write('{"event":"result","id":1,"width":9,"height":9,"channels":4,"bytes":3}\\nabc')
sys.stdout.flush()
sys.stdin.buffer.read()
"""

TELLS_WHY_IT_ENDS = """
import sys
sys.stdin.buffer.readline()
print('{"event":"error","id":null,"code":"broken-installation",'
      '"message":"No torch.","hint":"Repair."}')
"""

# Answers with the arguments and the environment that it was started with.
REFLECTS = """
import json, os, sys
sys.stdin.buffer.readline()
said = {"event": "ready", "argv": sys.argv, "environment": dict(os.environ), "cwd": os.getcwd(),
        "isolated": sys.flags.isolated, "python": sys.executable}
print(json.dumps(said), flush=True)
sys.stdin.buffer.read()
"""


# Leaves a file beside itself when its input ends.
MARKS_ITS_END = """
import os, sys
sys.stdin.buffer.read()
open(os.path.join(sys.argv[0], "ended"), "w").close()
"""


def make_program(folder: Path, source: str) -> Path:
    """`folder`, with a `core` in it that runs `source`."""
    (folder / "core").mkdir(parents=True)
    (folder / "core" / "__main__.py").write_text(source, encoding="utf-8")
    return folder

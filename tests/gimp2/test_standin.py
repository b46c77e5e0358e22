"""The stand-in refuses what a real GIMP 2.10.22 refuses, with the same kind of error."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.gimp2 import python2
from tests.gimp2.conftest import Installed, report

# What is done -> the error's name and words in it, or the value. All seen in a real one.
STRICT = {
    "gimp.Layer(i, 'a', 5.0, 5)": ("TypeError", "integer argument expected, got float"),
    "gimp.Layer(i, 5, 5, 5)": ("TypeError", "argument 2 must be string, not int"),
    "gimp.Layer(i, 'a')": ("TypeError", "takes at least 4 arguments (2 given)"),
    "gimp.message(5)": ("TypeError", "message() argument 1 must be string, not int"),
    "gimp.progress_update('a')": ("TypeError", "a float is required"),
    "l.update(0, 0, 5)": ("TypeError", "update() takes exactly 4 arguments (3 given)"),
    "l.get_pixel_rgn(0.0, 0, 5, 5)": ("TypeError", "integer argument expected, got float"),
    "pdb.gimp_nothing": ("error", "procedure not found"),
    "pdb.gimp_item_is_valid()": ("TypeError", "wrong number of parameters"),
    "pdb.gimp_item_is_valid(i)": ("TypeError", "wrong parameter type"),
    "pdb.gimp_item_is_valid(None)": ("value", "0"),
    "pdb.gimp_item_is_group(None)": ("RuntimeError", "Procedure 'gimp-item-is-group'"),
    "pdb.gimp_image_insert_layer(i, l, None, 0)": ("RuntimeError", "has already been added"),
    "pdb.gimp_image_insert_layer(i, n, l, 0)": ("RuntimeError", "is not a group item"),
    "pdb.gimp_image_insert_layer(i, g, None, 0)": ("RuntimeError", "is of"),
    "pdb.gimp_drawable_mask_intersect(n)": ("RuntimeError", "has not been added to an image"),
    "r[5]": ("TypeError", "subscript must be a 2-tuple"),
    "r[10:40, 10:15]": ("IndexError", "invalid x slice"),
    "r[10.0:12, 10:12]": ("IndexError", "invalid x slice"),
    "len(r[0:12, 0:12])": ("value", "16"),
    "r.__setitem__((slice(10, 30), slice(10, 30)), 'abc')": ("TypeError", "string is wrong length"),
    "r.__setitem__((slice(10, 30), slice(10, 30)), u'abc')": ("TypeError", "must assign string"),
    "setattr(l, 'mode', 'x')": ("TypeError", "type mismatch"),
    "setattr(l, 'opacity', 5)": ("TypeError", "type mismatch"),
    "setattr(l, 'edit_mask', False)": ("error", "could not set"),
    "setattr(l, 'width', 3)": ("AttributeError", "is not writable"),
    "setattr(l, 'foo', 3)": ("AttributeError", "foo"),
    "setattr(i, 'active_layer', None)": ("TypeError", "type mismatch"),
    "i.undo_group_end()": ("error", "could not end undo group"),
    "i.colormap": ("error", "could not get colormap"),
    "gimp.Parasite('a', 1, 'a\\0b').data": ("value", "'a\\x00b'"),
    "l.attach_new_parasite('q', 1, 'ab') or l.parasite_find('q').data": ("value", "'ab\\x00'"),
    "l.parasite_find('no')": ("value", "None"),
    "gone.image": ("value", "None"),
    "gone.width": ("value", "0"),
    "pdb.gimp_item_is_valid(gone)": ("value", "0"),
    "pdb.gimp_item_is_group(gone)": ("RuntimeError", "gimp-item-is-group"),
    "m.add_mask(m.create_mask(0))": ("error", "could not add mask"),
}


@pytest.fixture(scope="module")
def seen(installed: Installed) -> dict[str, list[str]]:
    """What inside/strict.py saw."""
    path = report(installed, "strict")
    questions = json.dumps(list(STRICT))
    said = installed.run("strict", report=path, questions=questions)
    assert path.exists(), said
    return json.loads(path.read_text())


@pytest.mark.parametrize("what", STRICT)
def test_it_is_as_strict_as_the_real_one(seen: dict[str, list[str]], what: str) -> None:
    kind, words = STRICT[what]
    assert seen[what][0] == kind, seen[what]
    assert words in seen[what][1]


def test_python_2_7_compiles_all(tmp_path: Path) -> None:
    """The plug-in's folders, by Python 2.7 itself."""
    if not python2.can_have():
        pytest.skip(python2.MISSING)
    root = Path(__file__).resolve().parents[2] / "gimp_plugin"
    for folder in ("common", "deep_dream_gimp2"):
        for path in (root / folder).glob("*.py"):
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / path.name).write_bytes(path.read_bytes())
    done = subprocess.run(
        [python2.get(), "-m", "compileall", "-q", str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    compiled = {path.with_suffix(".py").name for path in tmp_path.rglob("*.pyc")}
    assert compiled == {path.name for path in tmp_path.rglob("*.py")}

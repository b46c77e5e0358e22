from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.cli import main
from core.cli.arguments import UsageError, read_arguments
from core.settings import Settings, declarations, parse, presets
from core.version import VERSION

ROOT = Path(__file__).resolve().parents[3]
DREAM = ["dream", "in.png", "-o", "out.png"]


def settings_of(*flags: str) -> Settings:
    return read_arguments([*DREAM, *flags]).settings


def test_nothing_given_is_the_default() -> None:
    arguments = read_arguments(DREAM)
    assert arguments.settings == Settings()
    assert (arguments.input, arguments.output) == (Path("in.png"), Path("out.png"))
    assert arguments.mask is None
    assert not arguments.quiet


def test_every_declared_setting_is_a_flag_of_its_name() -> None:
    for name, declared in declarations().items():
        if declared.kind == "boolean":
            flags, value = [f"--no-{name}"], False
        elif declared.kind == "choice":
            value = declared.choices[-1][0]
            flags = [f"--{name}", value]
        elif declared.kind == "string":
            value = {"channels": "12,40:0.5", "mix": "layer m4b - mean m4c"}.get(name, "m4b")
            flags = [f"--{name}", value]
        else:
            value = int(declared.maximum)
            flags = [f"--{name}", str(value)]
        assert settings_of(*flags) == parse({name: value}), name


def test_a_network_may_be_any_convolutional_one_of_torchvision() -> None:
    assert settings_of("--network", "regnet_y_400mf").network == "regnet_y_400mf"


def test_flags_win_over_the_preset_wherever_they_stand() -> None:
    expected = parse({"preset": "classic", "jitter": 16, "antialias": True})
    assert settings_of("--jitter", "16", "--antialias", "--preset", "classic") == expected
    assert settings_of("--preset=classic", "--jitter=16", "--antialias") == expected


def test_a_texture_has_its_own_defaults_and_other_presets_say_what_to_dream_of() -> None:
    command = ["texture", "-o", "out.png"]
    plain = read_arguments(command)
    assert plain.settings == parse({"preset": "texture"})
    assert plain.texture == (1024, 1024)
    flags = ["--preset", "fur", "--seed", "4", "--size", "300x200"]
    other = read_arguments([*command, *flags])
    how = presets()["texture"]
    assert other.texture == (300, 200)
    assert (other.settings.layers, other.settings.concept) == (
        parse({"preset": "fur"}).layers,
        parse({"preset": "fur"}).concept,
    )
    assert (other.settings.start, other.settings.step_size) == ("noise", how["step-size"])
    assert other.settings.seed == 4


@pytest.mark.parametrize("size", ["300", "0x20", "20x-1", "9999999x1", "axb"])
def test_a_texture_of_no_size_is_a_mistake(size: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(["texture", "-o", "out.png", "--size", size])
    assert "1024x1024" in caught.value.message


@pytest.mark.parametrize(
    ("flags", "sentence", "hint"),
    [
        (["--octaves", "none"], "octaves must be a whole number, not “none”.", ""),
        (["--octaves", "99"], "octaves must be from 1 to 20, not 99.", ""),
        (["--seed", "-1"], "seed must be from 0 to 2147483647, not -1.", ""),
        (["--step-size", "nan"], "step-size must be from 0 to 50, not nan.", ""),
        (["--objective", "layers"], "objective cannot be “layers”.", "It can be: layer"),
        (["--network", "resnet"], "There is no network named “resnet”.", "Did you mean resnet"),
        (["--layers", "m4a,,m4b"], "layers: “m4a,,m4b” leaves a name empty.", "name:weight"),
        (["--channels", "m4b"], "“m4b” is no number of a channel.", "139 or 12"),
        (["--mix", "m4b"], "“m4b” is no objective that a weighted sum can have.", "layer m4c +"),
        (["--iteration", "3"], "There is no option --iteration.", "Did you mean --iterations?"),
        (["--octaves"], "Argument --octaves: expected one argument.", "--help"),
        (["more.png"], "“more.png” is one word too many.", "quotation marks"),
    ],
)
def test_a_bad_flag_has_its_own_sentence(flags: list[str], sentence: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments([*DREAM, *flags])
    assert caught.value.message == sentence
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        ([], "required: COMMAND"),
        (["dream"], "required: IN, -o/--output"),
        (["dream", "in.png"], "required: -o/--output"),
        (["paint"], "'paint'"),
        (["networks", "fetch"], "required: NAME"),
        (["networks", "fetch", "goglenet"], "Did you mean googlenet?"),
        (["networks", "import", "googlenet"], "required: FILE"),
    ],
)
def test_mistakes_in_the_command_have_status_2(
    argv: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert "Traceback" not in err


def test_help_lists_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dream", "--help"]) == 0
    text = capsys.readouterr().out
    for name in declarations():
        assert f"--{name}" in text
    assert "only with objective concept/probability" in " ".join(text.split())


def test_help_and_mistakes_do_without_pytorch() -> None:
    code = (
        "import sys; from core.cli import main; main(['dream', '--help']); "
        "main(['dream', 'x.png', '-o', 'y.png', '--octaves', '99']); "
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)


def test_version() -> None:
    # Started as a folder, from anywhere, as it is where it is installed.
    told = subprocess.run(
        [sys.executable, "-I", str(ROOT / "core"), "--version"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.split()[-1] == VERSION

"""The command ``gridmap``: its groups of verbs, and how an error becomes words and an exit code."""

import os
import sys
import traceback
import uuid
from importlib import import_module
from typing import Annotated

import typer

from gridmap import __version__
from gridmap.cli.door import Door
from gridmap.errors import Conflict, Forbidden, GridmapError, Infeasible, Invalid, NotFound, Text, Unavailable
from gridmap.settings import read_settings, spoken_language

EXIT_CODES: dict[type[GridmapError], int] = {
    Invalid: 2,
    Forbidden: 3,
    NotFound: 4,
    Conflict: 5,
    Infeasible: 6,
    Unavailable: 7,
}
OUR_FAULT = 1
PAIR_OPTIONS = ("--map", "--set")
INTERRUPTED = 130
STOPPED = Text(en="Stopped; nothing was kept.", zh="已停止，未保留任何改动。")

MODULES = (
    "importing",
    "deciding",
    "gates",
    "dividing",
    "covering",
    "siting",
    "querying",
    "exporting",
    "serving",
)
LIGHT = {"export": "exporting", "map": "exporting"}
"""Commands that start without the modules of the others, which take seconds and hundreds of megabytes to load."""

HELP = """Divide communities into grids of 300–500 households, attach what is in them, serve the map.

    把社区划分为 300–500 户的网格，纳入人、地、物、事、组织，并以地图和开放数据提供服务。

    Start with `gridmap demo`. Exit codes: 0 done · 2 invalid input · 3 forbidden · 4 not found · 5 conflict ·
    6 infeasible · 7 unavailable · 1 a fault of ours.
    """


def application(command: str | None = None) -> typer.Typer:
    """Return the command line; where the command is known and light, without the others."""
    app = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help=HELP,
    )
    app.callback()(configure)
    if command in LIGHT:
        import_module(f"gridmap.cli.{LIGHT[command]}").register(app)
        return app
    app.add_typer(import_module("gridmap.cli.database").database, name="db")
    for module in MODULES:
        import_module(f"gridmap.cli.{module}").register(app)
    return app


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


def configure(
    context: typer.Context,
    lang: Annotated[
        str | None, typer.Option(help="Language of messages, zh or en. Default: the locale's.")
    ] = None,
    version: Annotated[  # noqa: ARG001
        bool,
        typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """Take what concerns every command."""
    settings = read_settings()
    context.obj = Door(settings.model_copy(update={"lang": lang}) if lang else settings)


def main() -> None:
    """Run the command line and end the process with the exit code that fits."""
    _keep_stdout_for_answers()
    try:
        arguments = repeated(sys.argv[1:])
        app = application(_command(arguments))
        code = app(arguments, standalone_mode=False) or 0
        if code == INTERRUPTED:
            _say_error(STOPPED.in_language(_language()))
        sys.exit(code)
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
    except GridmapError as error:
        _say_error(error.in_language(_language()))
        sys.exit(next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), OUR_FAULT))
    except (KeyboardInterrupt, typer.Abort):
        _say_error(STOPPED.in_language(_language()))
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001  the last stop for faults of ours
        _end_on_usage_error(error)
        _say_our_fault(error)
        sys.exit(OUR_FAULT)


def _keep_stdout_for_answers() -> None:
    """Drop what libraries write to standard output past Python: only answers belong there, complaints go elsewhere.

    HiGHS greets there whatever its options are, which would spoil an answer in JSON, and a terminal too.
    """
    stdout = sys.__stdout__
    if stdout is None or sys.stdout is not stdout or stdout.fileno() != 1:
        return
    answers = open(os.dup(1), "w", encoding=stdout.encoding, errors=stdout.errors)  # noqa: SIM115
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    sys.stdout = answers


def repeated(arguments: list[str]) -> list[str]:
    """Write ``--map a=b c=d`` as ``--map a=b --map c=d``, and ``--set`` likewise."""
    spread: list[str] = []
    option = None
    for word in arguments:
        is_pair = "=" in word and not word.startswith("-")
        if option is not None and is_pair and spread[-1] != option:
            spread.append(option)
        if word in PAIR_OPTIONS or not is_pair:
            option = word if word in PAIR_OPTIONS else None
        spread.append(word)
    return spread


def _command(arguments: list[str]) -> str | None:
    """Return the first word that is neither an option of the whole program nor its value."""
    words = iter(arguments)
    for word in words:
        if word == "--lang":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None


def _language() -> str:
    arguments = sys.argv[1:]
    asked = [arguments[at + 1] for at, word in enumerate(arguments[:-1]) if word == "--lang"]
    asked += [word.removeprefix("--lang=") for word in arguments if word.startswith("--lang=")]
    return spoken_language(asked[0] if asked else os.environ.get("GRIDMAP_LANG"))


def _say_error(sentence: str) -> None:
    typer.secho(sentence, fg=typer.colors.RED, err=True)


def _end_on_usage_error(error: Exception) -> None:
    """Let a wrong option or argument end as the command-line library says it."""
    show = getattr(error, "show", None)
    if show is not None and hasattr(error, "exit_code"):
        show()
        sys.exit(error.exit_code)


def _say_our_fault(error: Exception) -> None:
    number = uuid.uuid4().hex[:8]
    traceback.print_exception(error, file=sys.stderr)
    fault = Text(
        en=f"This is a fault of gridmap ({number}). Nothing was kept. Please report it with the lines above.",
        zh=f"这是 gridmap 自身的故障（{number}），未保留任何改动。请附上以上内容报告。",
    )
    _say_error(fault.in_language(_language()))

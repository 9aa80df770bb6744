"""Start a plugin: a complete package with one working scheme or tier policy and its tests, or one more in a package."""

from __future__ import annotations

import os
import re
from errno import EEXIST
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final, Literal

from rfm_engine.errors import OutputError, UsageError
from rfm_engine.plugins.discovery import ENGINE, version
from rfm_engine.plugins.host import PluginHost, PluginOptions

Kind = Literal["scheme", "policy"]
NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
ENTRY_POINTS: Final = "[project.entry-points.rfm_engine]\n"
WORDS: Final[dict[Kind, tuple[str, str, str]]] = {
    "scheme": ("scoring scheme", "scheme", "Scheme"),
    "policy": ("tier policy", "tiers", "Policy"),
}
"""What each kind is called, the option that chooses it, and the end of its class's name."""

PACKAGE_FILES: Final = {
    "pyproject.toml.template": "pyproject.toml",
    "README.md.template": "README.md",
    "src/__init__.py.template": "src/$package/__init__.py",
}
MODULE_FILES: Final[dict[Kind, dict[str, str]]] = {
    "scheme": {
        "src/scheme.py.template": "src/$package/$module.py",
        "tests/test_scheme.py.template": "tests/test_$module.py",
    },
    "policy": {
        "src/policy.py.template": "src/$package/$module.py",
        "tests/test_policy.py.template": "tests/test_$module.py",
    },
}


def create_plugin(name: str, into: Path, kind: Kind = "scheme", package: str | None = None) -> Path:
    """Write a scheme or tier policy with its tests into a package of a folder, and return the package's folder.

    The package is `rfm-engine-NAME` unless another is named; one that is named and there gets the new module beside
    its own, and a line for it among its entry points. No file is overwritten.

    Raises:
        UsageError: A name is not lower-case words joined by hyphens, a built-in has it, or the package that is there
            has no entry points to add to.
        OutputError: A file is there already, or cannot be written.
    """
    name = name.removeprefix(f"{ENGINE}-")
    words = placeholders(name, kind, package or f"{ENGINE}-{name}")
    _refuse_unfit(name, kind)
    _refuse_unfit_word(words["distribution"])
    folder = into / words["distribution"]
    try:
        if package and folder.is_dir():
            _add_module(folder, MODULE_FILES[kind], words)
        else:
            folder.mkdir(parents=True)
            _write(folder, PACKAGE_FILES | MODULE_FILES[kind], words)
    except OSError as error:
        message = f"cannot write {error.filename or folder}: {error.strerror}; choose another name or --into"
        raise OutputError(message) from error
    return folder


def placeholders(name: str, kind: Kind, distribution: str) -> dict[str, str]:
    """Return what the templates call a scheme or policy of this name.

    >>> words = placeholders("big-spender", "policy", "my-bank-rfm")
    >>> words["class_name"], words["package"], words["module"]
    ('BigSpenderPolicy', 'my_bank_rfm', 'big_spender')
    """
    number = version()
    meaning, option, ending = WORDS[kind]
    return {
        "name": name,
        "module": name.replace("-", "_"),
        "kind": meaning,
        "option": option,
        "distribution": distribution,
        "package": distribution.replace("-", "_"),
        "class_name": f"{name.title().replace('-', '')}{ending}",
        "engine": ENGINE if number == "unknown" else f"{ENGINE}>={number}",
    }


def _write(folder: Path, targets: dict[str, str], words: dict[str, str]) -> None:
    template = files("rfm_engine.plugins") / "template"
    paths = {source: folder / Template(target).substitute(words) for source, target in targets.items()}
    if taken := next(filter(Path.exists, paths.values()), None):
        raise FileExistsError(EEXIST, os.strerror(EEXIST), str(taken))
    for source, path in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template((template / source).read_text("utf-8")).substitute(words), "utf-8")


def _add_module(folder: Path, targets: dict[str, str], words: dict[str, str]) -> None:
    """Add a module and its tests to a package, and its line to the package's entry points."""
    project = folder / "pyproject.toml"
    text = project.read_text("utf-8") if project.is_file() else ""
    line = Template('$name = "$package.$module"\n').substitute(words)
    if ENTRY_POINTS not in text:
        message = f"{project} has no line {ENTRY_POINTS.strip()}; add it, so that {line.strip()} can stand below it"
        raise UsageError(message)
    _write(folder, targets, words)
    project.write_text(text.replace(ENTRY_POINTS, ENTRY_POINTS + line, 1), "utf-8")


def _refuse_unfit(name: str, kind: Kind) -> None:
    _refuse_unfit_word(name)
    host = PluginHost(PluginOptions(third_party=False))
    built_in = [entry.name for entry in (host.schemes() if kind == "scheme" else host.tier_policies())]
    if name in built_in:
        message = (
            f"the {WORDS[kind][0]} {name!r} is built in and cannot be replaced; "
            f"choose another name than {', '.join(built_in)}"
        )
        raise UsageError(message)


def _refuse_unfit_word(name: str) -> None:
    if not NAME.fullmatch(name):
        message = f"{name!r} cannot name a plugin; use lower-case words joined by hyphens, such as big-spender"
        raise UsageError(message)

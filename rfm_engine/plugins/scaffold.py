"""Start a plugin: a complete package with one working scheme and its tests."""

from __future__ import annotations

import re
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Final

from rfm_engine.errors import OutputError, UsageError
from rfm_engine.plugins.discovery import ENGINE, version
from rfm_engine.plugins.host import PluginHost, PluginOptions

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

WHERE: Final = {
    "pyproject.toml.template": "pyproject.toml",
    "README.md.template": "README.md",
    "src/__init__.py.template": "src/$package/__init__.py",
    "tests/test_package.py.template": "tests/test_$package.py",
}


def create_plugin(name: str, into: Path) -> Path:
    """Write the package `rfm-engine-NAME` with the scheme `NAME` into a folder, and return the package's folder.

    Raises:
        UsageError: The name is not lower-case words joined by hyphens, or a built-in scheme has it.
        OutputError: The folder is there already; nothing is overwritten.
    """
    name = name.removeprefix(f"{ENGINE}-")
    _refuse_unfit(name)
    words = placeholders(name)
    folder = into / words["distribution"]
    template = files("rfm_engine.plugins") / "template"
    try:
        folder.mkdir(parents=True)
        for source, target in WHERE.items():
            path = folder / Template(target).substitute(words)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(Template((template / source).read_text("utf-8")).substitute(words), "utf-8")
    except OSError as error:
        message = f"cannot write {folder}: {error.strerror}; nothing was overwritten, choose another name or --into"
        raise OutputError(message) from error
    return folder


def placeholders(name: str) -> dict[str, str]:
    """Return what the template calls a scheme of this name.

    >>> placeholders("big-spender")["class_name"], placeholders("big-spender")["package"]
    ('BigSpenderScheme', 'rfm_engine_big_spender')
    """
    number = version()
    return {
        "name": name,
        "distribution": f"{ENGINE}-{name}",
        "package": f"{ENGINE}-{name}".replace("-", "_"),
        "class_name": f"{name.title().replace('-', '')}Scheme",
        "engine": ENGINE if number == "unknown" else f"{ENGINE}>={number}",
    }


def _refuse_unfit(name: str) -> None:
    if not NAME.fullmatch(name):
        message = f"{name!r} cannot name a plugin; use lower-case words joined by hyphens, such as big-spender"
        raise UsageError(message)
    built_in = [scheme.name for scheme in PluginHost(PluginOptions(third_party=False)).schemes()]
    if name in built_in:
        message = (
            f"the scheme {name!r} is built in and cannot be replaced; choose another name than {', '.join(built_in)}"
        )
        raise UsageError(message)

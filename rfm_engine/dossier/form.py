"""The application form: its items are a template, filled with what the run and the dataset file know."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from rfm_engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATES: Final = Path(__file__).parent / "templates"


class Item(BaseModel):
    """An item of the form: what is asked, and the answer with `{{ places }}`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    text: str


class Template(BaseModel):
    """A form: its title and its items, in their order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    items: list[Item]


@dataclass(frozen=True)
class Form:
    """A form filled in: its title, (item, answer) pairs, and the places that no one has filled."""

    title: str
    items: list[tuple[str, str]]
    missing: list[str]


class Answers(dict[str, str]):
    """What the dataset file says under `[dossier]`; what it lacks is asked for in the text, and kept in `missing`."""

    def __init__(self, given: Mapping[str, str], blank: str) -> None:
        super().__init__(given)
        self.blank, self.missing = blank, list[str]()

    def __missing__(self, key: str) -> str:
        """Return the sign for an answer that a person must give."""
        if key not in self.missing:
            self.missing.append(key)
        return self.blank


def read_template(path: Path | None, language: str) -> Template:
    """Return the form of a file, or the one that comes with the engine.

    Raises:
        UsageError: The file is no form.
    """
    place = path or TEMPLATES / f"form.{language}.toml"
    try:
        return Template.model_validate(tomllib.loads(place.read_text("utf-8-sig")))
    except (OSError, ValueError, ValidationError) as error:
        message = f"--template {place}: no form; it needs a title and [[items]] with name and text: {error}"
        raise UsageError(message) from error


def fill_form(template: Template, facts: Mapping[str, Any], given: Mapping[str, str], blank: str) -> Form:
    """Return the form with every place filled; a place `dossier.KEY` is one that only the dataset file can fill.

    Raises:
        UsageError: The template has a place that no one knows, or cannot be read.
    """
    from jinja2 import StrictUndefined, TemplateError  # noqa: PLC0415 only dossiers and reports need it
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415 likewise

    answers = Answers(given, blank)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    try:
        items = [
            (item.name, environment.from_string(item.text).render(facts, dossier=answers)) for item in template.items
        ]
    except TemplateError as error:
        message = f"the form's template: {error} (known places: {', '.join(facts)}, dossier.KEY)"
        raise UsageError(message) from error
    return Form(template.title, items, answers.missing)

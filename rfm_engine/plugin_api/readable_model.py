"""A pydantic model whose help shows what its author wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)  # which has no public name


class _ListsItsOwn(ModelMetaclass):
    """Leaves out of `dir`, and so out of `help`, what every pydantic model has: some 300 lines a class."""

    def __dir__(cls) -> list[str]:  # noqa: N805 a metaclass
        return [name for name in super().__dir__() if not (name.startswith("__") or hasattr(BaseModel, name))]


class ReadableModel(BaseModel, metaclass=_ListsItsOwn):
    """A model whose `help` shows its own attributes; it has those of every pydantic model too."""

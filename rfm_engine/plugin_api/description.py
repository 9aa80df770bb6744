"""What a scheme or policy says of its rules, in English or Chinese, for the readers of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from rfm_engine.vocabulary.catalogue import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

Language: TypeAlias = Literal["en", "zh"]

ELSEWHERE: Final = {"contacts", "focus"}
"""Options that stand beside the tiers."""


SEPARATORS: Final = {"en": "; ", "zh": "；"}


class Listed(tuple[str, ...]):
    """Texts of which a sentence shows all, or one by its place: `{bounds}`, `{bounds[0]}`."""

    __slots__ = ()

    def __str__(self) -> str:
        """Return the texts with commas between them."""
        return ", ".join(self)


def describe_options(name: str, options: Mapping[str, object], language: Language = "en") -> str:
    """Return the name of a scheme or policy with its options in words; the engine's own have a sentence.

    Contacts and focus of tiers are left out.

    >>> describe_options("abcd", {"bounds": ["2", "3", "4"]})
    'four tiers by the total: A from 4, B from 3, C from 2, D below'
    >>> describe_options("top-share", {"percent": 40}, "zh")
    'top-share（percent = 40）'
    """
    speak = _speak_chinese if language == "zh" else str
    said = {key: _say(value, language) for key, value in options.items() if key not in ELSEWHERE | {"name"}}
    sentence = load_catalogue().words.get(f"rules.{name}")
    if sentence and said:
        return sentence[language == "zh"].format(**said)
    listed = SEPARATORS[language].join(f"{speak(key.replace('_', ' '))} = {value}" for key, value in said.items())
    brackets = "{}（{}）" if language == "zh" else "{} ({})"
    return brackets.format(speak(name), listed) if listed else speak(name)


def _speak_chinese(text: str) -> str:
    return load_catalogue().data.get(text, text)


def _say(value: object, language: Language) -> Listed | str:
    if isinstance(value, dict) and value.keys() == {"low", "high"}:
        return f"{value['low']}–{value['high']}" if value["low"] != value["high"] else str(value["low"])
    if isinstance(value, dict):
        parts = (
            f"{_say_key(key, language)} {_say(one, language)}" for key, one in value.items() if key not in ELSEWHERE
        )
        return " ".join(" ".join(parts).split())
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return SEPARATORS[language].join(str(_say(one, language)) for one in value)
    if isinstance(value, list):
        return Listed(str(_say(one, language)) for one in value)
    return _speak_chinese(str(value)) if language == "zh" else str(value)


def _say_key(key: str, language: Language) -> str:
    """Return the name of a key in words; a tier's name needs none."""
    text = "" if key == "name" else key.replace("_", " ")
    return _speak_chinese(text) if language == "zh" else text

"""The jobs that the arguments and options of a command ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rfm_engine.config.job import attach_keys
from rfm_engine.config.overrides import Overrides, resolve_jobs
from rfm_engine.plugins.host import PluginHost, PluginOptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rfm_engine.cli.options import RuleOptions
    from rfm_engine.config.job import Job


def build_jobs(places: Sequence[Path], rules: RuleOptions, *, may_lack: bool = False) -> list[Job]:
    """Return the jobs; failed plugins are reported on stderr. Datasets `may_lack` the files of their orders."""
    from rfm_engine.cli.display.results import print_line

    host = PluginHost(PluginOptions.from_environment(no_plugins=rules.no_plugins, strict=rules.strict_plugins))
    overrides = Overrides(
        rules.dataset_keys(), rules.plugin_names(), rules.allow_database, rules.settings(), rules.remote
    )
    found = resolve_jobs(places, overrides, host, may_lack=may_lack)
    for warning in host.warnings:
        print_line(warning, error=True)
    return attach_keys(found, rules.pseudonym_key_file)

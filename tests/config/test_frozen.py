"""Cut points are read from a file inside the dataset's folder, and are those of the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine.config.frozen import fitted_table, read_cuts
from rfm_engine.config.job import prepare_job
from rfm_engine.config.origins import Origins
from rfm_engine.errors import DatasetError
from rfm_engine.plugins.host import PluginHost
from tests.conftest import DATASETS
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path

ORIGINS = Origins(whole="dataset.toml")


@pytest.fixture(scope="module")
def cuts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cut points of ranks in the lists of one dataset."""
    folder = tmp_path_factory.mktemp("cuts")
    done("run", DATASETS / "sichuan-hiking", "--scheme", "quintile", "--output", folder, "--quiet")
    done("fit", folder / "sichuan-hiking", "-o", folder / "cuts.toml")
    return folder / "cuts.toml"


def table_of(name: str, **scheme: object) -> dict[str, Any]:
    return {"name": "shop", "as_of": "2025-07-01", "scheme": {"name": "frozen", "from": name} | scheme}


def test_the_content_of_the_file_stands_in_place_of_its_name(cuts: Path) -> None:
    table = read_cuts(table_of("cuts.toml", rules_differ=True), cuts.parent, ORIGINS)

    scheme = table["scheme"]
    assert scheme.keys() == {"name", "cuts", "rules_differ"}
    assert fitted_table(scheme) == scheme["cuts"]["scheme"]
    assert fitted_table(scheme)["name"] == "quintile"
    assert read_cuts(table, cuts.parent, ORIGINS) == table


def test_the_table_of_another_scheme_stays_as_it_is(tmp_path: Path) -> None:
    table = {"scheme": {"name": "quintile", "from": "cuts.toml"}}

    assert read_cuts(table, tmp_path, ORIGINS) is table
    assert fitted_table(table["scheme"]) is table["scheme"]


def test_a_dataset_file_names_one_in_its_folder_and_an_option_or_a_call_any(cuts: Path, tmp_path: Path) -> None:
    by_option = Origins(whole="dataset.toml", options={"scheme.from": "option --set from"})

    with pytest.raises(DatasetError, match="is outside the dataset's folder; put the file there"):
        read_cuts(table_of(str(cuts)), tmp_path, ORIGINS)
    assert read_cuts(table_of(str(cuts)), tmp_path, by_option) == read_cuts(table_of(str(cuts)), None, ORIGINS)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "frozen"}, "scheme.from: must be given: the file that rfm-engine fit wrote"),
        ({"name": "frozen", "from": "gone.toml"}, "gone.toml cannot be read \\(No such file"),
        ({"name": "frozen", "from": "broken.toml"}, "broken.toml cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused(given: dict[str, str], message: str, tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("cuts = [", "utf-8")

    with pytest.raises(DatasetError, match=message):
        read_cuts({"scheme": given}, tmp_path, ORIGINS)


def test_cut_points_of_other_lists_weights_or_tiers_are_refused_unless_they_may_differ(cuts: Path) -> None:
    orders = {"orders": [str(DATASETS / "sichuan-hiking" / "orders.csv")]}
    other = {"by": [], "weights": ["0.2", "0.3", "0.5"], "tiers": {"name": "abcd", "bounds": [1, 2, 3]}}

    def prepare(**scheme: object) -> object:
        table = table_of(str(cuts), **scheme) | orders | other
        return prepare_job(table, cuts.parent, PluginHost(), ORIGINS, anywhere=True)

    with pytest.raises(DatasetError) as refused:
        prepare()
    lines = str(refused.value).splitlines()
    assert [line.split(": ")[1] for line in lines[:3]] == ["by", "weights", "tiers"]
    assert lines[3].endswith("use the cut points all the same with --rules-differ")
    assert prepare(rules_differ=True)


def test_contacts_and_focus_decide_no_tier(cuts: Path) -> None:
    table = table_of("cuts.toml") | {
        "orders": [str(DATASETS / "sichuan-hiking" / "orders.csv")],
        "tiers": {"name": "abcd", "contacts": {"A": "5 per month"}},
    }

    assert prepare_job(table, cuts.parent, PluginHost(), ORIGINS, anywhere=True)

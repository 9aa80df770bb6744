"""A run's folder holds the old run or the new one, whole, whatever happens to the process, the disk or the orders."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from rfm_engine import pipeline
from rfm_engine.orders import reading
from rfm_engine.output import writer as results
from rfm_engine.system import atomic_dir as replacing
from rfm_engine.system import temp_dir as scratch
from rfm_engine.system.locked_dir import claimed
from tests.processes import ROOT, began, ended, fill, kill, orders_file, small_disk, succeeded, without_record
from tests.terminal import ORDERS, Answer, everything_below, record_of, rfm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rfm_engine.orders.reading import Orders

KILLS = int(os.environ.get("RFM_KILLS", "20"))
FORMATS = ("csv", "parquet", "ndjson", "xlsx")
EVERY_FORMAT = [word for form in FORMATS for word in ("--format", form)]
FULL = ("no space left on the disk", "the disk is full, or fails")
STAGED_ON_DISK = """
from rfm_engine.orders import staging
staging.FEW_BYTES, staging.IN_MEMORY_BYTES, staging.IN_MEMORY_SHARE = 0, 0, 10**18
"""
WITHOUT_EXCHANGE = "from rfm_engine.system import atomic_dir; atomic_dir._exchanged = lambda new, old: False"
KILLED_BETWEEN_RENAMES = f"""
import os, pathlib
{WITHOUT_EXCHANGE}
rename = pathlib.Path.rename
def once(self, target):
    if self.name == "new" and not pathlib.Path(target).exists():
        os.kill(os.getpid(), 9)
    return rename(self, target)
pathlib.Path.rename = once
"""
LONG_NATIVE_CALL = """
import polars as pl
from rfm_engine import pipeline
def run(*_):
    many = pl.LazyFrame({"a": range(1_000_000)})
    print("in native code", flush=True)
    many.join(many, how="cross").select((pl.col("a") * pl.col("a_right")).sum()).collect(engine="streaming")
pipeline.run = run
"""


class Place(NamedTuple):
    """Orders, a folder for results with a run in it, and one for temporary files."""

    orders: Path
    output: Path
    temporary: Path

    @property
    def folder(self) -> Path:
        return self.output / "orders"

    def words(self, as_of: str = "2025-07-01", *more: object) -> list[object]:
        rest = ["--as-of", as_of, "--encoding", "gb18030", *more]
        return ["run", "--orders", self.orders, *rest, "--output", self.output, "--quiet"]

    def left_overs(self) -> list[str]:
        """Return what lies about besides the run."""
        found = [path.name for path in (*self.output.iterdir(), *self.temporary.iterdir())]
        return sorted({*found} - {"orders"})


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(orders_file(tmp_path / "orders.csv", 1_200, "gb18030"), tmp_path / "output", tmp_path / "temporary")
    found.temporary.mkdir()
    return found


def test_killed_at_any_moment_the_old_run_or_the_new_one_is_there_whole(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch.scratch()  # this process has its own elsewhere
    monkeypatch.setattr(scratch, "gettempdir", lambda: str(place.temporary))
    draw, outcomes = random.Random(), Counter[str]()
    how: dict[str, Any] = {"variables": {"TMPDIR": str(place.temporary)}, "before": STAGED_ON_DISK}
    days = [f"2025-07-{day:02}" for day in (1, 2)]
    expected = {}
    for day in days:
        began_at = perf_counter()
        succeeded(*place.words(day, *EVERY_FORMAT), **how)
        seconds = perf_counter() - began_at
        expected[day] = without_record(place.folder)
    assert expected[days[0]] != expected[days[1]]
    for number in range(KILLS):
        before, day = everything_below(place.folder), days[number % 2]
        process = began(*place.words(day, *EVERY_FORMAT), **how)
        try:
            process.wait(draw.uniform(0.3, 1.15) * seconds)
        except subprocess.TimeoutExpired:
            kill(process)
        code, _, err = ended(process)
        assert code in {0, -signal.SIGKILL}, err
        now = everything_below(place.folder)
        if now == before:
            outcomes["the old run"] += 1
        else:
            assert without_record(place.folder) == expected[day]
            assert record_of(place.folder)["dataset"]["as_of"] == day
            outcomes["the new run, killed" if code else "the new run, ended before"] += 1
        outcomes["with left-overs"] += bool(place.left_overs())
        assert rfm(*place.words(day, *EVERY_FORMAT)) == Answer(0, "", "")
        assert without_record(place.folder) == expected[day]
        assert place.left_overs() == []
    print(f"\n{KILLS} runs killed at random moments: {dict(outcomes)}; every next run succeeded")  # noqa: T201 for the README


def test_killed_between_two_renames_the_old_run_comes_back(place: Place) -> None:
    succeeded(*place.words())
    old = everything_below(place.folder)

    code, _, err = ended(began(*place.words("2025-07-02"), before=KILLED_BETWEEN_RENAMES))

    assert (code, err[:34]) == (1, "error: the system killed the run, ")
    assert not place.folder.exists()
    assert rfm("verify", place.folder).code == 0
    assert everything_below(place.folder) == old
    assert place.left_overs() == []


def test_without_an_exchange_of_folders_a_run_replaces_the_old_one_all_the_same(place: Place) -> None:
    succeeded(*place.words())

    succeeded(*place.words("2025-07-02"), before=WITHOUT_EXCHANGE)

    assert record_of(place.folder)["dataset"]["as_of"] == "2025-07-02"
    assert place.left_overs() == []


def test_of_two_runs_at_once_one_is_there_whole(place: Place) -> None:
    expected = {}
    for day in ("2025-07-01", "2025-07-02", "2025-07-03"):
        assert rfm(*place.words(day)).code == 0
        expected[day] = without_record(place.folder)
    for before in ("", WITHOUT_EXCHANGE):
        processes = [began(*place.words(day), before=before) for day in expected]
        codes = [ended(process) for process in processes]
        assert {code for code, _, _ in codes} <= {0, 1}
        assert 0 in {code for code, _, _ in codes}
        assert all("could not be written" in err for code, _, err in codes if code), codes
        assert without_record(place.folder) == expected[record_of(place.folder)["dataset"]["as_of"]]
        assert rfm("verify", place.folder).code == 0
        assert place.left_overs() == []


def test_a_reader_never_finds_the_folder_absent_or_half_replaced(tmp_path: Path) -> None:
    folder, seen, over = tmp_path / "run", Counter[str](), threading.Event()

    def write(text: str) -> None:
        with replacing.aside(folder, results.refuse_strangers) as partial:
            for name in ("run.json", "rejects.csv"):
                (partial / name).write_text(text)

    def read() -> None:
        while not over.is_set():
            seen["looks"] += 1
            seen["absent"] += not folder.exists()
            try:
                record, other = (folder / "run.json").read_text(), (folder / "rejects.csv").read_text()
                unmoved = (folder / "run.json").read_text() == record
            except FileNotFoundError:  # the old run went away between its name and its file
                continue
            seen["mixed"] += unmoved and record != other
            seen["torn"] += record not in texts

    texts = {f"run {number}\n" * 2_000 for number in range(100)}
    write(min(texts))
    reader = threading.Thread(target=read)
    reader.start()
    for text in sorted(texts):
        write(text)
    over.set()
    reader.join()

    print(f"\n100 replacements under a reader: {dict(seen)}")  # noqa: T201 for the README
    assert seen["looks"] > 100
    if sys.platform == "linux":
        assert (seen["absent"], seen["mixed"], seen["torn"]) == (0, 0, 0)


HOLD = """
import sys
from pathlib import Path
from rfm_engine.system.locked_dir import claimed
with claimed(Path(sys.argv[1]), sys.argv[2], sys.argv[3]) as mine:
    (mine / "file").write_text("of a living process")
    print(mine, flush=True)
    sys.stdin.read()
"""


def ready(folder: Path) -> None:
    """Make ready what stands in the folder and is called `run`."""
    results.make_ready(folder / "run")


@pytest.mark.parametrize(
    ("prefix", "suffix", "tidy"), [("rfm-engine-", "", scratch.sweep_scratch), (".run.", ".partial", ready)]
)
def test_left_overs_are_taken_away_when_their_owner_is_dead_and_not_before(
    prefix: str, suffix: str, tidy: Callable[[Path], None], tmp_path: Path
) -> None:
    stranger = tmp_path / f"{prefix}b.abcdefgh{suffix}"
    stranger.mkdir()
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path), prefix, suffix], stdin=pipe, stdout=pipe, text=True
    ) as owner:
        assert owner.stdout
        held = tmp_path / owner.stdout.readline().strip()
        tidy(tmp_path)
        assert (held / "file").exists()
        owner.kill()
    tidy(tmp_path)

    assert sorted(tmp_path.iterdir()) == [stranger]


def test_a_claimed_folder_goes_away_with_its_block(tmp_path: Path) -> None:
    with claimed(tmp_path, "a", "b") as folder:
        assert folder.is_dir()

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_a_stopped_run_ends_in_the_midst_of_native_code_and_leaves_nothing(
    number: signal.Signals, place: Place
) -> None:
    succeeded(*place.words())
    old = everything_below(place.folder)
    process = began(*place.words("2025-07-02"), before=LONG_NATIVE_CALL)
    assert process.stdout
    assert process.stdout.readline() == "in native code\n"
    with pytest.raises(subprocess.TimeoutExpired):  # the native code takes hours
        process.wait(0.5)

    process.send_signal(number)
    code, _, err = ended(process, seconds=20)

    assert (code, err) == (128 + number, "stopped; nothing was left half-written\n")
    assert everything_below(place.folder) == old
    assert place.left_overs() == []


def test_an_ignored_interrupt_stays_ignored(place: Place) -> None:
    ignoring = "import os, signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
    disturbing = f"""
{ignoring}
from rfm_engine.output import writer as results
write = results.write
def disturbed(*given):
    os.kill(os.getpid(), signal.SIGINT)
    return write(*given)
results.write = disturbed
"""
    succeeded(*place.words(), before=disturbing)


def appended(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"c1,o9999999,s1,north,tent,5.00,2025-06-01\n")


def rewritten(path: Path) -> None:
    path.write_bytes(path.read_bytes().swapcase())


def replaced(path: Path) -> None:
    shutil.copy2(path, path.with_suffix(".new"))
    path.with_suffix(".new").rename(path)


def cut(path: Path) -> None:
    os.truncate(path, 1000)


CHANGES: list[Callable[[Path], None]] = [appended, rewritten, replaced, cut, os.unlink]


@pytest.mark.parametrize("when", ["before it is read", "between two looks"])
@pytest.mark.parametrize("change", CHANGES)
def test_an_order_file_that_changes_during_the_run_is_refused(
    change: Callable[[Path], None], when: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeeded(*place.words())
    old = everything_below(place.folder)

    def disturbed(paths: list[Path], *given: Any) -> Orders:  # noqa: ANN401 as `read`
        if when == "before it is read":
            change(place.orders)
        found = reading.read(paths, *given)
        if when == "between two looks":
            change(place.orders)
        return found

    monkeypatch.setattr("rfm_engine.orders.cache.read", disturbed)
    answer = rfm(*place.words("2025-07-02"))

    message = f"changed while the run read it: {place.orders}; run again when nobody writes to it"
    assert answer == Answer(1, "", f"error: orders: {message}\n")
    assert everything_below(place.folder) == old


def test_a_file_that_two_datasets_share_and_changes_between_them_is_refused_for_the_second(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders, graded = tmp_path / "shop.csv", pipeline.run
    shutil.copy(shop, orders)
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(f'name = "{name}"\norders = ["shop.csv"]\nas_of = 2025-07-01\n')

    def disturbed(job: Any, *given: Any) -> pipeline.Run:  # noqa: ANN401 as `run`
        if job.dataset.name == "b":
            appended(orders)
        return graded(job, *given)

    monkeypatch.setattr(pipeline, "run", disturbed)
    answer = rfm("run", tmp_path / "a.toml", tmp_path / "b.toml", "--output", tmp_path / "output", "--quiet")

    assert (answer.code, answer.err.count("error"), "error: b: changed while" in answer.err) == (1, 1, True), answer.err
    assert [path.name for path in (tmp_path / "output").iterdir()] == ["a"]


def test_an_order_file_that_somebody_keeps_writing_to_is_refused(place: Place) -> None:
    succeeded(*place.words())
    old = everything_below(place.folder)

    process = began(*place.words("2025-07-02"))
    while process.poll() is None:
        appended(place.orders)
    code, _, err = ended(process)

    assert (code, "changed while the run read it" in err) == (1, True), err
    assert everything_below(place.folder) == old


@pytest.mark.parametrize(
    ("form", "free_kilobytes"),
    [
        ("csv", (0, 4, 16, 40, 64, 120, 900)),
        ("parquet", (0, 4, 16, 40, 900)),
        ("ndjson", (0, 40, 900)),
        ("xlsx", (0, 16, 60, 1_500)),
    ],
)
def test_on_a_full_disk_the_old_run_stays_whole(
    form: str, free_kilobytes: Sequence[int], place: Place, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", 4_096) as disk:
        full = place._replace(output=disk / "output")
        done = rfm(*full.words("2025-07-01", "--format", form))
        assert done.code == 0, done.err
        old, outcomes = everything_below(full.folder), Counter[int]()
        for free in free_kilobytes:
            fill(disk, free)
            words = full.words("2025-07-02", "--format", form)
            # the library leaves its temporary files to the collector, which the tests take for an error
            answer = Answer(*ended(began(*words))) if form == "xlsx" else rfm(*words)
            outcomes[answer.code] += 1
            (disk / "ballast").unlink()
            assert [path.name for path in full.output.iterdir()] == ["orders"]
            if answer.code:
                reason = answer.err.removeprefix(f"error: orders: {full.folder}: could not be written (")
                assert reason in {f"{why}); what was there before is untouched\n" for why in FULL}
                assert everything_below(full.folder) == old
        assert outcomes == {1: outcomes[1], 0: outcomes[0]}
        assert outcomes[0]
        assert outcomes[1] > 1
        assert record_of(full.folder)["dataset"]["as_of"] == "2025-07-02"


def test_without_room_for_temporary_files_the_message_names_their_place(place: Place, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 32) as disk:
        variables = {"TMPDIR": str(disk)}

        recoded = ended(began(*place.words(), variables=variables))
        plain = orders_file(tmp_path / "plain.csv", 8_000)
        words = ["run", "--orders", plain, "--as-of", "2025-07-01", "--output", place.output]
        staged = ended(began(*words, variables=variables, before=STAGED_ON_DISK))

        message = f"{disk}: no space left for temporary files; free some, or name another place in TMPDIR\n"
        assert recoded == (1, "", f"error: orders: {message}")
        assert staged == (1, "", f"error: plain: {message}")
        assert not list(disk.iterdir())


def test_a_read_only_folder_is_told_and_its_run_stays(place: Place, tmp_path: Path) -> None:
    def refused(output: Path) -> None:
        full = place._replace(output=output)
        old = everything_below(full.folder)
        answer = rfm(*full.words("2025-07-02"))
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.startswith(f"error: orders: {full.folder}: could not be written (")
        assert answer.err.endswith("); what was there before is untouched\n")
        assert everything_below(full.folder) == old

    if ROOT:
        with small_disk(tmp_path / "disk", 4_096) as disk:
            assert rfm(*place._replace(output=disk).words()).code == 0
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)  # noqa: S607
            refused(disk)
    else:
        assert rfm(*place.words()).code == 0
        place.output.chmod(0o555)
        refused(place.output)
        place.output.chmod(0o755)


@pytest.mark.parametrize("record", ["[]", "{", '{"outputs": 5}', '{"outputs": [5, {"file": []}]}', "\0"])
def test_a_record_that_is_none_protects_the_files_beside_it(record: str, shop: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "run.json").write_text(record)
    (folder / "letters.txt").write_text("dear")

    answer = rfm("run", "--orders", shop, "--as-of", "2025-07-01", "--output", tmp_path)

    assert answer.code == 1
    assert "holds what no run wrote (letters.txt)" in answer.err
    assert sorted(everything_below(folder)) == ["letters.txt", "run.json"]


def test_a_linked_folder_stays_a_link(shop: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "shop").symlink_to(elsewhere)
    (elsewhere / "customers.csv").write_text(ORDERS)
    assert rfm("run", "--orders", shop, "--as-of", "2025-07-01", "--output", tmp_path).code == 1
    (elsewhere / "customers.csv").unlink()

    assert rfm("run", "--orders", shop, "--as-of", "2025-07-01", "--output", tmp_path).code == 0

    assert (tmp_path / "shop").is_symlink()
    assert sorted(everything_below(elsewhere)) == ["customers.csv", "rejects.csv", "run.json"]

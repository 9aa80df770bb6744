"""A store is opened with what the environment says, and its errors are one line without keys."""

from __future__ import annotations

import sys

import pytest

from rfm_engine.errors import DataError, UsageError
from rfm_engine.object_stores.store import ENDPOINTS, IDENTITIES, MISSING, explain_errors, find_endpoint, open_store
from rfm_engine.object_stores.uris import ObjectPath

pytest.importorskip("obstore")
PATH = ObjectPath("s3://shop/o.csv")
ANSWER = "<Error><Code>AccessDenied</Code><Message>not {}</Message><Other>{}</Other></Error>"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*IDENTITIES, *ENDPOINTS):
        monkeypatch.delenv(name, raising=False)


def test_who_reads_must_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"^s3://shop/o.csv: who reads it\? set AWS_ACCESS_KEY_ID"):
        open_store(PATH)
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")

    assert "shop" in repr(open_store(PATH))


def test_the_endpoint_of_s3_goes_before_that_of_all_services(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_endpoint() == ""
    for place, name in reversed([*enumerate(ENDPOINTS)]):
        monkeypatch.setenv(name, f"http://host{place}")
        assert find_endpoint() == f"http://host{place}"


def test_the_package_that_is_absent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)

    with pytest.raises(UsageError) as refused:
        open_store(PATH)

    assert str(refused.value) == MISSING


def test_what_a_store_answers_is_shown_without_keys_and_with_what_to_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sesame-open")
    said = f"Generic S3 error: Client error with status 403 Forbidden: {ANSWER.format('sesame-open', 'signed')}"

    with pytest.raises(DataError) as refused, explain_errors(PATH):
        raise ValueError(said)

    assert str(refused.value) == (
        "s3://shop/o.csv: Amazon S3 does not give it (AccessDenied: not ***); "
        "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION"
    )


def test_an_object_that_is_gone_or_changed_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    from obstore.exceptions import PreconditionError  # noqa: PLC0415 may be absent

    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://key:secret@localhost:9000")
    with pytest.raises(DataError, match=r"^s3://shop/o.csv: no such object$"), explain_errors(PATH):
        raise FileNotFoundError
    with pytest.raises(DataError, match="changed while the run read it"), explain_errors(PATH):
        raise PreconditionError
    said = "Generic S3 error: HTTP error - no route :\n\nDebug source:\nkeys"
    with pytest.raises(DataError) as refused, explain_errors(PATH):
        raise ValueError(said)
    assert str(refused.value) == "s3://shop/o.csv: localhost:9000 does not give it (no route)"

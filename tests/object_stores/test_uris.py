"""The URI of an object is a path whose text keeps its slashes, and holds no key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.errors import UsageError
from rfm_engine.object_stores.uris import ObjectPath, hide_user, is_object_uri, name_orders, refuse_bad_uris

PARTS = st.text("abc019-_=四 ", min_size=1, max_size=9).map(str.strip).filter(bool)


@given(st.lists(PARTS, min_size=2, max_size=4))
def test_a_path_is_its_uri_again(parts: list[str]) -> None:
    uri = "s3://" + "/".join(parts)
    path = ObjectPath(uri)

    assert str(path) == uri
    assert (path.bucket, path.key, path.name) == (parts[0], "/".join(parts[1:]), parts[-1])
    assert str(path.parent / "x.csv") == "s3://" + "/".join([*parts[:-1], "x.csv"])
    assert not path.exists()
    assert is_object_uri(uri)


def test_files_and_other_stores_are_no_objects() -> None:
    assert not [text for text in ("o.csv", "/s3/o.csv", "gs://b/o", "http://h/o", "s3:/b/o") if is_object_uri(text)]


def test_all_uris_that_name_no_bucket_or_hold_a_key_are_refused_without_the_key() -> None:
    refuse_bad_uris(["s3://shop", "s3://shop/a@b.csv", "s3://shop/2025/*.csv", "s3://shop/[x]?.csv"])

    with pytest.raises(UsageError) as refused:
        refuse_bad_uris(["s3://key:sec/ret@shop/o.csv", "s3://", "s3:///o.csv", "s3://sh*p/o.csv", "s3://shop/o.csv"])

    text = str(refused.value)
    assert text.startswith("expected s3://bucket/key, got s3://***@shop/o.csv, s3://, s3:///o.csv, s3://sh*p/o.csv; ")
    assert "ret" not in text


def test_a_user_is_hidden_before_the_host_alone() -> None:
    assert hide_user("s3://key:secret@shop/o.csv") == "s3://***@shop/o.csv"
    assert hide_user("s3://shop/a:b@c.csv") == "s3://shop/a:b@c.csv"


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("s3://shop/2025/*.parquet", "2025"),
        ("s3://shop/a/**/x*.csv", "a"),
        ("s3://shop/sales.csv.gz", "sales"),
        ("s3://shop/a.b.csv", "a.b"),
        ("s3://shop", "shop"),
    ],
)
def test_orders_are_named_by_the_last_part_without_a_wildcard(uri: str, name: str) -> None:
    assert name_orders(uri) == name

"""An address names a database that is known, and its password stands in no message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.databases.queries import (
    SCHEMES,
    VARIABLE,
    check_address,
    find_scheme,
    find_uri,
    hide_password,
    list_secrets,
    quote_name,
    refuse_repeated_names,
    select_all,
)
from rfm_engine.errors import DataError, UsageError

WORDS = st.text("abcXYZ019", min_size=8, max_size=12)


@given(st.sampled_from(SCHEMES), WORDS, WORDS)
def test_a_password_is_hidden_wherever_it_stands_and_known_so_that_no_message_shows_it(
    scheme: str, secret: str, other: str
) -> None:
    uri = f"{scheme}://shop:{secret}@host:1/db?sslmode=require&PassWord={other}&sslpassword={other}"

    assert hide_password(uri) == f"{scheme}://shop@host:1/db?sslmode=require"
    assert {secret, other} <= {*list_secrets(uri)}
    with pytest.raises(ValueError, match="holds a password") as refused:
        check_address(uri)
    assert not [word for word in (secret, other) if word in str(refused.value)]


@pytest.mark.parametrize(
    "uri", ["env", "postgresql://shop@localhost/shop", "sqlite:///shop.db", "mariadb://h/d", "spark://host/x"]
)
def test_an_address_without_a_password_stays_as_it_is(uri: str) -> None:
    assert check_address(uri) == uri
    assert hide_password(uri) == uri


@pytest.mark.parametrize(("uri", "words"), [("shop.db", "got 'shop.db'"), ("", "got ''"), ("postgres:/x", "got")])
def test_what_is_no_uri_is_refused(uri: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_address(uri)


def test_the_environment_holds_the_uri_with_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://shop:secret@host/db")

    assert find_uri("env") == "postgresql://shop:secret@host/db"
    assert find_uri("sqlite:///x") == "sqlite:///x"
    assert (find_scheme("env"), find_scheme("sqlite:///x")) == ("postgresql", "sqlite")
    monkeypatch.setenv(VARIABLE, "host")
    with pytest.raises(UsageError, match=rf"^\${VARIABLE}: expected postgresql"):
        find_uri("env")
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(UsageError, match="is not set"):
        find_uri("env")


def test_names_are_quoted_as_the_database_does() -> None:
    assert quote_name('shop."a"') == '"shop"."""a"""'
    assert quote_name("a.b", has_schema=False) == '"a.b"'
    assert select_all("shop.orders", "postgresql://h/d") == 'select * from "shop"."orders"'
    assert select_all("o`s", "mariadb://h/d") == "select * from `o``s`"


def test_columns_of_one_name_are_all_listed() -> None:
    refuse_repeated_names(["a", "b"])

    with pytest.raises(DataError, match="the statement returns 'a', 'c' more than once"):
        refuse_repeated_names(["c", "a", "b", "a", "c"])

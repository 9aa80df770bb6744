"""The customers that schemes are tried on are the same every time, and have what breaks careless arithmetic."""

from __future__ import annotations

from polars.testing import assert_frame_equal

from rfm_engine.columns import Metric
from rfm_engine.conformance.sample_customers import edge_lists, make_customers, sample_lists

METRICS = [metric.column for metric in Metric]


def test_the_sample_is_the_same_every_time_and_sorted_by_list_and_customer() -> None:
    sample = sample_lists()

    assert_frame_equal(sample, sample_lists())
    assert_frame_equal(sample, sample.sort("region", "customer_id"))
    sizes = dict(sample.group_by("region").len().rows())
    assert len(sizes) == 3
    assert not [size for size in sizes.values() if size % 5 == 0]


def test_one_list_has_ties_and_one_has_none() -> None:
    sample = sample_lists()

    for metric in METRICS:
        different = sample.filter(region="different")[metric]
        ties = sample.filter(region="ties")[metric]
        assert different.n_unique() == different.len()
        assert ties.n_unique() < ties.len()


def test_the_edges_are_no_customer_one_two_and_equal_ones() -> None:
    edges = edge_lists()

    assert sorted(frame.height for frame in edges.values()) == [0, 1, 1, 2, 7]
    assert edges["seven equal customers"].select(METRICS).n_unique() == 1
    assert all(frame.schema == sample_lists().schema for frame in edges.values())


def test_customers_have_ids_of_their_own_in_each_list() -> None:
    found = make_customers({"b": [(1, 2, 3), (4, 5, 6)], "a": [(7, 8, 9)]})

    assert found.select("region", "customer_id", *METRICS).rows() == [
        ("a", "c0000", 7, 8, 9),
        ("b", "c0000", 1, 2, 3),
        ("b", "c0001", 4, 5, 6),
    ]

"""The engine's own passes over one partition of the orders, for clusters: Arrow in, Arrow out.

A partition holds all orders of its customers, in whatever order. What comes of the partitions adds up to what a run
over all orders gives, so that Ray, Dask or a pool of processes count and this machine grades:

    work = partition.of(as_of="2025-07-01", by=["region"])
    merged = partition.merge(map(work, work.split(orders, 8)))
    rfm_engine.grade(merged.customers, as_of="2025-07-01", by=["region"])

With Ray Data, whose tables are Arrow's:

    grouped = ray.data.read_parquet("orders/").repartition(64, keys=["region", "customer_id"])
    results = grouped.map_batches(lambda table: pyarrow.table(work(table)), batch_format="pyarrow", batch_size=None)
    merged = partition.merge(ray.get(results.to_arrow_refs()))

With Dask, whose partitions are frames of pandas:

    shuffled = dask.dataframe.read_parquet("orders/").shuffle(["region", "customer_id"])
    merged = partition.merge(dask.compute(*[dask.delayed(work)(part) for part in shuffled.to_delayed()]))

Clusters shuffle by the cells as they are: ids with white space around them, or several spellings of one id, need
`split`, or a column that is cleaned first. `grade` refuses a customer that came out of two partitions.
"""

from __future__ import annotations

from rfm_engine.partition.merging import Merged, merge
from rfm_engine.partition.work import Work, of

__all__ = ["Merged", "Work", "merge", "of"]

"""Tests of partitions and gatherers."""

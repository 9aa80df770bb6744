"""Tests of what runs keep for the next one."""

"""Measurements of the engine against what a user could pick instead."""

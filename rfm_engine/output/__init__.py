"""Graded customers to files, whole or not at all."""

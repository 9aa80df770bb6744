"""The page of a release: its sections and templates, in the report's look."""

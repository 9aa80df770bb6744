"""Text files: encodings, CSV and lines of JSON."""

"""The registry package of a list: its data, its rules in words, the application form, proofs of quality."""

"""Order files in, clean orders out: reading any format to canonical columns, and cleaning by the rules."""

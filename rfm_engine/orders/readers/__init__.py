"""Files of each format as tables of raw orders."""

"""What the tables of order files mean: headers, order sources, how cells are read, and what is asked."""

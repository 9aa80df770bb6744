"""What finished runs are asked: are they intact, why this tier."""

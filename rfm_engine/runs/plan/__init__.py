"""A call plan: who is called on which day, by whom, month after month."""

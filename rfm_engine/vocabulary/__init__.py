"""The words of order files: for no customer, for the states of an order, for provinces, for currencies."""

"""Orders to customers: one row for each list and customer."""

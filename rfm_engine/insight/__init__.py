"""Tables for partners: cells that no one can trace to a customer, and the audit that shows it."""

"""The statement that makes the customers of a dataset where its orders lie: in a warehouse."""

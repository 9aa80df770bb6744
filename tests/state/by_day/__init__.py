"""Parts of customers that add up."""

"""One cell to one value: ids, exact amounts, local times."""

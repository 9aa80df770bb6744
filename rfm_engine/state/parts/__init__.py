"""Sums of customers that add up: parts of different rows make the part of all, whatever their order."""

"""Memory, disk and processes; nothing here knows of orders."""

"""The host of third-party schemes and policies."""

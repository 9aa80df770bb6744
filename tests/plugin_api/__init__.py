"""What authors of schemes and policies import."""

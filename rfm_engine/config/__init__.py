"""What was asked for: dataset files and options, checked, resolved to jobs."""

"""What the user requests: dataset files and options, checked and resolved to jobs."""

"""The sections of the page: each turns the facts into one sentence that says what to do, and the figures behind it."""

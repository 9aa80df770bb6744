"""Is not Python."""

def rfm_register_schemes(:

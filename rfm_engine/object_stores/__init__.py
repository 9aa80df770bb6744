"""Orders that lie in an object store, copied before they are read; only a command with `--remote` opens one."""

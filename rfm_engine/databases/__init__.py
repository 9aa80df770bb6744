"""Orders that lie in a database, and customers that go into one. Only a command that names a database opens one."""

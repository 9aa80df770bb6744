"""Faults of plugins, and how each is reported."""

from __future__ import annotations

FAULTS = {
    "import-error": ("import", "RuntimeError: the licence server does not answer (faulty_import_error.py, line 4)"),
    "missing-dependency": ("import", "ModuleNotFoundError: No module named 'a_package_that_nobody_installed'"),
    "syntax-error": ("import", "SyntaxError: invalid syntax (faulty_syntax_error.py, line 3)"),
    "exits-at-import": ("import", "SystemExit: 3 (faulty_exits_at_import.py, line 5)"),
    "wrong-signature": ("register", "{'engine'} are declared in the hookimpl but can not be found in the hookspec"),
    "misspelled-hook": ("register", "unknown hook 'rfm_register_scheme'"),
    "unmarked-hook": ("register", "mark a function named like one of rfm_register_connectors"),
    "hook-raises": ("collect", "RuntimeError: no configuration found (faulty_hook_raises.py, line 11)"),
    "hook-returns-nothing": ("collect", "rfm_register_schemes returned None; expected a list of classes"),
    "generator-raises-late": ("collect", "LookupError: the second scheme is missing"),
    "not-a-class": ("collect", "expected a class, got 'three'; dict: expected a child class of Scheme"),
    "missing-name": ("collect", "Three: no name; add a line such as name = 'bank'"),
    "bad-default": ("collect", "Three: default of option bins: Input should be greater than or equal to 2"),
    "builtin-name": ("name", "Quintile: 'quintile' is built in and cannot be replaced"),
}

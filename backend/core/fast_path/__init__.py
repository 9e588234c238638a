"""Three shorter ways through the frameworks, each kept for what it was measured to save (DECISIONS, 2 and 12).

`route_table` finds a request's route, `compiled_statements` runs the statements of every write, `sqlite_driver` runs
them on SQLite. They use only what the frameworks publish, and nothing else of the platform.
"""

"""The privacy sweep: every route, every visibility, every kind of viewer."""

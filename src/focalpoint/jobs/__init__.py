"""Work that outlives a request: a thin front of django-tasks."""

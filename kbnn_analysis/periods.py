"""Survey periods."""

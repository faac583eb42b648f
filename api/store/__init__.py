"""What an installation keeps in its database; one module a kind of data."""

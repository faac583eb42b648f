"""The caseworkers' console: pages that the server writes, below `/console`."""

"""Official texts that an installation adds: reading, splitting, keeping and fetching them.

The texts live in the installation's data folder, never in the repository.
"""

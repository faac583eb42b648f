"""The checked knowledge library: loading it, indexing it and searching it.

Knows nothing of Rasa or FastAPI; every other package may import it, it imports none of them.
"""

"""Proposals: changes to the library that a caseworker makes and an editor accepts."""

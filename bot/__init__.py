"""The dialogue: Rasa's domain, training data and components, and the engine that runs them."""

# Rasa must be told how to behave before anything of it is imported, so it stands here.
from bot import rasa_setup as rasa_setup

"""The dialogue: Rasa's domain, training data and components, and the engine that runs them."""

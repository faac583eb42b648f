"""What the bot does with a message, as Rasa custom actions over the knowledge library."""

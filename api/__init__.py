"""The server: chat, topics, feedback, the widget's files, health, storage, and the command line."""

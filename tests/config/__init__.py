"""What can be set: the environment, files of personas, settings that change, each with its mistakes."""

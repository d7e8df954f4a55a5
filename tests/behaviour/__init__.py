"""The real bot on SimCord's virtual Discord: what people see, command by command."""

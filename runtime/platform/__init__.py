"""What every command and service stands on: settings, clock, database, worker, processes."""

"""Recordings, rosters, timetables and check-ins become facts."""

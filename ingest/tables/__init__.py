"""Rosters, timetables, check-ins and leave lists as people really send them become facts, with every fault named."""

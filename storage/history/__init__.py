"""The history of a county: registries loaded row by row, asked in sets; people are digests until somebody may know."""

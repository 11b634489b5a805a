"""The history of a county: registries loaded row by row and queried in sets; people are stored under keyed digests."""

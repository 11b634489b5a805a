"""Network cameras: the list of them, one ffmpeg for each, its fragments as files, and the ledger."""

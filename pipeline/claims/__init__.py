"""Claims (申领): handed in, screened, doubts followed through."""

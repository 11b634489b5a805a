from facts.errors import SetupError


class ClusterAwayError(SetupError):
    """Nobody of the cluster answers now: the job waits, however long it takes, and nothing is judged meanwhile."""


class UnfitWorkerError(SetupError):
    """This worker lacks what was to be looked at; another one may have it."""


class BlobsAwayError(UnfitWorkerError):
    """The shared blobs did not answer this worker; another time they may."""

from tests.fixtures.claim_service import claim_service

__all__ = ["claim_service"]

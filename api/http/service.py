"""The running service, as a request finds it."""

from typing import Annotated

from fastapi import Depends, Request

from runtime.platform.service import Service


def service_of(request: Request) -> Service:
    """The service that answers this request."""
    found: Service = request.app.state.service
    return found


Served = Annotated[Service, Depends(service_of)]

"""The service: JSON API, the console's pages, sign-in and rights; started by ``xueshi serve`` as ``api.http.app:create``."""

"""People and institutions who use the service: signing in, rights, keys, links to an OpenID provider."""

"""Signing in by an OpenID provider: the authorization code flow with PKCE, and every check of what comes back."""

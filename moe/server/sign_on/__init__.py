"""Users that an issuer of tokens vouches for (OpenID Connect)."""

"""What an `App` opens by property: small objects, each over one room of the application, for faces."""

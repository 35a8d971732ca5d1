"""The doors of apps: registering in both dialects, managing a registration, and the protected API."""

"""The stand-in API: an HTTP server generated from an architecture, with its modelled waits and limits."""

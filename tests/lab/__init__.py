"""The lab: the network of out/ built from kernel namespaces, with real packets sent through it."""

"""The lab: out/ becomes a network of kernel namespaces, and real packets are sent through it."""

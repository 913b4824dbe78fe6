"""The capture and query interfaces of EPCIS 2.0 (sections 8.1, 8.2 and 12), as JSON over HTTP."""

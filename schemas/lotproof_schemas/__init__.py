"""marshmallow schemas: what may come in and what goes out, by API, EPCIS document and CSV. Shape is judged
here; rules are judged in the core."""

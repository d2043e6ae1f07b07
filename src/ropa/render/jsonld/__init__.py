"""JSON-LD: the record of processing activities in terms of the Data Privacy Vocabulary 2.3."""

from ropa.render.jsonld.write import write_jsonld

__all__ = ["write_jsonld"]

"""Namespaces, and the minting of IRIs.

Terms are plain strings here: the modules that build RDF wrap them in the term classes of their
library, and a command that needs no RDF library imports none.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final


class Namespace:
    """An IRI prefix; an attribute or an item of it is a full IRI.

    >>> ns = Namespace("http://www.w3.org/ns/org#")
    >>> ns.classification
    'http://www.w3.org/ns/org#classification'
    >>> ns["list-basic"]
    'http://www.w3.org/ns/org#list-basic'
    """

    def __init__(self, base: str) -> None:
        self.base = base

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        value = self.__dict__[name] = self.base + name  # found there from now on
        return value

    def __getitem__(self, name: str) -> str:
        return self.base + name

    def __repr__(self) -> str:
        return f"Namespace({self.base!r})"


DG: Final = Namespace("https://w3id.org/dutygraph/ontology#")
CODE: Final = Namespace("https://w3id.org/dutygraph/code/")
ID: Final = Namespace("https://w3id.org/dutygraph/id/")
SYNTHETIC_ID: Final = Namespace("https://w3id.org/dutygraph/synthetic/id/")
SHAPE: Final = Namespace("https://w3id.org/dutygraph/shape/")

ADMS: Final = Namespace("http://www.w3.org/ns/adms#")
CV: Final = Namespace("http://data.europa.eu/m8g/")
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS: Final = Namespace("http://purl.org/dc/terms/")
OA: Final = Namespace("http://www.w3.org/ns/oa#")
ORG: Final = Namespace("http://www.w3.org/ns/org#")
OWL: Final = Namespace("http://www.w3.org/2002/07/owl#")
PROV: Final = Namespace("http://www.w3.org/ns/prov#")
RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SCHEMA: Final = Namespace("https://schema.org/")
SH: Final = Namespace("http://www.w3.org/ns/shacl#")
SKOS: Final = Namespace("http://www.w3.org/2004/02/skos/core#")
XSD: Final = Namespace("http://www.w3.org/2001/XMLSchema#")

PREFIXES: Final[dict[str, str]] = {
    "adms": ADMS.base,
    "code": CODE.base,
    "cv": CV.base,
    "dcat": DCAT.base,
    "dcterms": DCTERMS.base,
    "dg": DG.base,
    "id": ID.base,
    "oa": OA.base,
    "org": ORG.base,
    "owl": OWL.base,
    "prov": PROV.base,
    "rdf": RDF.base,
    "rdfs": RDFS.base,
    "schema": SCHEMA.base,
    "sh": SH.base,
    "skos": SKOS.base,
    "xsd": XSD.base,
}
"""Prefixes written into every RDF file of ours."""

REFERENCE_GRAPH: Final = ID["reference"]
"""Named graph of the reference data: codes, department types, categories, divisions."""


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    r"""Key of a name: NFKC, without white space and invisible characters.

    Folding is for keys and look-up only; stored text is the source's own. Folding twice changes
    nothing.

    >>> fold("塔什库尔干县　公安局\u200b")
    '塔什库尔干县公安局'
    """
    # NFKC can bring forth a character that the filter drops or another that NFKC changes once
    # more (a space plus a combining mark), so fold until nothing changes.
    while True:
        folded = unicodedata.normalize("NFKC", text)
        if " " in folded or not folded.isprintable():
            folded = "".join(c for c in folded if c.isprintable() and c != " ")
        if folded == text:
            return folded
        text = folded


_KEPT_IN_IRI: Final = frozenset("-._~")


@lru_cache(maxsize=50_000)
def segment(name: str) -> str:
    """One path segment of an IRI from any name: letters and digits stay, the rest is escaped.

    Letters of every script stay readable, which RFC 3987 allows. Different keys (see `fold`) give
    different segments; what only differs in width, white space or invisible characters does not.

    >>> segment("农业农村局"), segment("a/b c")
    ('农业农村局', 'a%2Fbc')
    """
    return "".join(
        c
        if c in _KEPT_IN_IRI or c.isalnum()
        else "".join(f"%{byte:02X}" for byte in c.encode("utf-8"))
        for c in fold(name)
    )


def mint(*path: str | int, synthetic: bool = False) -> str:
    """IRI of a thing of ours.

    >>> mint("item", "653131101", "2025-07", "cooperative", 57)
    'https://w3id.org/dutygraph/id/item/653131101/2025-07/cooperative/57'
    """
    base = SYNTHETIC_ID.base if synthetic else ID.base
    return base + "/".join(segment(str(part)) for part in path)

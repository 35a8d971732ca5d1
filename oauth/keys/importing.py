"""An old server's statement keys."""

from django.db import transaction
from django.db.models.functions import Now

from oauth import audit
from oauth.audit import Actor
from oauth.keys import material
from oauth.keys.lifecycle import event
from oauth.keys.memory import Purpose, Status
from oauth.models import Issuer, KeyIssuer, SigningKey
from oauth.problems import Invalid


@transaction.atomic
def import_statement_key(*, environment: str, pem: bytes, kid: str = "", alias: str = "", by: Actor) -> SigningKey:
    """Bring an old server's statement key, private or public (which verifies and never signs).

    `alias` alone is then what it may have signed as (`iss`); without one, every issuer of the environment.
    Raises Invalid for a key that cannot be read, is too weak, or is here already.
    """
    public, private = material.read_pem(pem)
    alg = material.algorithm_of(public)
    thumbprint = material.thumbprint_of(material.jwk_of(public))
    kid = kid or f"imported-{thumbprint[:16]}"
    for name, text, most in (("kid", kid, 200), ("alias", alias, 500)):
        if len(text) > most:
            raise Invalid({name: [f"Use at most {most} characters; this has {len(text)}."]})
    existing = SigningKey.objects.filter(thumbprint=thumbprint).first()
    if existing:
        raise Invalid({"key": [f"This key is here already, as {existing.kid} of {existing.environment}."]})
    if SigningKey.objects.filter(kid=kid).exists():
        raise Invalid({"kid": [f"Another key has the id {kid}. Choose another with --kid."]})
    key = SigningKey.objects.create(
        environment=environment,
        purpose=Purpose.STATEMENT,
        kid=kid,
        alg=alg,
        thumbprint=thumbprint,
        public_jwk=material.jwk_of(public),
        private_encrypted=material.seal(private) if private else None,
        origin=SigningKey.Origin.IMPORTED,
        status=Status.RETIRED,
        retired_at=Now(),
    )
    known = [alias] if alias else Issuer.objects.filter(environment=environment).values_list("url", flat=True)
    KeyIssuer.objects.bulk_create(KeyIssuer(key=key, iss=iss) for iss in known)
    audit.record(event("import", key, private=private is not None), environment=environment, by=by)
    return key

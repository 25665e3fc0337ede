"""What crosses to a lab: strict JSON, signatures, documents, invitations and their schemas.

jsonio: one reader for every door, one writer before every signature.  signatures: Ed25519 JWS, keys, tokens.
documents, protocol: the shapes of what is signed and of what is called.  keylist: a lab's keys and their
succession. verifying: any signed document checked offline.  invitation: how an expert meets a lab.
"""

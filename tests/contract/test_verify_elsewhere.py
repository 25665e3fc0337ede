"""J2: what Assay signs is verified by programs that we did not write (npm `jose`; `openssl` with `jq`), and back."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.errors import TrustError
from app.wire import jsonio
from app.wire.documents import Receipt, Result
from app.wire.signatures import KeySet, PrivateKey, sign, verify
from tests.unit.wire.wire_fixtures import private_key, receipt_payload, result_payload

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / ".cache" / "npm" / "node_modules"
DEVICE, LAB = private_key(1), private_key(2)

DOCUMENTS = [
    sign(Result.typ(), result_payload(), DEVICE),
    sign(Result.typ(), result_payload(seed="x" * 50_000), DEVICE),
    sign(Result.typ(), result_payload(journal_head="é 👍 \u2028"), DEVICE),
    sign(Receipt.typ(), receipt_payload("0" * 64), LAB),
]

OPENSSL = r"""
set -eu
cd "$1"
printf '%s.%s' "$(jq -r .protected f.json)" "$(jq -r .payload f.json)" > input
pad() { case $(( ${#1} % 4 )) in 2) printf '%s==' "$1";; 3) printf '%s=' "$1";; *) printf '%s' "$1";; esac; }
raw() { pad "$(printf '%s' "$1" | tr '_-' '/+')" | base64 -d; }
raw "$(jq -r .signature f.json)" > signature
{ printf '\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00'; raw "$(jq -r .x key.json)"; } > key.der
openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in input -sigfile signature
test "$(jq -cj '{crv,kty,x}' key.json | openssl dgst -sha256 -binary | base64 | tr '/+' '_-' | tr -d '=')" = "$2"
"""


def node(*arguments: str | Path) -> list[str]:
    command = ["node", ROOT / "tests" / "verify" / "verify.mjs", MODULES, *arguments]
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def write(path: Path, data: bytes | object) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else jsonio.dumps(data))
    return path


def jwks() -> dict[str, Any]:
    return {"keys": [DEVICE.public.as_jwk(), LAB.public.as_jwk()]}


def test_jose_verifies_what_we_sign_and_finds_a_changed_byte(tmp_path: Path) -> None:
    files = [write(tmp_path / f"{i}.jws", d) for i, d in enumerate(DOCUMENTS)]
    bad = json.loads(DOCUMENTS[0])
    bad["payload"] = bad["payload"][:-4] + ("A" if bad["payload"][-4] != "A" else "B") + bad["payload"][-3:]
    files.append(write(tmp_path / "bad.jws", bad))
    *good, last = [json.loads(line) for line in node("verify", write(tmp_path / "keys", jwks()), *files)]
    for answer, document in zip(good, DOCUMENTS, strict=True):
        verified = verify(document, KeySet([DEVICE.public, LAB.public]), None)
        assert answer == {
            "ok": True,
            "typ": verified.typ,
            "kid": verified.kid,
            "payload": base64.b64encode(verified.payload).decode(),
        }
    assert last == {"ok": False, "reason": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"}


def test_jose_names_our_keys_as_we_do(tmp_path: Path) -> None:
    assert node("thumbprint", write(tmp_path / "keys", jwks())) == [DEVICE.kid, LAB.kid]


@pytest.mark.parametrize("alg", ["Ed25519", "EdDSA"])
def test_we_verify_what_jose_signs_under_both_names(tmp_path: Path, alg: str) -> None:
    key = write(tmp_path / "key", DEVICE.as_jwk())
    (line,) = node("sign", key, Result.typ(), write(tmp_path / "p", result_payload()), alg)
    assert verify(line.encode(), KeySet([DEVICE.public]), Result.typ()).payload == result_payload()
    with pytest.raises(TrustError):
        verify(line.replace(alg, alg).encode()[:-9] + b'AAAAAAA"}', KeySet([DEVICE.public]), Result.typ())


def openssl(folder: Path, document: bytes, key: PrivateKey) -> subprocess.CompletedProcess[str]:
    folder.mkdir()
    write(folder / "f.json", document)
    write(folder / "key.json", key.public.as_jwk())
    return subprocess.run(
        ["bash", "-c", OPENSSL, "bash", str(folder), key.kid],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_openssl_and_jq_verify_what_we_sign(tmp_path: Path) -> None:
    for i, (document, key) in enumerate(zip(DOCUMENTS, (DEVICE, DEVICE, DEVICE, LAB), strict=True)):
        done = openssl(tmp_path / str(i), document, key)
        assert done.returncode == 0, done.stderr + done.stdout
        assert "Signature Verified Successfully" in done.stdout
    assert openssl(tmp_path / "other", DOCUMENTS[0], LAB).returncode != 0
    changed = DOCUMENTS[0].replace(b'"payload":"ey', b'"payload":"eZ')
    assert changed != DOCUMENTS[0]
    assert openssl(tmp_path / "bad", changed, DEVICE).returncode != 0


def test_jq_may_rewrite_the_envelope(tmp_path: Path) -> None:
    file = write(tmp_path / "f", DOCUMENTS[0])
    pretty = subprocess.run(["jq", "-S", ".", str(file)], capture_output=True, check=True, timeout=60).stdout
    assert pretty != DOCUMENTS[0]
    assert verify(pretty, KeySet([DEVICE.public]), Result.typ()).payload == result_payload()

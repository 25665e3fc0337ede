// What Assay signs, verified by an independent JOSE library, and what that library signs, for Assay to verify.
//
//   node verify.mjs MODULES verify KEYS FILE…   one line of JSON a file: {ok, typ, kid, payload} or {ok: false, reason}
//   node verify.mjs MODULES sign KEY TYP FILE   a flattened JWS of the file's bytes
//   node verify.mjs MODULES thumbprint KEYS     the RFC 7638 thumbprint of each key
//
// MODULES: the folder node_modules. KEYS: a JSON Web Key Set. KEY: a private JSON Web Key.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, command, keyFile, ...rest] = process.argv.slice(2)
const found = createRequire(join(modules, 'x.js')).resolve('jose')
const jose = await import(pathToFileURL(found))
const keys = JSON.parse(readFileSync(keyFile, 'utf8'))

if (command === 'verify') {
  const set = jose.createLocalJWKSet(keys)
  for (const file of rest) {
    try {
      const jws = JSON.parse(readFileSync(file, 'utf8'))
      const { payload, protectedHeader } = await jose.flattenedVerify(jws, set, { algorithms: ['Ed25519', 'EdDSA'] })
      const text = Buffer.from(payload).toString('base64')
      console.log(JSON.stringify({ ok: true, typ: protectedHeader.typ, kid: protectedHeader.kid, payload: text }))
    } catch (error) {
      console.log(JSON.stringify({ ok: false, reason: error.code ?? String(error) }))
    }
  }
} else if (command === 'sign') {
  const [typ, file, alg = 'Ed25519'] = rest
  const key = await jose.importJWK(keys, alg)
  const kid = await jose.calculateJwkThumbprint(keys)
  const jws = await new jose.FlattenedSign(readFileSync(file)).setProtectedHeader({ alg, kid, typ }).sign(key)
  console.log(JSON.stringify(jws))
} else if (command === 'thumbprint') {
  for (const key of keys.keys) console.log(await jose.calculateJwkThumbprint(key))
} else {
  console.error(`unknown command ${command}`)
  process.exit(2)
}

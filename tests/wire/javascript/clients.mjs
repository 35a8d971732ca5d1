// Three OAuth libraries of JavaScript, unmodified, through the standard dialect. `make clients` installs and runs them.
// Their calls go to BASE; the issuer that they discover and compare is ISSUER.
import assert from 'node:assert/strict'
import test from 'node:test'

import { createRemoteJWKSet, customFetch as joseFetch, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { ClientCredentials } from 'simple-oauth2'

const { BASE, ISSUER, STATEMENT, CALLER_STATEMENT, REDIRECT_URI } = process.env
const away = (url, options) => fetch(String(url).replace(ISSUER, BASE), options)
const options = { [oauth.customFetch]: away, [oauth.allowInsecureRequests]: true }

async function register(as, statement, metadata = {}) {
  const body = { software_statement: statement, ...metadata }
  const response = await oauth.dynamicClientRegistrationRequest(as, body, options)
  return oauth.processDynamicClientRegistrationResponse(response)
}

async function discover() {
  const issuer = new URL(ISSUER)
  return oauth.processDiscoveryResponse(
    issuer, await oauth.discoveryRequest(issuer, { ...options, algorithm: 'oauth2' }))
}

for (const [name, authentication] of [['Basic', oauth.ClientSecretBasic], ['the body', oauth.ClientSecretPost]]) {
  test(`oauth4webapi registers, gets a token, introspects and revokes it, with ${name}`, async () => {
    const as = await discover()
    const client = await register(as, STATEMENT, { redirect_uris: [REDIRECT_URI] })
    const auth = authentication(client.client_secret)
    const token = await oauth.processClientCredentialsResponse(
      as, client, await oauth.clientCredentialsGrantRequest(as, client, auth, { scope: 'api:client:v2' }, options))
    assert.equal(token.token_type, 'bearer')
    assert.equal(token.scope, 'api:client:v2')
    const introspect = async () => oauth.processIntrospectionResponse(
      as, client, await oauth.introspectionRequest(as, client, auth, token.access_token, options))
    assert.equal((await introspect()).active, true)
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, client, auth, token.access_token, options))
    assert.deepEqual(await introspect(), { active: false })
  })
}

test('oauth4webapi accepts the access token as a resource server (RFC 9068)', async () => {
  const as = await discover()
  const client = await register(as, STATEMENT)
  const token = await oauth.processClientCredentialsResponse(as, client, await oauth.clientCredentialsGrantRequest(
    as, client, oauth.ClientSecretBasic(client.client_secret), {}, options))
  const request = new Request(`${BASE}/api`, { headers: { authorization: `Bearer ${token.access_token}` } })
  const claims = await oauth.validateJwtAccessToken(as, request, `${ISSUER}/api`, options)
  assert.equal(claims.client_id, client.client_id)
})

test('oauth4webapi understands a wrong secret', async () => {
  const as = await discover()
  const client = await register(as, STATEMENT)
  const response = await oauth.clientCredentialsGrantRequest(as, client, oauth.ClientSecretBasic('wrong'), {}, options)
  await assert.rejects(
    oauth.processClientCredentialsResponse(as, client, response),
    (error) => error.code === oauth.WWW_AUTHENTICATE_CHALLENGE || error.error === 'invalid_client')
})

test('openid-client registers by itself and gets a token', async () => {
  const config = await openid.dynamicClientRegistration(
    new URL(ISSUER), { software_statement: STATEMENT }, undefined,
    { algorithm: 'oauth2', execute: [openid.allowInsecureRequests], [openid.customFetch]: away })
  const token = await openid.clientCredentialsGrant(config, { scope: 'api:client:v2' })
  assert.equal((await openid.tokenIntrospection(config, token.access_token)).active, true)
  await openid.tokenRevocation(config, token.access_token)
  assert.equal((await openid.tokenIntrospection(config, token.access_token)).active, false)
})

for (const authorizationMethod of ['header', 'body']) {
  test(`simple-oauth2 gets a token, with its credentials in the ${authorizationMethod}`, async () => {
    const { client_id: id, client_secret: secret } = await register(await discover(), STATEMENT)
    const client = new ClientCredentials({
      client: { id, secret }, auth: { tokenHost: BASE, tokenPath: '/oauth/token' }, options: { authorizationMethod } })
    const { token } = await client.getToken({ scope: 'api:client:v2' })
    assert.equal(token.expires_in, 21600)
  })
}

test('jose verifies the token by the published keys', async () => {
  const as = await discover()
  const client = await register(as, CALLER_STATEMENT)
  const token = await oauth.processClientCredentialsResponse(as, client, await oauth.clientCredentialsGrantRequest(
    as, client, oauth.ClientSecretPost(client.client_secret), {}, options))
  const keys = createRemoteJWKSet(new URL(as.jwks_uri), { [joseFetch]: away })
  const { payload } = await jwtVerify(
    token.access_token, keys, { issuer: ISSUER, audience: `${ISSUER}/api`, typ: 'at+jwt' })
  assert.equal(payload.sub, client.client_id)
})

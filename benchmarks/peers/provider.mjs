// node-oidc-provider doing the work that ours does: the client read from PostgreSQL at each request, an ES256 JWT signed,
// no token stored. Keeps client secrets in clear, knows no application or statement, logs nothing, has no throttle.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import pg from "pg";
import Provider from "oidc-provider";

const port = Number(process.env.PORT);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 });

class Adapter {
  constructor(model) {
    this.model = model;
  }
  async find(id) {
    const { rows } = await pool.query({
      name: "find", text: "SELECT payload FROM model WHERE name = $1 AND id = $2", values: [this.model, id],
    });
    return rows[0]?.payload;
  }
  async upsert(id, payload) {
    await pool.query({
      name: "upsert",
      text: "INSERT INTO model (name, id, payload) VALUES ($1, $2, $3) ON CONFLICT (name, id) DO UPDATE SET payload = $3",
      values: [this.model, id, payload],
    });
  }
  async destroy(id) {
    await pool.query("DELETE FROM model WHERE name = $1 AND id = $2", [this.model, id]);
  }
}

const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter: Adapter,
  jwks: { keys: [{ ...key, use: "sig", alg: "ES256", kid: "1" }] },
  cookies: { keys: [randomBytes(16).toString("hex")] },
  clientDefaults: { id_token_signed_response_alg: "ES256" },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    registration: { enabled: true, initialAccessToken: false, issueRegistrationAccessToken: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => "urn:benchmark:api",
      getResourceServerInfo: (_, resource) => ({
        scope: "api:client:v2",
        audience: resource,
        accessTokenTTL: 21600,
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: "ES256" } },
      }),
    },
  },
});
provider.on("server_error", (_, error) => console.error(error));
const server = provider.listen(port, "127.0.0.1");
server.keepAliveTimeout = 60_000; // one that waited for its turn is not hung up on

"""How to use a statement, ready to paste, in the languages that apps are written in.

Each URL, status and member in them stands between « and » and comes from the OpenAPI document, which the server is held
against: a snippet with a word that the wire does not have cannot be rendered.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oauth import environments
from oauth.clients import GRANT
from registration import openapi
from registration.models import SoftwareStatement

_MARK = re.compile("«([a-z_]+)»")
_USED = {"register": "tveRegister", "token": "tveToken"}


@dataclass(frozen=True)
class Snippet:
    key: str
    title: str | Promise
    text: str

    @property
    def rows(self) -> int:
        """How high its field is: all of it, within reason."""
        return min(max(self.text.count("\n") + 2, 5), 16)


def of_statement(statement: SoftwareStatement) -> list[Snippet]:
    known = {**words(statement.environment), "statement": statement.text}
    return [Snippet(key, title, _MARK.sub(lambda mark: known[mark[1]], raw)) for key, (title, raw) in RAW.items()]


def words(environment: str) -> dict[str, str]:
    """What may stand between « and »: the issuer, the paths, the statuses of success, and each member's own name."""
    document = openapi.document(environment)
    operations = {each["operationId"]: (path, each) for path, of in document["paths"].items() for each in of.values()}
    known = {"issuer": environments.issuer(environment), "grant": GRANT}
    for name, operation_id in _USED.items():
        path, operation = operations[operation_id]
        [status] = [status for status in operation["responses"] if status < "400"]
        known |= {f"{name}_path": path, f"{name}_status": status}
        answered = operation["responses"][status]["content"]["application/json"]["schema"]
        asked = [body["schema"] for body in operation["requestBody"]["content"].values()]
        known |= {member: member for schema in (*asked, answered) for member in _members(schema)}
    return known


def _members(schema: dict[str, Any]) -> list[str]:
    return list(schema["properties"])


_PYTHON = '''\
import json
from urllib.parse import urlencode
from urllib.request import Request, urlopen

SERVER = "«issuer»"
STATEMENT = "«statement»"


def register():
    """Once for each installation. Keep the answer: the secret is told only now."""
    body = json.dumps({"«software_statement»": STATEMENT}).encode()
    request = Request(SERVER + "«register_path»", body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=10) as answer:
        assert answer.status == «register_status»
        return json.load(answer)


def get_token(client):
    form = {"«grant_type»": "«grant»"}
    form |= {name: client[name] for name in ("«client_id»", "«client_secret»")}
    with urlopen(SERVER + "«token_path»", urlencode(form).encode(), timeout=10) as answer:
        assert answer.status == «token_status»
        return json.load(answer)


token = get_token(register())
print(token["«access_token»"], token["«expires_in»"])
'''

_JAVASCRIPT = """\
const SERVER = '«issuer»'
const STATEMENT = '«statement»'

// Once for each installation. Keep the answer: the secret is told only now.
async function register() {
  const answer = await fetch(SERVER + '«register_path»', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ «software_statement»: STATEMENT }),
  })
  if (answer.status !== «register_status») throw new Error(await answer.text())
  return answer.json()
}

async function getToken(client) {
  const form = new URLSearchParams({
    «grant_type»: '«grant»',
    «client_id»: client.«client_id»,
    «client_secret»: client.«client_secret»,
  })
  const answer = await fetch(SERVER + '«token_path»', { method: 'POST', body: form })
  if (answer.status !== «token_status») throw new Error(await answer.text())
  return answer.json()
}

register().then(getToken).then((token) => console.log(token.«access_token», token.«expires_in»))
"""

_KOTLIN = """\
// build.gradle: implementation("com.squareup.okhttp3:okhttp:4.12.0"). Call it off the main thread.
import okhttp3.*
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.RequestBody.Companion.toRequestBody
import org.json.JSONObject

const val SERVER = "«issuer»"
val http = OkHttpClient()

// Once for each installation. Keep the answer in the Keystore: the secret is told only now.
fun register(statement: String): JSONObject {
    val body = JSONObject().put("«software_statement»", statement).toString()
        .toRequestBody("application/json".toMediaType())
    return send("«register_path»", body, «register_status»)
}

fun getToken(client: JSONObject): JSONObject {
    val form = FormBody.Builder()
        .add("«grant_type»", "«grant»")
        .add("«client_id»", client.getString("«client_id»"))
        .add("«client_secret»", client.getString("«client_secret»"))
        .build()
    return send("«token_path»", form, «token_status»)
}

private fun send(path: String, body: RequestBody, expected: Int): JSONObject {
    val request = Request.Builder().url(SERVER + path).post(body).build()
    http.newCall(request).execute().use { answer ->
        val text = answer.body!!.string()
        check(answer.code == expected) { text }
        return JSONObject(text)
    }
}

// getToken(register(getString(R.string.software_statement))).getString("«access_token»")
"""

_SWIFT = """\
import Foundation

let server = "«issuer»"

struct Client: Codable { let «client_id»: String; let «client_secret»: String }
struct Token: Codable { let «access_token»: String; let «expires_in»: Int }

// Once for each installation. Keep the answer in the Keychain: the secret is told only now.
func register(statement: String) async throws -> Client {
    var request = URLRequest(url: URL(string: server + "«register_path»")!)
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = try JSONEncoder().encode(["«software_statement»": statement])
    return try await send(request, expecting: «register_status»)
}

func getToken(_ client: Client) async throws -> Token {
    var request = URLRequest(url: URL(string: server + "«token_path»")!)
    var form = URLComponents()
    form.queryItems = [
        URLQueryItem(name: "«grant_type»", value: "«grant»"),
        URLQueryItem(name: "«client_id»", value: client.«client_id»),
        URLQueryItem(name: "«client_secret»", value: client.«client_secret»),
    ]
    request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
    request.httpBody = form.percentEncodedQuery!.data(using: .utf8)
    return try await send(request, expecting: «token_status»)
}

func send<Answer: Decodable>(_ request: URLRequest, expecting status: Int) async throws -> Answer {
    var request = request
    request.httpMethod = "POST"
    let (data, response) = try await URLSession.shared.data(for: request)
    guard (response as? HTTPURLResponse)?.statusCode == status else { throw URLError(.badServerResponse) }
    return try JSONDecoder().decode(Answer.self, from: data)
}
"""

_BRIGHTSCRIPT = """\
' Run it in a Task. Keep the client in roRegistrySection: the secret is told only now.
function Register(statement as String) as Object
    body = FormatJson({ "«software_statement»": statement })
    return Send("«register_path»", "application/json", body, «register_status»)
end function

function GetToken(client as Object) as Object
    encode = CreateObject("roUrlTransfer")
    form = "«grant_type»=«grant»"
    form += "&«client_id»=" + encode.Escape(client["«client_id»"])
    form += "&«client_secret»=" + encode.Escape(client["«client_secret»"])
    return Send("«token_path»", "application/x-www-form-urlencoded", form, «token_status»)
end function

function Send(path as String, contentType as String, body as String, expected as Integer) as Object
    port = CreateObject("roMessagePort")
    http = CreateObject("roUrlTransfer")
    http.SetCertificatesFile("common:/certs/ca-bundle.crt")
    http.SetUrl("«issuer»" + path)
    http.AddHeader("Content-Type", contentType)
    http.RetainBodyOnError(true)
    http.SetMessagePort(port)
    if not http.AsyncPostFromString(body) then return invalid
    answer = Wait(10000, port)
    if answer = invalid then return invalid
    if answer.GetResponseCode() <> expected then return invalid
    return ParseJson(answer.GetString())
end function

' token = GetToken(Register(statement))["«access_token»"]
"""

_MAKE = """\
curl -X POST «issuer»«register_path» \\
  -H 'Content-Type: application/json' \\
  -d '{"«software_statement»": "«statement»"}'"""
_ASK = """\
curl -X POST «issuer»«token_path» \\
  -d «grant_type»=«grant» \\
  -d «client_id»=CLIENT_ID \\
  -d «client_secret»=CLIENT_SECRET"""
_ANDROID = '<string name="software_statement">«statement»</string>'
_APPLE = "<key>software_statement</key>\n<string>«statement»</string>"

RAW: dict[str, tuple[str | Promise, str]] = {
    "register": (_("Register a client (curl)"), _MAKE),
    "token": (_("Get an access token (curl)"), _ASK),
    "python": (_("Python"), _PYTHON),
    "javascript": (_("JavaScript"), _JAVASCRIPT),
    "kotlin": (_("Android and Fire TV, Kotlin with OkHttp"), _KOTLIN),
    "swift": (_("iOS and tvOS, Swift"), _SWIFT),
    "roku": (_("Roku, BrightScript"), _BRIGHTSCRIPT),
    "android": (_("Android, strings.xml"), _ANDROID),
    "ios": (_("iOS and tvOS, Info.plist"), _APPLE),
}

"""Sign a harvest with a key of your own, hand it in, and check that it came into the log: see docs/keys.md.

python own_key_client.py URL LOG_KEY PARTY KEYS_BEARER CAPTURE_BEARER < event.json
"""
import base64, datetime, hashlib, json, sys, urllib.request
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

def sha256(data):
    return hashlib.sha256(data).digest()

def multibase(data):  # base58btc; leading zero bytes are ones
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, text = number // 58, DIGITS[number % 58] + text
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + text

def sign(key, name, signed, origin):  # W3C eddsa-jcs-2022
    proof = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod",
             "created": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
             "verificationMethod": f"did:key:{name}#{name}", "domain": origin}
    value = key.sign(sha256(rfc8785.dumps(proof)) + sha256(rfc8785.dumps(signed)))
    return {"signed": signed, "proof": {**proof, "proofValue": multibase(value)}}

def call(url, body=None, bearer=""):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    data = json.dumps(body).encode() if body else None
    return json.load(urllib.request.urlopen(urllib.request.Request(url, data, headers)))

def check(leaf, proof, log_key):  # RFC 9162, 2.1.3.2, then the checkpoint: C2SP tlog-checkpoint, signed-note
    node, last, root = proof["index"], proof["size"] - 1, sha256(b"\0" + leaf)
    for one in map(bytes.fromhex, proof["hashes"]):
        if node % 2 or node == last:
            root = sha256(b"\1" + one + root)
            while node and not node % 2:
                node, last = node // 2, last // 2
        else:
            root = sha256(b"\1" + root + one)
        node, last = node // 2, last // 2
    (name, _, public), (text, _, lines) = log_key.split("+", 2), proof["checkpoint"].partition("\n\n")
    line = next(one for one in lines.splitlines() if one.startswith(f"\u2014 {name} "))
    public_key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public)[1:])
    public_key.verify(base64.b64decode(line.split(" ")[2])[4:], f"{text}\n".encode())
    if last or text.split("\n")[:3] != [name, str(proof["size"]), base64.b64encode(root).decode()]:
        sys.exit("the entry is not in the log")

url, log_key, party, keys_bearer, capture_bearer = sys.argv[1:]
event, key, origin = json.load(sys.stdin), Ed25519PrivateKey.generate(), log_key.split("+")[0]
name = multibase(b"\xed\x01" + key.public_key().public_bytes_raw())  # keep `key`: nobody else has it
body = {"id": f"did:key:{name}", "party": party, "custody": "own", "subject": "organisation"}
bind = {"by": party, "role": "author", "kind": "bind", "about": [party], "key": body}
call(f"{url}/log/keys", sign(key, name, bind, origin), keys_bearer)
about = sorted({*(one["epcClass"] for one in event["quantityList"]), *filter(None, [event.get("lotproof:cycle")])})
harvest = {"by": party, "role": "author", "kind": "harvest", "about": about, "event": event}
told = call(f"{url}/log/entries", sign(key, name, harvest, origin), capture_bearer)
check(told["leaf"].encode(), call(url + told["inclusion"]), log_key)
if json.loads(told["leaf"])["signed"] != harvest:
    sys.exit("the log holds something else than was signed")
print(json.dumps({"key": f"did:key:{name}", "entry": told["index"], "leafHash": told["leafHash"]}))

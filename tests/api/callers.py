"""Who calls: each puts on a request what it takes to be let in, and knows what exists.

A caller whose session a call has ended begins another one. Nothing here judges an answer.
"""

import base64
import hashlib
import json
import os
import random
import secrets
import time
import uuid
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
DEPOSIT = {"amount_minor": 100_000, "currency": "EUR"}
PASSWORD = "a password for play money"


class Visitor(requests.auth.AuthBase):
    """Nobody in particular, on the house's own page."""

    def __init__(self, url):
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False

    def __call__(self, request):
        if request.method not in SAFE:
            request.headers["Origin"] = self.url
        # Everybody from another place, or the whole run would be slowed down as one who guesses passwords. Not by
        # `random`, which begins anew with each example.
        request.headers["X-Forwarded-For"] = f"203.0.113.{secrets.randbelow(256)}"
        return request

    def known(self, path):
        """Values that exist, by the name of the parameter or member: lists to choose from."""
        return {}

    def fill(self, case):
        """Puts them in the place of made-up ones, in half of the cases."""
        chosen = random.Random(repr((case.path, case.path_parameters, case.query, case.body)))
        known = self.known(case.path)
        if not known or chosen.random() < 0.5:
            return
        for container in (case.path_parameters, case.query, case.body):
            if not isinstance(container, dict):
                continue
            for name in container.keys() & known.keys():
                container[name] = chosen.choice(known[name])

    def ask(self, method, path, body=None, **headers):
        """A call of our own, which has to succeed."""
        request = requests.Request(method, self.url + path, json=body, headers=headers, auth=self)
        answer = self.http.send(self.http.prepare_request(request), timeout=10)
        answer.raise_for_status()
        return answer


class SignedIn(Visitor):
    """Somebody with a session of their own, whose cookie and endings each kind of them names."""

    def __init__(self, url):
        super().__init__(url)
        self.session = None

    def begin(self):
        """Signs in, and looks around."""
        raise NotImplementedError

    def __call__(self, request):
        if self.session is None:
            self.begin()
        cookie, csrf = self.session
        request.headers["Cookie"] = f"{self.cookie}={cookie}"
        if request.method not in SAFE:
            request.headers["X-CSRF-Token"] = csrf
        request.register_hook("response", self.heard)
        return super().__call__(request)

    def heard(self, answer, **_):
        path = urlsplit(answer.url).path
        changed = answer.ok and answer.request.method not in SAFE
        if answer.status_code == 401 or (changed and path.endswith(self.ending)):
            self.session = None


class Player(SignedIn):
    """A signed-in player: every other one with an account, the others for a demo."""

    cookie = "croupier_session"
    # What these leave of a session or of a player is not enough to go on with.
    ending = (
        *("/sign-out", "/sign-in", "/sign-up", "/demo", "/password", "/end-all", "/end"),
        *("/self-exclusion", "/time-out"),
    )

    def __init__(self, url):
        super().__init__(url)
        self.count = 0
        self.exists = {}

    def begin(self):
        """Signs up, pays in and looks around."""
        self.count += 1
        if self.count % 2:
            body = {"name": "Fuzz", "email": f"{uuid.uuid4()}@example.com", "password": PASSWORD}
            answer = Visitor(self.url).ask("POST", "/api/identity/sign-up", body)
        else:
            answer = Visitor(self.url).ask("POST", "/api/identity/demo", {})
        self.session = (answer.cookies[self.cookie], answer.json()["csrf_token"])
        self.ask("POST", "/api/wallet/deposits", DEPOSIT, **{"idempotency-key": str(uuid.uuid4())})
        offers = self.ask("GET", "/api/promotions/offers").json()["offers"]
        tables = self.ask("GET", "/api/live/tables").json()["tables"]
        sessions = self.ask("GET", "/api/account/sessions").json()["sessions"]
        self.exists = {
            "/api/promotions/": {"id": [offer["id"] for offer in offers], "terms_version": [1]},
            "/api/live/": {"table": [table["id"] for table in tables]},
            "/api/account/sessions": {"id": [session["id"] for session in sessions]},
            "/api/account": {"version": [self.ask("GET", "/api/account").json()["version"]], "current_password": [PASSWORD]},
        }

    def known(self, path):
        if self.session is None:
            self.begin()
        return next((known for start, known in self.exists.items() if path.startswith(start)), {})


class Operator(SignedIn):
    """An operator who may do everything, and players to do it to."""

    cookie = "croupier_operator"
    ending = ("/sign-in", "/sign-out")

    def __init__(self, url):
        super().__init__(url)
        self.players = []

    def begin(self):
        body = {"email": os.environ["CROUPIER_API_OPERATOR"], "password": os.environ["CROUPIER_API_PASSWORD"]}
        answer = Visitor(self.url).ask("POST", "/api/operator/sign-in", body)
        self.session = (answer.cookies[self.cookie], answer.json()["csrf_token"])
        while len(self.players) < 5:
            answer = Visitor(self.url).ask("POST", "/api/identity/demo", {})
            self.players.append(answer.json()["player"]["id"])

    def known(self, path):
        if self.session is None:
            self.begin()
        if path.startswith("/api/operator/releases"):
            return {"fragment": ["wallet", "promotions"]}
        return {"id": self.players}


class Vendor(Visitor):
    """The live vendor, with its key and the sessions of players at its tables."""

    name = "studio"
    # The session stands at one table with one player: its members go together.
    members = ("session", "player", "table", "currency")

    def __init__(self, url):
        super().__init__(url)
        with open(os.environ["CROUPIER_API_VENDOR_KEY"], encoding="ascii") as file:
            self.key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(file.read()))
        self.sessions = []
        self.bets = [str(uuid.uuid4())]

    def sit(self):
        player = Player(self.url)
        player.begin()
        table = player.exists["/api/live/"]["table"][0]
        token = player.ask("POST", "/api/live/launch", {"table": table}).json()["token"]
        self.sessions.append(self.ask("POST", "/vendor/v1/authenticate", {"token": token}).json())

    def fill(self, case):
        chosen = random.Random(repr(case.body))
        if not isinstance(case.body, dict) or chosen.random() < 0.3:
            return
        while len(self.sessions) < 4:
            self.sit()
        session = chosen.choice(self.sessions)
        real = {name: session[name] for name in self.members}
        real |= {"bet": chosen.choice(self.bets), "settles": [chosen.choice(self.bets)], "round": "r1"}
        if case.path.endswith("/bet"):
            real["settles"] = []
        case.body |= {name: real[name] for name in case.body.keys() & real.keys()}

    def __call__(self, request):
        if isinstance(request.body, str):
            request.body = request.body.encode()
        self.sign(request, int(time.time() * 1000))
        request.register_hook("response", self.heard)
        return super().__call__(request)

    def sign(self, request, timestamp_ms):
        """As the vendor's own program does."""
        _, signature = signed(self.key, request, urlsplit(request.url).path, timestamp_ms)
        request.headers["X-Vendor"] = self.name
        request.headers["X-Vendor-Timestamp"] = str(timestamp_ms)
        request.headers["X-Vendor-Signature"] = signature

    def heard(self, answer, **_):
        if answer.ok and urlsplit(answer.url).path.endswith("/bet") and answer.json()["status"] == "ok":
            self.bets.append(json.loads(answer.request.body)["transaction"])


def signed(key, request, path, timestamp_ms):
    """The digest of the body, and the key's signature over the call."""
    digest = hashlib.sha256(request.body or b"").hexdigest()
    text = f"{request.method}\n{path}\n{timestamp_ms}\n{digest}"
    return digest, base64.b64encode(key.sign(text.encode())).decode()


class Team(Visitor):
    """A team with its key, which may ship a fragment that nobody else has, and nothing of the house's."""

    fragment = "nobodys"

    def __init__(self, url):
        super().__init__(url)
        self.key = Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32)
        public = self.key.public_key().public_bytes_raw()
        self.id = hashlib.sha256(public).hexdigest()[:16]
        # A signature counts once: no two calls are signed at the same time.
        self.signed_ms = 0

    def known(self, path):
        content = hashlib.sha384(b"nothing").digest()
        address = base64.urlsafe_b64encode(content).decode()
        return {"fragment": [self.fragment, "wallet"], "address": [address], "name": [self.fragment]}

    def __call__(self, request):
        if isinstance(request.body, str):
            request.body = request.body.encode()
        self.signed_ms = max(self.signed_ms + 1, int(time.time() * 1000))
        self.sign(request, self.signed_ms)
        return super().__call__(request)

    def sign(self, request, timestamp_ms):
        """As the team's tool does."""
        digest, signature = signed(self.key, request, request.path_url, timestamp_ms)
        request.headers["X-Registry-Key"] = self.id
        request.headers["X-Registry-Timestamp"] = str(timestamp_ms)
        request.headers["X-Registry-Digest"] = digest
        request.headers["X-Registry-Signature"] = signature


class Developer(Visitor):
    """A developer with an inspection: its code, as their tool has it, and its cookie, as their page has it."""

    cookie = "croupier_inspect"

    def __init__(self, url):
        super().__init__(url)
        self.inspection = None

    def begin(self):
        operator = Operator(self.url)
        begun = operator.ask("POST", "/api/operator/inspect")
        cookie = f"{self.cookie}={begun.cookies[self.cookie]}"
        code = Visitor(self.url).ask("POST", "/api/inspect/code", Cookie=cookie).json()["code"]
        self.inspection = (cookie, code)

    def known(self, path):
        content = hashlib.sha384(b"nothing").digest()
        return {"fragment": ["wallet"], "address": [base64.urlsafe_b64encode(content).decode()]}

    def __call__(self, request):
        if self.inspection is None:
            self.begin()
        cookie, code = self.inspection
        request.headers["Cookie"] = cookie
        request.headers["Authorization"] = f"Bearer {code}"
        request.register_hook("response", self.heard)
        return super().__call__(request)

    def heard(self, answer, **_):
        # Another code is good from then on.
        if answer.ok and urlsplit(answer.url).path.endswith("/code"):
            self.inspection = (self.inspection[0], answer.json()["code"])


def by_role(role, url):
    """The caller of that name."""
    people = {"visitor": Visitor, "player": Player, "operator": Operator, "developer": Developer}
    roles = people | {"vendor": Vendor, "team": Team}
    return roles[role](url)

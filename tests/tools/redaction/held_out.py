"""The half of the secrets that was written before the rules and is not looked at when a rule is written.

Shapes differ from `known.py` on purpose: other programs, other names, other quoting.
"""

from tests.tools.redaction.invented import HEX, LOWER, UPPER, WORD, Inventor, Sample, armour


def held_out_samples() -> list[Sample]:
    """Five of each shape, every time the same."""
    return [sample for round_number in range(5) for sample in _round(Inventor(9000 + round_number))]


def _round(of: Inventor) -> list[Sample]:
    samples: list[Sample] = []

    def add(form: str, before: str, secret: str, after: str = "", *more: str) -> None:
        samples.append(Sample(form, before + secret + after, (secret, *more)))

    add("environment", "Environment=HOME=/srv/app MATRIX_REGISTRATION_SHARED_SECRET=", of.password(), " LANG=C")
    add("environment", "worker[311]: env: ['PATH=/usr/bin', 'ADMIN_PASSWD=", of.password(), "', 'TERM=dumb']")
    add("environment", 'Environment="GF_SECURITY_ADMIN_PASSWORD=', of.password(), '" "GF_PATHS=/var/lib/grafana"')
    add("environment", "KEYCLOAK_DB_PASS=", of.password())
    add("environment", 'export RESTIC_PASSWORD="', of.password(20), '"')
    add("argument", "COMMAND=/usr/bin/borg-web --admin-password=", of.password(), " --port 8080")
    add("argument", "ExecStart=/usr/bin/oauth2-proxy --client-secret ", of.mixed(40), " --upstream=http://127.0.0.1:1")
    add("argument", 'type=EXECVE msg=audit(1.2:3): argc=3 a0="influx" a1="--password" a2="', of.password(), '"')
    add("argument", "argv[]=/usr/sbin/slapcat -x -w ", of.password(), " -b dc=example,dc=org ;")
    add("argument", "root : COMMAND=/usr/bin/mariadb-dump -h db1 -u backup -p", of.password(), " --all-databases")
    add("argument", "COMMAND=/usr/bin/sshpass -p '", of.password(), "' ssh backup@nas")
    add("argument", "CMD (curl -s --user nightly:", of.password(), " https://nas.example/api)")
    add("argument", "smbclient //nas/share -U backup%", of.password(), " -c ls")
    add("url", "fatal: unable to access 'https://deploy:", of.password().replace("#", "x"), "@git.example/app.git/'")
    add("url", "could not connect: amqp://celery:", of.mixed(16), "@rabbit:5672/jobs refused")
    add("url", "sqlalchemy.exc: postgresql+psycopg2://app:", of.mixed(18), "@10.0.0.5/app")
    add("url", "redis.exceptions: rediss://default:", of.mixed(24), "@cache.example:6380/0")
    add("url", "MongoServerError at mongodb+srv://svc:", of.mixed(20), "@cluster0.example/?retryWrites=true")
    add("dsn", "Error 1045 dsn=app:", of.mixed(15), "@tcp(db:3306)/app?parseTime=true")
    add("dsn", "Server=sql1;Database=erp;User Id=sa;Pwd=", of.mixed(15), ";Encrypt=yes")
    add("dsn", "conninfo host=db1 user=repl password='", of.password(), "' sslmode=require")
    add("query", '10.0.0.9 - - "GET /message?priority=5&token=', of.mixed(15), '&x=1 HTTP/1.1" 200')
    add("query", '"POST /hook?api_key=', of.text(HEX, 40), ' HTTP/2.0" 401')
    add("header", "> proxy-authorization: Basic ", of.base64(18), "")
    add("header", "req headers {'Authorization': 'Bearer ", of.mixed(40), "', 'Accept': '*/*'}")
    add("header", '{"level":"debug","headers":{"X-Auth-Token":"', of.text(HEX, 32), '"}}')
    add("header", "x-vault-token: ", "hvs." + of.mixed(90), "")
    add("header", "< set-cookie: __Host-sid=", of.mixed(32), "; Path=/; Secure; HttpOnly")
    add("header", '"Cookie": "grafana_session=', of.text(HEX, 32), '; theme=dark"')
    add("json", '{"msg":"login","body":{"user":"eva","password":"', of.password(), '"}}')
    add("json", '{"access_token": "', of.mixed(43), '", "expires_in": 3600}')
    add("json", 'body="{\\"client_secret\\":\\"', of.mixed(32), '\\",\\"grant\\":\\"x\\"}"')
    add("yaml", "    db_password: ", of.password(), "")
    add("yaml", "smtp_auth_password: '", of.password(), "'")
    add("yaml", "signing-key: ", of.base64(32), "")
    add("ini", "secret_key_base = ", of.text(HEX, 64), "")
    add("ini", "rpcpassword=", of.base64(32), "")
    add("ini", "bindpw ", of.password(), "")
    add("python", "DEBUG settings: SECRET_KEY = '", of.password(40), "'")
    add("sql", "statement: ALTER ROLE app WITH LOGIN PASSWORD '", of.password(), "'")
    add("sql", "Query\tCREATE USER 'app'@'%' IDENTIFIED WITH caching_sha2_password BY '", of.password(), "'")
    add("shadow", "deploy:$6$", of.text(WORD, 12) + "$" + of.text(WORD, 86), ":19700:0:99999:7:::")
    add("shadow", "hash is $2b$12$", of.text(WORD, 53), "")
    add("shadow", "eva:$argon2id$v=19$m=65536,t=3,p=4$", of.text(WORD, 22) + "$" + of.text(WORD, 43), "")
    add("shadow", "userPassword: {SSHA}", of.base64(24), "")
    add("wireguard", "wg0: PresharedKey = ", of.base64(32), "")
    add("wpa", "wpa_supplicant[7]: psk=", of.text(HEX, 64), "")
    add("jwt", "kubelet: token rejected ", of.jwt(), " expired")
    add("jwt", "callback?id_token=", of.jwt(), "&state=x")
    add("aws", "caller identity ", "AS" + "IA" + of.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16), " denied")
    add("aws", "aws_secret_access_key = ", of.mixed(40), "")
    add("google", "maps key ", "AI" + "za" + of.mixed(35), " over quota")
    add("google", '"refresh_token": "', "1/" + "/0" + of.mixed(60), '"')
    add("azure", "https://store.blob.example/c?sv=2022&sr=c&sig=", of.mixed(42) + "%3D", "&se=2026")
    add("azure", "AccountName=store;AccountKey=", of.base64(64), ";EndpointSuffix=example")
    add("github", "remote: bad token ", "git" + "hub_pat_" + of.mixed(22) + "_" + of.mixed(59), "")
    add("github", "clone with ", "gh" + "s_" + of.mixed(36), " failed")
    add("gitlab", "runner registered with ", "gl" + "rt-" + of.mixed(20), "")
    samples.append(_slack(of))
    add("slack", "invalid_auth ", "xo" + "xp-" + of.text("0123456789", 12) + "-" + of.text(HEX, 32), "")
    add("telegram", "getUpdates https://api.telegram.org/bot", of.text("123456789", 10) + ":AA" + of.mixed(33), "/x")
    add("stripe", "No such customer, key ", "rk" + "_live_" + of.mixed(24), "")
    add("ai", "401 incorrect key provided: ", "sk" + "-proj-" + of.mixed(48), "")
    add("npm", "//registry.npmjs.org/:_authToken=", "np" + "m_" + of.mixed(36), "")
    add("pypi", "HTTPError 403 uploading with ", "pypi-" + "AgEIcHlwaS5vcmc" + of.mixed(80), "")
    add("docker", '{"auths":{"ghcr.example":{"auth":"', of.base64(30), '"}}}')
    add("smtp", "C: AUTH PLAIN ", of.base64(24), "")
    add("netrc", "machine api.example login robot password ", of.password(), "")
    add("hexkey", "Loaded encryption key=", of.text(HEX, 64), " ok")
    add("tailscale", "tailscale up --authkey ", "tskey" + "-auth-" + of.mixed(16) + "-" + of.mixed(32), "")
    add("age", "identity: ", "AGE-SECRET-" + "KEY-1" + of.text("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58), "")
    add("redis", "config: requirepass ", of.mixed(22), "")
    add("snmp", "snmpwalk -v2c -c ", of.mixed(12), " 10.0.0.1 sysDescr")
    samples.append(_inline_key(of))
    samples.append(_key_block(of))
    add("cut key", "sshd-keygen: " + armour("BEGIN", "OPENSSH PRIVATE KEY") + "\n", of.base64(48), "\n" + of.base64(9))
    add("mount", "mount.cifs //nas/b /mnt -o username=backup,password=", of.mixed(14), ",uid=1000")
    add("credential", "SetCredential=db.pw:", of.password(), "")
    add("session", "DEBUG PHPSESSID=", of.text(LOWER, 26), " opened")
    return samples


def _slack(of: Inventor) -> Sample:
    secret = of.mixed(24)
    path = f"T0{of.text(UPPER, 8)}/B0{of.text(UPPER, 8)}"
    return Sample("slack", f"posting to https://hooks.slack.com/services/{path}/{secret} timed out", (secret,))


def _inline_key(of: Inventor) -> Sample:
    block, body = of.key_block("EC PRIVATE KEY", 3)
    escaped = block.replace("\n", "\\n")
    return Sample("inline key", f'{{"type":"service_account","private_key":"{escaped}\\n","client":"x"}}', body)


def _key_block(of: Inventor) -> Sample:
    block, body = of.key_block("ENCRYPTED PRIVATE KEY", 5)
    return Sample("key block", f"dump of tls.key:\n{block}\ndone", body, ("dump of tls.key", "done"))

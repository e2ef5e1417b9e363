"""Shapes from other trades than those in `known.py`, written after the rules and measured before any was changed."""

from tests.tools.redaction.invented import HEX, LOWER, WORD, Inventor, Sample


def wild_samples() -> list[Sample]:
    """Two of each shape, every time the same."""
    return [sample for seed in (70, 71) for sample in _all(Inventor(seed))]


def _all(of: Inventor) -> list[Sample]:
    samples: list[Sample] = []

    def add(form: str, before: str, secret: str, after: str = "") -> None:
        samples.append(Sample(form, before + secret + after, (secret,)))

    add("java", "-Dspring.datasource.password=", of.password(), " -jar app.jar")
    add("java", "-Djavax.net.ssl.keyStorePassword=", of.mixed(12), " -Xmx1g")
    add("java", "Config{url=jdbc:x, username=app, password=", of.password(), ", pool=5}")
    add("go", "cfg: {User:app Password:", of.mixed(14), " Host:db1}")
    add("go", 'msg="dial" dsn="app:', of.mixed(14), '@tcp(db1:3306)/x"')
    add("python", "Settings(host='db1', password='", of.password(), "', port=5432)")
    add("python", "{'user': 'app', 'passwd': '", of.password(), "', 'db': 'x'}")
    add("ruby", '{:user=>"app", :password=>"', of.password(), '"}')
    add("rust", 'Config { user: "app", password: Some("', of.password(), '") }')
    add("php", "PDO->__construct('mysql:host=db1', 'app', '", of.password(), "')")
    add("kubernetes", "kubeadm join 10.0.0.1:6443 --token ", of.text(LOWER, 6) + "." + of.text(LOWER, 16), " --v=1")
    add(
        "swarm",
        "docker swarm join --token ",
        "SWMTKN" + "-1-" + of.text(LOWER, 50) + "-" + of.text(LOWER, 25),
        " h:2377",
    )
    add("consul", "CONSUL_HTTP_TOKEN=", "-".join(of.text(HEX, n) for n in (8, 4, 4, 4, 12)), "")
    add("etcd", "etcdctl --user root:", of.password(), " get /x")
    add("mqtt", "mosquitto_pub -u iot -P ", of.password(), " -t x -m y")
    add("camera", "ffmpeg -i rtsp://admin:", of.mixed(10), "@10.0.0.7:554/h264")
    add("ftp", "lftp -u eva,", of.password(), " ftp.example")
    add("s3", "s3cmd --access_key=x --secret_key=", of.mixed(40), " ls")
    add("s3", "AWS4 s3 secretKey: ", of.mixed(40), "")
    add("rclone", "pass = ", of.mixed(40), "")
    add("sudo", "echo ", of.password(), " | sudo -S systemctl restart web")
    add("luks", "echo -n ", of.password(), " | cryptsetup luksOpen /dev/sdb1 x -")
    add("wifi", "nmcli connection modify home wifi-sec.psk ", of.password(), "")
    add("wifi", "nmcli dev wifi connect home password ", of.password(), "")
    add("radius", 'eva Cleartext-Password := "', of.password(), '"')
    add("radius", "client sw1 { secret = ", of.password(), " }")
    add("postfix", "smtp_sasl_password_maps: static:eva:", of.password(), "")
    add("dovecot", "auth: Debug: client in: AUTH 1 PLAIN service=imap resp=", of.base64(24), "")
    add("pgbouncer", '"app" "md5', of.text(HEX, 32), '"')
    add("postgres", "primary_conninfo = 'user=repl password=", of.password(), " host=db1'")
    add("postgres", "role app password hash md5", of.text(HEX, 32), "")
    add("openvpn", "--auth-user-pass inline eva/", of.password(), "")
    add("kerberos", "kinit --password=", of.password(), " eva@EXAMPLE")
    add("ansible", 'invocation: {"module_args": {"become_pass": "', of.password(), '"}}')
    add("ansible", "fatal: ansible_ssh_pass=", of.password(), " ansible_host=10.0.0.9")
    add("terraform", '  + admin_password = "', of.password(), '" -> (known after apply)')
    add("helm", "helm upgrade web --set auth.rootPassword=", of.password(), ",replicas=2")
    add("cloud-init", "chpasswd: {list: ['root:", of.password(), "']}")
    add("snmp", "createUser monitor SHA ", of.password(), " AES")
    add("snmp", "snmpwalk -v3 -u mon -l authPriv -a SHA -A ", of.mixed(14), " sw1")
    add("samba", "eva:1000:", of.text(HEX.upper(), 32) + ":" + of.text(HEX.upper(), 32), ":[U ]:LCT-1:")
    add("htpasswd", "eva:", "$apr1$" + of.text(WORD, 8) + "$" + of.text(WORD, 22), "")
    add("backup", "duplicity PASSPHRASE=", of.password(), " full /srv")
    add("backup", "restic -r rest:https://eva:", of.mixed(15), "@nas:8000/ backup")
    add("proxy", "http_proxy=http://eva:", of.mixed(15), "@proxy:3128")
    add("proxy", "curl -x http://proxy:3128 --proxy-user eva:", of.password(), " https://x")
    add("git", "remote.origin.url=https://oauth2:", "gl" + "pat-" + of.mixed(20), "@gitlab.example/x.git")
    add("ci", "Masked? no: CI_JOB_TOKEN=", of.mixed(20), "")
    add("web", "POST /login user=eva&password=", of.mixed(12), "&remember=1")
    add("web", 'nginx: "GET /reset?reset_token=', of.mixed(24), ' HTTP/1.1"')
    add("web", "x-amz-security-token:", of.mixed(100), "")
    add("web", "X-Hub-Signature-256: sha256=", of.text(HEX, 64), "")
    add("matrix", "matrix access_token syt_", of.mixed(40), "")
    add("bot", "Telegram bot_token: ", of.text("123456789", 10) + ":AA" + of.mixed(33), "")
    add("otp", "otpauth://totp/x:eva?secret=", of.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32), "&issuer=x")
    add("german", "Kennwort: ", of.password(), "")
    add("systemd", 'argv[]=/usr/bin/vncserver -passwd "', of.mixed(10), '" ; ignore_errors=no')
    add("systemd", "Environment=VAULT_DEV_ROOT_TOKEN_ID=", of.mixed(24), "")
    add("env json", '"Env":["PATH=/bin","DB_PASS=', of.password(), '"]')
    add("audit", 'a0="psql" a1="postgres://app:', of.mixed(12), '@db1/x"')
    return samples

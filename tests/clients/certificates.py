"""A certificate authority for tests, by the openssl program: a root, an intermediate that signs, and leaves, as PEM and PKCS12;
with keytool, where there is one, as JKS."""
import pathlib
import shutil
import subprocess

PASSWORD = "store-secret"
LONG = 365
SANS = "DNS:localhost,IP:127.0.0.1"


class Authority:
    """Keeps its files in `folder`. What is signed is a chain: the leaf, the intermediate, and in trust the root."""

    def __init__(self, folder, name="klamm test"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.key("root")
        self.openssl("req", "-x509", "-new", "-key", self / "root.key", "-subj", f"/O={name}/CN=root", "-days", LONG,
                     "-addext", "basicConstraints=critical,CA:true", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
                     "-out", self / "root.crt")
        self.key("intermediate")
        self.sign("intermediate", f"/O={name}/CN=intermediate", "root",
                  "basicConstraints=critical,CA:true,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n")

    def __truediv__(self, name):
        return self.folder / name

    def openssl(self, *arguments):
        done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stderr}")
        return done.stdout

    def key(self, name):
        self.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self / f"{name}.key")

    def sign(self, name, subject, issuer, extensions, days=LONG):
        (self / f"{name}.ext").write_text(extensions)
        self.openssl("req", "-new", "-key", self / f"{name}.key", "-subj", subject, "-out", self / f"{name}.csr")
        self.openssl("x509", "-req", "-in", self / f"{name}.csr", "-CA", self / f"{issuer}.crt", "-CAkey", self / f"{issuer}.key",
                     "-CAcreateserial", "-days", days, "-extfile", self / f"{name}.ext", "-out", self / f"{name}.crt")

    def leaf(self, name, subject=None, sans=SANS, days=LONG):
        """A key and a chain for server and client, as NAME.key, NAME.pem (leaf and intermediate) and NAME.p12; `days` may be past."""
        self.key(name)
        names = f"subjectAltName={sans}\n" if sans else ""
        self.sign(name, subject or f"/CN={name}", "intermediate",
                  f"basicConstraints=CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n{names}", days)
        chain = (self / f"{name}.crt").read_text() + (self / "intermediate.crt").read_text()
        (self / f"{name}.pem").write_text(chain)
        (self / f"{name}.both.pem").write_text((self / f"{name}.key").read_text() + chain)
        self.openssl("pkcs12", "-export", "-inkey", self / f"{name}.key", "-in", self / f"{name}.pem", "-name", name,
                     "-passout", f"pass:{PASSWORD}", "-out", self / f"{name}.p12")
        return self

    def trust(self):
        """The root in a PKCS12 of trusted certificates: Java's, where there is a keytool; else OpenSSL's."""
        if has_keytool():
            return self.keytool("-importcert", "-noprompt", "-alias", "root", "-file", self / "root.crt", "-keystore", self / "trust.p12",
                                "-storetype", "PKCS12", "-storepass", PASSWORD)
        return self.openssl("pkcs12", "-export", "-nokeys", "-in", self / "root.crt", "-passout", f"pass:{PASSWORD}",
                            "-out", self / "trust.p12")

    def keytool(self, *arguments):
        done = subprocess.run(["keytool", *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"keytool {arguments[0]}: {done.stdout}{done.stderr}")

    def jks(self, name):
        """NAME.jks out of NAME.p12, and trust.jks."""
        self.keytool("-importkeystore", "-srckeystore", self / f"{name}.p12", "-srcstoretype", "PKCS12", "-srcstorepass", PASSWORD,
                     "-destkeystore", self / f"{name}.jks", "-deststoretype", "JKS", "-deststorepass", PASSWORD)
        if not (self / "trust.jks").exists():
            self.keytool("-importcert", "-noprompt", "-alias", "root", "-file", self / "root.crt", "-keystore", self / "trust.jks",
                         "-storetype", "JKS", "-storepass", PASSWORD)


def has_keytool():
    return shutil.which("keytool") is not None


def pem_settings(made, name, prefix=""):
    """Lines of server.properties: key and trust from PEM files."""
    return {f"{prefix}ssl.keystore.type": "PEM", f"{prefix}ssl.keystore.location": made / f"{name}.both.pem",
            f"{prefix}ssl.truststore.type": "PEM", f"{prefix}ssl.truststore.location": made / "root.crt"}


def store_settings(made, name, kind, prefix=""):
    """The same from PKCS12 or JKS."""
    ending = {"PKCS12": "p12", "JKS": "jks"}[kind]
    return {f"{prefix}ssl.keystore.type": kind, f"{prefix}ssl.keystore.location": made / f"{name}.{ending}",
            f"{prefix}ssl.keystore.password": PASSWORD, f"{prefix}ssl.key.password": PASSWORD,
            f"{prefix}ssl.truststore.type": kind, f"{prefix}ssl.truststore.location": made / f"trust.{ending}",
            f"{prefix}ssl.truststore.password": PASSWORD}


def kcat_options(made, name=None):
    """What kcat is told to speak TLS, with the certificate NAME or with none."""
    options = ["-X", "security.protocol=SSL", "-X", f"ssl.ca.location={made / 'root.crt'}"]
    if name:
        options += ["-X", f"ssl.certificate.location={made / (name + '.pem')}", "-X", f"ssl.key.location={made / (name + '.key')}"]
    return options

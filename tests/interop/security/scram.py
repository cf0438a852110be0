#!/usr/bin/env python3
"""SCRAM users and their rights with unmodified tools: SASL_PLAINTEXT and SASL_SSL listeners, users by --add-scram and by
kafka-configs, access control entries by kafka-acls, JAAS files, JKS stores, kcat.

  scram.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--sides klamm,kafka]

The same claims are made of a node of Apache Kafka, so that they ask for what Kafka does.
Closes with `N passed, N failed, N skipped`.
"""
import contextlib
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "kafka")]
import kafka  # noqa: E402
import certificates  # noqa: E402  (of tests/clients)
import claims  # noqa: E402

MECHANISM = "SCRAM-SHA-512"
AUTHORIZER = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule"
USERS = {"admin": "admin-secret", "customer": "customer-secret", "worker": "worker-secret"}


def settings(made, jaas_in_file):
    """Lines of server.properties. The broker's own login is in them, or in a JAAS file."""
    def lines(node):
        node.secure_port = kafka.node.free_port()
        found = {
            "listeners": f"SASL_PLAINTEXT://127.0.0.1:{node.port},SASL_SSL://127.0.0.1:{node.secure_port},"
                         f"CONTROLLER://127.0.0.1:{node.controller_port}",
            "advertised.listeners": f"SASL_PLAINTEXT://127.0.0.1:{node.port},SASL_SSL://127.0.0.1:{node.secure_port}",
            "listener.security.protocol.map": "SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "SASL_PLAINTEXT",
            "sasl.enabled.mechanisms": MECHANISM,
            "sasl.mechanism.inter.broker.protocol": MECHANISM,
            "authorizer.class.name": AUTHORIZER,
            "super.users": "User:admin;User:ANONYMOUS",  # the controller's own connections are plain
            **certificates.store_settings(made, "broker", "JKS"),
        }
        if not jaas_in_file:
            for listener in ("sasl_plaintext", "sasl_ssl"):
                found[f"listener.name.{listener}.scram-sha-512.sasl.jaas.config"] = \
                    f'{LOGIN} required username="admin" password="{USERS["admin"]}";'
        return found
    return lines


class WithUser:
    """A node that is formatted with the user admin, and told of a JAAS file by KAFKA_OPTS where there is one."""

    jaas = None

    def format(self):
        self.storage("format", "-t", kafka_uuid(self), "-c", self.properties, "--add-scram",
                     f"{MECHANISM}=[name=admin,password={USERS['admin']}]")


def kafka_uuid(node):
    return node.storage("random-uuid").strip().splitlines()[-1]


class Ours(WithUser, kafka.node.Node):
    def server_command(self):
        command = super().server_command()
        return ["env", f"KAFKA_OPTS=-Djava.security.auth.login.config={self.jaas}", *command] if self.jaas else command


class Theirs(WithUser, kafka.KafkaNode):
    def server_command(self):
        command = super().server_command()
        return [command[0], f"-Djava.security.auth.login.config={self.jaas}", *command[1:]] if self.jaas else command


class Side:
    """A node, its certificates and its tools as one of the users."""

    def __init__(self, tools, node, made, folder):
        self.tools, self.node, self.made, self.folder = tools, node, made, folder

    def as_user(self, user, password=None, mechanism=MECHANISM, secure=False):
        lines = {"security.protocol": "SASL_SSL" if secure else "SASL_PLAINTEXT", "sasl.mechanism": mechanism,
                 "sasl.jaas.config": f'{LOGIN} required username="{user}" password="{password or USERS[user]}";',
                 "request.timeout.ms": 8000, "default.api.timeout.ms": 9000, "max.block.ms": 9000, "delivery.timeout.ms": 9000}
        if mechanism == "PLAIN":
            lines["sasl.jaas.config"] = lines["sasl.jaas.config"].replace("scram.ScramLoginModule", "plain.PlainLoginModule")
        if secure:
            lines.update({"ssl.truststore.type": "JKS", "ssl.truststore.location": self.made / "trust.jks",
                          "ssl.truststore.password": certificates.PASSWORD})
        path = self.folder / f"{user}-{password}-{mechanism}-{secure}.properties"
        address = f"127.0.0.1:{self.node.secure_port}" if secure else self.node.address
        return claims.Tools(self.tools, address, claims.write_properties(path, lines))

    def kcat(self, user, *arguments, secure=False, given=None, password=None):
        options = [f"security.protocol={'SASL_SSL' if secure else 'SASL_PLAINTEXT'}", f"sasl.mechanism={MECHANISM}",
                   f"sasl.username={user}", f"sasl.password={password or USERS[user]}", f"ssl.ca.location={self.made / 'root.crt'}",
                   "message.timeout.ms=8000"]
        address = f"127.0.0.1:{self.node.secure_port}" if secure else self.node.address
        return subprocess.run(["kcat", "-b", address, *[part for option in options for part in ("-X", option)], *arguments],
                              input=given, capture_output=True, text=True, timeout=60)


def text_of(done):
    return done.stdout + done.stderr


def users(found, side):
    admin = side.as_user("admin")
    for user in ("customer", "worker"):
        done = admin.run("kafka-configs", "--alter", "--entity-type", "users", "--entity-name", user, "--add-config",
                         f"{MECHANISM}=[iterations=8192,password={USERS[user]}]")
        found.claim(done.returncode == 0 and f"Completed updating config for user {user}" in done.stdout,
                    f"kafka-configs makes the user {user}", text_of(done))
    done = admin.run("kafka-configs", "--describe", "--entity-type", "users")
    seen = all(f"SCRAM credential configs for user-principal '{user}' are {MECHANISM}=iterations=" in done.stdout for user in USERS)
    found.claim(seen and not any(secret in done.stdout for secret in USERS.values()), "kafka-configs shows them, without secrets",
                text_of(done))
    done = admin.run("kafka-configs", "--alter", "--entity-type", "users", "--entity-name", "nobody", "--delete-config", MECHANISM)
    found.claim(done.returncode != 0 and "credential that does not exist" in text_of(done), "what is not there cannot be deleted",
                text_of(done))
    done = admin.run("kafka-configs", "--alter", "--entity-type", "users", "--entity-name", "weak", "--add-config",
                     f"{MECHANISM}=[iterations=100,password=x]")
    found.claim(done.returncode != 0 and "iterations" in text_of(done).lower(), "too few iterations are refused", text_of(done))


def entries(found, side):
    admin = side.as_user("admin")
    for topic in ("orders", "private", "work"):
        admin.run("kafka-topics", "--create", "--topic", topic, "--partitions", 1)
    admin.produce("orders", "first\nsecond\n")
    rights = [("customer", "--topic orders", "Read Describe"), ("customer", "--group customer-", "Read"),
              ("worker", "--topic work", "Write Create Describe Read"), ("worker", "--group workers", "Read"),
              ("worker", "--cluster", "IdempotentWrite")]
    for user, resource, operations in rights:
        pattern = ["--resource-pattern-type", "prefixed"] if resource.endswith("-") else []
        done = admin.run("kafka-acls", "--add", "--allow-principal", f"User:{user}", *resource.split(), *pattern,
                         *[part for operation in operations.split() for part in ("--operation", operation)])
        found.claim(done.returncode == 0 and "Adding ACLs for resource" in done.stdout, f"kafka-acls: {user} {operations} {resource}",
                    text_of(done))
    done = admin.run("kafka-acls", "--list")
    found.claim(done.returncode == 0 and done.stdout.count("principal=User:worker") == 6, "kafka-acls lists them", text_of(done))
    done = side.as_user("customer").run("kafka-acls", "--list")
    found.claim(done.returncode != 0 and "ClusterAuthorizationException" in text_of(done), "a customer may not list them", text_of(done))


def denied(done, *words):
    text = text_of(done)
    return any(word in text for word in words) and ("AuthorizationException" in text or "authorized" in text.lower())


def customer(found, side):
    """READ and DESCRIBE on one topic, and nothing else."""
    own = side.as_user("customer")
    done = own.consume("orders", 2, "--group", "customer-1")
    found.claim(done.stdout.split() == ["first", "second"], "the customer reads its topic", text_of(done))
    done = own.run("kafka-topics", "--list")
    found.claim([line for line in done.stdout.split() if not line.startswith("__")] == ["orders"], "it sees no other topic", text_of(done))
    done = own.run("kafka-topics", "--describe", "--topic", "private")
    found.claim(done.returncode != 0 and "private" in text_of(done), "it cannot describe another one", text_of(done))
    done = own.produce("orders", "mine\n")
    # An idempotent producer asks for its id first, which takes Write on some topic.
    found.claim(denied(done, "ClusterAuthorizationException", "Cluster authorization failed"), "it cannot write to its topic",
                text_of(done))
    done = own.consume("private", 1, "--group", "customer-1")
    found.claim(denied(done, "TopicAuthorizationException", "Not authorized to access topics"), "it cannot read another topic",
                text_of(done))
    done = own.consume("orders", 1, "--group", "workers")
    found.claim(denied(done, "GroupAuthorizationException", "Not authorized to access group"), "it cannot join another group",
                text_of(done))
    for what, arguments in (("create a topic", ["--create", "--topic", "fresh"]), ("delete its topic", ["--delete", "--topic", "orders"]),
                            ("add partitions", ["--alter", "--topic", "orders", "--partitions", 3])):
        done = own.run("kafka-topics", *arguments)
        found.claim(done.returncode != 0 and "uthoriz" in text_of(done), f"it cannot {what}", text_of(done))
    done = own.run("kafka-configs", "--describe", "--entity-type", "topics", "--entity-name", "orders")
    found.claim(done.returncode != 0 and "uthoriz" in text_of(done), "it cannot see the topic's configuration", text_of(done))
    done = own.run("kafka-configs", "--describe", "--entity-type", "users")
    found.claim(done.returncode != 0 and "uthoriz" in text_of(done), "it cannot see the users", text_of(done))


def worker(found, side):
    """Write, Create, Describe, Read on a topic, Read on a group, IdempotentWrite on the cluster."""
    for secure in (False, True):
        name = "SASL_SSL" if secure else "SASL_PLAINTEXT"
        own = side.as_user("worker", secure=secure)
        done = own.produce("work", f"by {name}\n")
        found.claim(done.returncode == 0 and "ERROR" not in text_of(done), f"the worker produces over {name}", text_of(done))
        done = own.consume("work", 1, "--group", "workers")
        found.claim("by " in done.stdout, f"and consumes in its group over {name}", text_of(done))
        if isinstance(side.node, Theirs):
            found.skip(f"kcat as the worker over {name}", "Kafka refuses librdkafka before 2.6.1 (docs/decisions/008)")
            continue
        done = side.kcat("worker", "-P", "-t", "work", secure=secure, given="by kcat\n")
        back = side.kcat("worker", "-C", "-t", "work", "-e", "-q", "-o", "beginning", secure=secure)
        found.claim(done.returncode == 0 and "by kcat" in back.stdout, f"kcat as the worker over {name}", done.stderr + back.stderr)


def not_let_in(found, side):
    for what, own in (("a wrong password", side.as_user("worker", "wrong")), ("an unknown user", side.as_user("nobody", "x")),
                      ("a mechanism that is not enabled", side.as_user("worker", mechanism="PLAIN"))):
        done = own.run("kafka-topics", "--list")
        expected = "UnsupportedSaslMechanismException" if "mechanism" in what else "SaslAuthenticationException"
        found.claim(done.returncode != 0 and expected in text_of(done), f"{what} ends with {expected}: {claims.last_error(done)[-160:]}",
                    text_of(done))
    done = side.kcat("worker", "-L", "-m", "5", password="wrong")
    found.claim(done.returncode != 0 and "uthentication" in done.stderr, "kcat with a wrong password is told so", done.stderr)
    log = side.node.log.read_text()
    found.claim(not any(secret in log for secret in [*USERS.values(), certificates.PASSWORD]), "no secret in the node's log")


def change_of_password(found, side):
    admin = side.as_user("admin")
    admin.run("kafka-configs", "--alter", "--entity-type", "users", "--entity-name", "worker", "--add-config",
              f"{MECHANISM}=[password=changed-secret]")
    done = side.as_user("worker").run("kafka-topics", "--list")
    found.claim(done.returncode != 0 and "SaslAuthenticationException" in text_of(done), "the old password no longer opens", text_of(done))
    done = side.as_user("worker", "changed-secret").run("kafka-topics", "--list")
    found.claim(done.returncode == 0 and "work" in done.stdout, "the new one does", text_of(done))
    done = admin.run("kafka-acls", "--remove", "--force", "--allow-principal", "User:worker", "--topic", "work", "--operation", "Read")
    found.claim(done.returncode == 0, "kafka-acls removes an entry", text_of(done))
    done = side.as_user("worker", "changed-secret").consume("work", 1, "--group", "workers")
    found.claim(denied(done, "TopicAuthorizationException", "Not authorized to access topics"), "what was removed no longer holds",
                text_of(done))


@contextlib.contextmanager
def started(kind, tools, made, folder, jaas_in_file, binary):
    folder.mkdir()
    lines = settings(made, jaas_in_file)
    node = Theirs(tools, folder, lines) if kind == "kafka" else Ours(binary, folder, lines)
    if jaas_in_file:
        node.jaas = folder / "jaas.conf"
        node.jaas.write_text(f'KafkaServer {{\n  {LOGIN} required\n  username="admin"\n  password="{USERS["admin"]}";\n}};\n')
    node.format()
    node.start()
    try:
        yield Side(tools, node, made, folder)
    finally:
        node.stop(signal.SIGKILL if kind == "kafka" else signal.SIGTERM)


def one_side(found, kind, tools, made, scratch, binary):
    print(f"--- {kind}")
    with started(kind, tools, made, scratch / kind, False, binary) as side:
        for part in (users, entries, customer, worker, not_let_in, change_of_password):
            part(found, side)
    with started(kind, tools, made, scratch / f"{kind}-jaas", True, binary) as side:
        done = side.as_user("admin", secure=True).run("kafka-topics", "--create", "--topic", "jaas")
        found.claim(done.returncode == 0, "a node with its login in a JAAS file", text_of(done) + side.node.log.read_text()[-800:])


def main():
    arguments = kafka.parser(__doc__.split("\n")[0])
    arguments.add_argument("--sides", default="klamm", help="which nodes, of kafka and klamm")
    options = arguments.parse_args()
    found = claims.Claims()
    tools, reason = kafka.find(options)
    missing = [program for program in ("openssl", "kcat", "keytool") if shutil.which(program) is None]
    if tools is None or missing:
        found.skip("SCRAM", reason or f"without {', '.join(missing)}")
        return found.close()
    with tempfile.TemporaryDirectory(prefix="klamm-scram-") as folder:
        scratch = pathlib.Path(folder)
        made = certificates.Authority(scratch / "certificates").leaf("broker")
        made.trust()
        made.jks("broker")
        for kind in options.sides.split(","):
            one_side(found, kind, tools, made, scratch, kafka.binary_of(options))
    return found.close()


if __name__ == "__main__":
    sys.exit(main())

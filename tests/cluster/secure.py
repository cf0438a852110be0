"""How nodes and clients of a cluster trust each other: not at all, by certificates everywhere, or by SCRAM between brokers.

Each gives lines of server.properties for a node, settings for Java clients and for librdkafka, and sockets for `Link`.
"""
import socket
import ssl

import stage  # noqa: F401  (knows where the next ones are)
import certificates
import sasl_test
import wire

AUTHORIZER = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule"
USER, PASSWORD = "admin", "admin-secret"


class Plain:
    name, listener = "plain", "PLAINTEXT"
    controllers = "PLAINTEXT"
    librdkafka_is_refused = None
    scram = ()  # what the directories are formatted with

    def __init__(self, folder, numbers, hosts):
        self.folder, self.numbers = folder, numbers

    def server(self, number):
        return {}

    def java(self):
        return {}

    def librdkafka(self):
        return {}

    def connect(self, host, port, seconds):
        return socket.create_connection((host, port), seconds)

    def log_in(self, link):
        pass


class Mtls(Plain):
    """Every listener wants a certificate, and nobody may do anything but the nodes and the client."""
    name, listener, controllers = "mtls", "SSL", "SSL"

    def __init__(self, folder, numbers, hosts):
        super().__init__(folder, numbers, hosts)
        self.made = certificates.Authority(folder / "certificates")
        names = ",".join(["DNS:localhost", *(f"DNS:{host}" if host[0].isalpha() else f"IP:{host}" for host in sorted(set(hosts)))])
        for name in [*(f"node-{number}" for number in numbers), "client"]:
            self.made.leaf(name, sans=names)
        self.context = ssl.create_default_context(cafile=self.made / "root.crt")
        self.context.load_cert_chain(self.made / "client.pem", self.made / "client.key")

    def server(self, number):
        nodes = ";".join(f"User:node-{each}" for each in self.numbers)
        return {"ssl.client.auth": "required", **certificates.pem_settings(self.made, f"node-{number}"),
                "ssl.principal.mapping.rules": "RULE:^CN=([^,]+).*$/$1/,DEFAULT",
                "authorizer.class.name": AUTHORIZER, "super.users": f"{nodes};User:client;User:{USER}"}

    def java(self):
        return {"security.protocol": "SSL", **certificates.pem_settings(self.made, "client")}

    def librdkafka(self):
        return {"security.protocol": "SSL", "ssl.ca.location": self.made / "root.crt",
                "ssl.certificate.location": self.made / "client.pem", "ssl.key.location": self.made / "client.key"}

    def connect(self, host, port, seconds):
        return self.context.wrap_socket(super().connect(host, port, seconds), server_hostname=host)


class Scram(Mtls):
    """Brokers and clients log in with SCRAM-SHA-512 over TLS. Controllers show certificates: in Kafka, those who elect the first
    leader know no credentials yet."""
    name, listener, controllers = "scram", "SASL_SSL", "SSL"
    librdkafka_is_refused = "Kafka refuses SCRAM of librdkafka before 2.6.1 (docs/decisions/008)"
    scram = (f"SCRAM-SHA-512=[name={USER},password={PASSWORD}]",)
    jaas = f'{LOGIN} required username="{USER}" password="{PASSWORD}";'

    def server(self, number):
        found = super().server(number)
        del found["ssl.client.auth"]
        return {**found, "listener.name.controller.ssl.client.auth": "required", "sasl.enabled.mechanisms": "SCRAM-SHA-512",
                "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
                **{f"listener.name.{name}.scram-sha-512.sasl.jaas.config": self.jaas for name in ("clients", "replication")}}

    def java(self):
        return {"security.protocol": "SASL_SSL", "sasl.mechanism": "SCRAM-SHA-512", "sasl.jaas.config": self.jaas,
                "ssl.truststore.type": "PEM", "ssl.truststore.location": self.made / "root.crt"}

    def librdkafka(self):
        return {"security.protocol": "SASL_SSL", "sasl.mechanism": "SCRAM-SHA-512", "sasl.username": USER, "sasl.password": PASSWORD,
                "ssl.ca.location": self.made / "root.crt"}

    def log_in(self, link):
        try:
            error, message, _, _ = sasl_test.Scram(USER, PASSWORD).log_in(link)
        except AssertionError as refused:  # before the proof: a broker that does not know the user yet
            error, message = -1, refused
        if error:
            raise ConnectionError(f"the login of {USER} is refused: {message}")


KINDS = {kind.name: kind for kind in (Plain, Mtls, Scram)}


class Link(wire.Wire):
    """A connection that speaks messages, to wherever a node is and however it lets clients in."""

    def __init__(self, secure, host, port, seconds=3):
        self.port, self.client_id, self.seconds = port, "cluster-test", seconds
        self.socket = secure.connect(host, port, seconds)
        try:
            self.socket.settimeout(seconds)
            secure.log_in(self)
        except BaseException:
            self.socket.close()
            raise

#include "tests/testing.h"

#include "tests/security/raw_client.h"
#include "tests/security/tls_fixture.h"

using namespace klamm;
using namespace klamm::security;

namespace {

using State = TlsSession::State;

const std::string kPrefix = "listener.name.external.";

struct World {
  Certificates certificates;
  Identity broker = certificates.leaf("CN=broker-0", {.dns = {"broker-0"}, .ip = {"10.0.0.1"}});
  Identity alice = certificates.leaf("CN=alice,OU=users");
  TlsConfig server = server_config(broker);
  TlsConfig client = client_config(certificates.root());
  std::string host = "broker-0";

  World() {
    server.trust_store = inline_trust_store(certificates.root());
    client.protocols = {GENERATE("TLSv1.2", "TLSv1.3")};
  }
  // What either end says when they have talked; empty where it has nothing to complain of.
  struct Said {
    std::string server;
    std::string client;
  };
  Said said() const {
    TlsPair ends(server_context(server), client_context(client), host);
    ends.talk();
    read_all(*ends.client);
    return {ends.server->failure(), ends.client->failure()};
  }
};

std::string said_of(const TlsConfig& server, std::string_view bytes) {
  const auto session = TlsSession::accept(server_context(server));
  feed(*session, as_bytes(bytes));
  session->handshake();
  REQUIRE(session->wire_out().empty());
  return session->failure();
}

}  // namespace

TEST_CASE_METHOD(World, "tls failure: the server's certificate has expired") {
  const Identity old = certificates.leaf("CN=broker-0", {.dns = {"broker-0"}, .not_after_ms = kEndOf2020Ms});
  server = server_config(old);
  // It was good when it was read.
  const auto context = TlsContext::make(server, TlsContext::Side::kServer, kEndOf2020Ms - 1);
  TlsPair ends(*context, client_context(client));
  ends.talk();
  REQUIRE(
      ends.client->failure() ==
      "the certificate \"CN=broker-0\" of the server \"broker-0\" has expired on 2021-01-01 00:00:00 UTC; "
      "have a new one issued for it");
  REQUIRE(ends.server->failure() ==
          "the client says that this node's certificate \"CN=broker-0\", issued by \"CN=Klamm Test "
          "Intermediate\", or one above it, has expired; renew it, or correct the clock there");
}

TEST_CASE_METHOD(World, "tls failure: the client does not trust the server") {
  client = client_config(Certificates("Other").root());
  const Said both = said();
  REQUIRE(both.client ==
          "the certificate \"CN=Klamm Test Intermediate\" in the chain of the server \"broker-0\", issued by "
          "\"CN=Klamm Test Root\", is not trusted; put the certificate of that issuer into "
          "ssl.truststore.certificates, or the ones in between into the chain that the server \"broker-0\" "
          "sends");
  REQUIRE(both.server ==
          "the client does not trust this node's certificate \"CN=broker-0\", issued by \"CN=Klamm Test "
          "Intermediate\"; put the certificate of that issuer into the client's trust store (its "
          "ssl.truststore.location)");
}

TEST_CASE_METHOD(World, "tls failure: the certificate is for another host") {
  host = "broker-9";
  REQUIRE(said().client ==
          "the certificate \"CN=broker-0\" of the server \"broker-9\" is for other names: \"DNS:broker-0, "
          "IP:10.0.0.1\"; have it issued with that name too, connect to one of these, or set "
          "ssl.endpoint.identification.algorithm to nothing, which checks no names");
}

TEST_CASE_METHOD(World, "tls failure: an address has to be in the certificate, too") {
  host = GENERATE("10.0.0.2", "10.0.0.1");
  REQUIRE(said().client.empty() == (host == "10.0.0.1"));
}

TEST_CASE_METHOD(World, "tls failure: without alternative names the common name is taken, with a hint") {
  server.key_store = inline_key_store(certificates.leaf("CN=broker-0"));
  TlsPair ends(server_context(server), client_context(client));
  ends.talk();
  REQUIRE(ends.is_open());
  REQUIRE(ends.client->hint().starts_with(
      "the certificate \"CN=broker-0\" of the server \"broker-0\" has no subject alternative name"));
}

TEST_CASE_METHOD(World, "tls failure: nobody is verified without a name") {
  host = "";
  REQUIRE(said().client.starts_with("\"\" is not the name of a host"));
}

TEST_CASE_METHOD(World, "tls failure: a server with a certificate for clients only") {
  server.key_store = inline_key_store(
      certificates.leaf("CN=broker-0", {.dns = {"broker-0"}, .extended_key_usage = "clientAuth"}));
  REQUIRE(said().client ==
          "the certificate \"CN=broker-0\" of the server \"broker-0\" is not meant for TLS servers; have one "
          "issued with the extended key usage serverAuth");
}

TEST_CASE_METHOD(World, "tls failure: no client certificate though one is required") {
  server.client_auth = ClientAuth::kRequired;
  const Said both = said();
  REQUIRE(both.server == "the client sent no certificate, but " + kPrefix +
                             "ssl.client.auth=required; give the client a key store (its "
                             "ssl.keystore.location), or set " +
                             kPrefix + "ssl.client.auth=requested to let in those without");
  REQUIRE(both.client.find("wants a certificate of this node") != std::string::npos);
}

TEST_CASE_METHOD(World, "tls failure: a client certificate that is not trusted") {
  server.client_auth = ClientAuth::kRequired;
  const Identity stranger = Certificates::self_signed("CN=mallory,O=Evil");
  client.key_store = inline_key_store(stranger);
  REQUIRE(said().server ==
          "the certificate \"CN=mallory,O=Evil\" of the client, issued by \"CN=mallory,O=Evil\", is "
          "not trusted; put the certificate of that issuer into " +
              kPrefix +
              "ssl.truststore.certificates, or the ones in between into the chain that the client sends");
}

TEST_CASE_METHOD(World, "tls failure: a client certificate that has expired") {
  server.client_auth = ClientAuth::kRequired;
  client.key_store = inline_key_store(certificates.leaf("CN=bob", {.not_after_ms = kEndOf2020Ms}));
  const auto context = TlsContext::make(client, TlsContext::Side::kClient, kEndOf2020Ms - 1);
  TlsPair ends(server_context(server), *context);
  ends.talk();
  REQUIRE(ends.server->failure() ==
          "the certificate \"CN=bob\" of the client has expired on 2021-01-01 00:00:00 UTC; have a new one "
          "issued for it");
}

TEST_CASE_METHOD(World, "tls failure: a client certificate for servers only") {
  server.client_auth = ClientAuth::kRequired;
  client.key_store = inline_key_store(certificates.leaf("CN=bob", {.extended_key_usage = "serverAuth"}));
  REQUIRE(said().server ==
          "the certificate \"CN=bob\" of the client is not meant for TLS clients; have one issued with the "
          "extended key usage clientAuth");
}

TEST_CASE_METHOD(World, "tls failure: no protocol in common") {
  const bool is_new = client.protocols == std::vector<std::string>{"TLSv1.3"};
  server.protocols = {is_new ? "TLSv1.2" : "TLSv1.3"};
  const std::string enabled = kPrefix + "ssl.enabled.protocols=" + server.protocols[0];
  const Said both = said();
  REQUIRE(both.server == "the client offers none of " + enabled +
                             "; enable one of them in the client (its ssl.enabled.protocols), or one of the "
                             "client's here");
  REQUIRE(both.client.starts_with("the server \"broker-0\" speaks none of ssl.enabled.protocols="));
}

TEST_CASE_METHOD(World, "tls failure: no cipher suite in common") {
  const bool is_new = client.protocols == std::vector<std::string>{"TLSv1.3"};
  const std::string suite = is_new ? "TLS_AES_128_GCM_SHA256" : "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
  server.cipher_suites = {suite,
                          is_new ? "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" : "TLS_AES_128_GCM_SHA256"};
  client.cipher_suites = {is_new ? "TLS_AES_256_GCM_SHA384" : "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"};
  const Said both = said();
  REQUIRE(both.server == "the client offers none of " + kPrefix + "ssl.cipher.suites, but \"" +
                             client.cipher_suites[0] + "\"; add one of these to " + kPrefix +
                             "ssl.cipher.suites, or more to the client's (" + kPrefix +
                             "ssl.enabled.protocols=TLSv1.2,TLSv1.3, the node's key is of type EC)");
  REQUIRE(both.client.starts_with("the server \"broker-0\" found no cipher suite"));
}

TEST_CASE_METHOD(World, "tls failure: a client that is too old says how old") {
  RawClient raw(TLS1_1_VERSION);
  SSL_CTX_set_security_level(raw.context(), 0);
  const auto session = TlsSession::accept(server_context(server));
  raw.connect(*session);
  REQUIRE(session->failure().find("(it speaks TLSv1.1 at most)") != std::string::npos);
}

TEST_CASE_METHOD(World, "tls failure: a Kafka client without TLS, which is not answered") {
  const std::string_view api_versions("\0\0\0\x2f\0\x12\0\4\0\0\0\1\0\5admin", 19);
  REQUIRE(said_of(server, api_versions) ==
          "the client speaks Kafka's protocol without TLS, but listener EXTERNAL wants TLS; set "
          "security.protocol=SSL in the client (SASL_SSL if it logs in), or let it use another listener");
}

TEST_CASE_METHOD(World, "tls failure: a browser") {
  REQUIRE(
      said_of(server, "GET / HTTP/1.1\r\n") ==
      "the client sent an HTTP request without TLS, but listener EXTERNAL speaks Kafka's protocol over TLS; "
      "correct the address that the client uses");
}

TEST_CASE_METHOD(World, "tls failure: anything else that is no TLS is shown by its bytes") {
  REQUIRE(
      said_of(server, "SSH-2.0-OpenSSH_9") ==
      "the client does not speak TLS, but listener EXTERNAL wants it: its first bytes are 53 53 48 2d 32 2e "
      "30 2d 4f 70 65 6e 53 53 48 5f; let it use TLS (security.protocol=SSL), or another listener");
}

TEST_CASE_METHOD(World, "tls failure: a hello that claims to be endless gets no room") {
  const std::string_view hello("\x16\3\1\x40\0\1\1\xff\xff\3\3", 11);
  REQUIRE(
      said_of(server, hello) ==
      "the client's ClientHello says that it is longer than 16384 bytes; no client of Kafka's sends such a "
      "one");
}

TEST_CASE_METHOD(World, "tls failure: a server that answers in plain text") {
  const auto session = TlsSession::connect(client_context(client), host);
  feed(*session, as_bytes("HTTP/1.1 400 Bad Request"));
  session->handshake();
  REQUIRE(
      session->failure() ==
      "the other end does not speak TLS: it answers with HTTP; correct its address, or the security protocol "
      "of its listener");
}

TEST_CASE_METHOD(World, "tls failure: a check of the port is called one") {
  const auto session = TlsSession::accept(server_context(server));
  session->wire_closed();
  REQUIRE(session->failure() ==
          "the client closed the connection before it sent anything; that is what checks of the port do");
}

TEST_CASE_METHOD(World, "tls failure: a client that leaves in the middle of the handshake") {
  TlsPair ends(server_context(server), client_context(client));
  feed(*ends.server, take_out(*ends.client));
  ends.server->handshake();
  ends.server->wire_closed();
  REQUIRE(
      ends.server->failure() ==
      "the client closed the connection during the handshake; its log may say why, often it does not trust "
      "this node's certificate \"CN=broker-0\", issued by \"CN=Klamm Test Intermediate\"");
}

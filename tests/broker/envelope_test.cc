#include "tests/testing.h"

#include <set>
#include <string>

#include "broker/envelope.h"
#include "protocol/messages/describe_quorum_response.h"
#include "protocol/messages/unregister_broker_response.h"
#include "tests/broker/fake_peers.h"
#include "tests/broker/hex.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ErrorCode;

namespace {

// UnregisterBroker of broker 3, version 0, correlation id 7, client id "admin"; User:alice at 10.0.0.1.
// Apache Kafka 4.3.1 wrote the same bytes.
const std::string kFrame = "0040 0000 00000007 0005 61646d696e 00 00000003 00";
const std::string kPrincipal = "0000 05 55736572 06 616c696365 00 00";
const std::string kEnvelope = "16" + kFrame + "10" + kPrincipal + "05 0a000001" + "00";
// Its answer: CLUSTER_AUTHORIZATION_FAILED, "no".
const std::string kAnswer = "00000007 00 00000000 001f 03 6e6f 00";
const std::string kAnswered = "10" + kAnswer + "0000 00";

// An envelope that is right, for a test to make wrong.
struct Fixture {
  std::string text_of(const Result<ForwardedRequest, RefusedEnvelope>& result) {
    if (!result) return std::string(protocol::name_of(result.error().error));
    return result->principal + " at " + result->host;
  }
  std::string unwrapped() {
    protocol::EnvelopeRequest envelope;
    envelope.request_data = frame;
    if (principal) envelope.request_principal = ByteView(*principal);
    if (!principal) envelope.request_principal.reset();
    envelope.client_host_address = address;
    return text_of(unwrap_request(envelope));
  }

  Bytes frame = bytes_of_hex(kFrame);
  std::optional<Bytes> principal = bytes_of_hex(kPrincipal);
  Bytes address = {10, 0, 0, 1};
};

const protocol::RequestHeader kAsked{64, 0, 7, "admin"};

std::string body_of_answer(const std::string& envelope) {
  const Bytes bytes = bytes_of_hex(envelope);
  const auto body = unwrap_answer(kAsked, bytes);
  if (body) return hex(*body);
  return body.error().error ? std::string(protocol::name_of(*body.error().error)) : "to be closed";
}
std::string enveloped(const protocol::EnvelopeResponse& envelope) { return hex(body_of(envelope, 0)); }
std::string plain(const std::string& text) { return hex(bytes_of_hex(text)); }

}  // namespace

// ---- Requests

TEST_CASE("a request is wrapped as Apache Kafka wraps it") {
  Bytes out;
  wrap_request(bytes_of_hex(kFrame), "User:alice", "10.0.0.1", out);
  REQUIRE(hex(out) == plain(kEnvelope));
}

TEST_CASE("what Apache Kafka wraps is unwrapped to what its client sent") {
  const Bytes bytes = bytes_of_hex(kEnvelope);
  protocol::Reader reader(bytes);
  protocol::EnvelopeRequest envelope;
  envelope.read(reader, 0);
  const auto request = unwrap_request(envelope);
  REQUIRE(request.ok());
  REQUIRE(request->header.api_key == 64);
  REQUIRE(request->header.correlation_id == 7);
  REQUIRE(request->header.client_id == "admin");
  REQUIRE(hex(request->body) == "0000000300");
  REQUIRE(hex(request->frame) == plain(kFrame));
  REQUIRE(request->principal == "User:alice");
  REQUIRE(request->host == "10.0.0.1");
  REQUIRE_FALSE(request->token_authenticated);
}

TEST_CASE("a client's address comes through an envelope as it was written") {
  for (const char* host :
       {"255.1.0.9", "2001:db8:0:0:0:0:0:1", "0:0:0:0:0:0:0:1", "fe80:0:0:0:a:b0:c00:d000"}) {
    Bytes out;
    wrap_request(bytes_of_hex(kFrame), "User:alice", host, out);
    protocol::Reader reader(out);
    protocol::EnvelopeRequest envelope;
    envelope.read(reader, 0);
    REQUIRE(unwrap_request(envelope)->host == host);
  }
}

TEST_CASE("a principal's name may hold anything, on its way through an envelope") {
  for (const char* principal : {"User:CN=a,OU=b:c", "User:", "Group:\xC3\xA4 b", "User:ANONYMOUS"}) {
    Bytes out;
    wrap_request(bytes_of_hex(kFrame), principal, "10.0.0.1", out);
    protocol::Reader reader(out);
    protocol::EnvelopeRequest envelope;
    envelope.read(reader, 0);
    REQUIRE(unwrap_request(envelope)->principal == principal);
  }
}

TEST_CASE("that a client has authenticated by a delegation token is told") {
  Fixture sent;
  sent.principal = bytes_of_hex("0000 05 55736572 02 61 01 00");
  protocol::EnvelopeRequest envelope;
  envelope.request_data = sent.frame;
  envelope.request_principal = ByteView(*sent.principal);
  envelope.client_host_address = sent.address;
  REQUIRE(unwrap_request(envelope)->token_authenticated);
}

TEST_CASE_METHOD(Fixture, "an IPv4 address in the form of IPv6 is the IPv4 address") {
  address = bytes_of_hex("00000000 00000000 0000ffff 0a000001");
  REQUIRE(unwrapped() == "User:alice at 10.0.0.1");
}

TEST_CASE_METHOD(Fixture, "an envelope whose principal cannot be read is refused") {
  for (const char* bytes :
       {"", "00", "0001 05 55736572 06 616c696365 00 00", "ffff 05 55736572 06 616c696365 00 00",
        "0000 00 06 616c696365 00 00", "0000 05 55736572 00 00 00", "0000 05 55736572 06 616c69",
        "0000 05 55736572 06 616c696365 00", "0000 05 55736572 06 616c696365",
        "0000 05 55736572 06 616c696365 00 01 00 7f"}) {
    principal = bytes_of_hex(bytes);
    CAPTURE(bytes);
    REQUIRE(unwrapped() == "PRINCIPAL_DESERIALIZATION_FAILURE");
  }
}

TEST_CASE_METHOD(Fixture, "an envelope without a principal is refused") {
  principal.reset();
  REQUIRE(unwrapped() == "PRINCIPAL_DESERIALIZATION_FAILURE");
}

TEST_CASE_METHOD(Fixture, "nobody becomes somebody else by a colon in the type of a principal") {
  principal = bytes_of_hex("0000 07 557365723a61 02 62 00 00");  // "User:a" and "b"
  REQUIRE(unwrapped() == "PRINCIPAL_DESERIALIZATION_FAILURE");
}

TEST_CASE_METHOD(Fixture, "an envelope whose address is none is refused") {
  for (size_t size : {0, 1, 3, 5, 15, 17}) {
    address = Bytes(size, 1);
    CAPTURE(size);
    REQUIRE(unwrapped() == "INVALID_REQUEST");
  }
}

TEST_CASE_METHOD(Fixture, "an envelope in which no header can be read is of no known version") {
  for (const char* bytes : {"", "0040", "0040 0000 00000007", "0040 0000 00000007 0005 6164",
                            "0040 0000 00000007 0005 61646d696e"}) {
    frame = bytes_of_hex(bytes);
    CAPTURE(bytes);
    REQUIRE(unwrapped() == "UNSUPPORTED_VERSION");
  }
}

TEST_CASE_METHOD(Fixture, "an envelope around an API that there is not is of no known version") {
  for (const char* key : {"0004", "0007", "005d", "7fff", "ffff"}) {
    frame = bytes_of_hex(key + std::string("0000 00000007 ffff 00000000"));
    CAPTURE(key);
    REQUIRE(unwrapped() == "UNSUPPORTED_VERSION");
  }
}

TEST_CASE_METHOD(Fixture, "an envelope around an API that is not forwarded is refused") {
  // Produce, DescribeConfigs, BrokerHeartbeat, another Envelope.
  for (const char* key : {"0000", "0020", "003f", "003a"}) {
    frame = bytes_of_hex(key + std::string("0000 00000007 ffff 00000000"));
    CAPTURE(key);
    REQUIRE(unwrapped() == "INVALID_REQUEST");
  }
}

TEST_CASE_METHOD(Fixture, "of what is wrong with an envelope the principal is told first, then the address") {
  frame.clear();
  address.clear();
  principal.reset();
  REQUIRE(unwrapped() == "PRINCIPAL_DESERIALIZATION_FAILURE");
  principal = bytes_of_hex(kPrincipal);
  REQUIRE(unwrapped() == "INVALID_REQUEST");
  address = {10, 0, 0, 1};
  REQUIRE(unwrapped() == "UNSUPPORTED_VERSION");
}

TEST_CASE_METHOD(Fixture, "a version that is not known is whoever's who handles the request") {
  frame = bytes_of_hex("0040 0063 00000007 ffff 00 00000003 00");
  REQUIRE(unwrapped() == "User:alice at 10.0.0.1");
}

TEST_CASE_METHOD(Fixture, "no beginning of an envelope, and no flipped bit in it, does harm") {
  const Bytes whole = bytes_of_hex(kEnvelope);
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    Bytes bytes = whole;
    bytes[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    for (ByteView view : {ByteView(bytes), ByteView(whole).first(bit / 8)}) {
      protocol::Reader reader(view);
      protocol::EnvelopeRequest envelope;
      envelope.read(reader, 0);
      if (reader.ok()) REQUIRE_FALSE(text_of(unwrap_request(envelope)).empty());
    }
  }
}

TEST_CASE("what is forwarded is what Apache Kafka forwards") {
  std::set<int16_t> keys;
  for (int16_t key = -1; key < 200; ++key) {
    if (is_forwardable(key)) keys.insert(key);
  }
  REQUIRE(keys == std::set<int16_t>{19, 20, 30, 31, 33, 37, 38, 39, 40, 43, 44,
                                    45, 46, 49, 51, 55, 57, 64, 67, 80, 81});
}

// ---- Answers

TEST_CASE("an answer is wrapped as Apache Kafka wraps it") {
  const Bytes answer = bytes_of_hex(kAnswer);
  REQUIRE(enveloped(wrap_answer(kAsked, answer)) == plain(kAnswered));
}

TEST_CASE("an answer that says NOT_CONTROLLER is nothing but that in its envelope") {
  const Bytes answer = bytes_of_hex("00000007 00 00000000 0029 00 00");
  REQUIRE(enveloped(wrap_answer(kAsked, answer)) == "00002900");
}

TEST_CASE("an answer of Raft that it does not lead is NOT_CONTROLLER in its envelope") {
  protocol::DescribeQuorumResponse quorum;
  quorum.error_code = protocol::wire_value(ErrorCode::kNotLeaderOrFollower);
  Bytes answer = bytes_of_hex("00000007 00");
  const Bytes body = body_of(quorum, 2);
  answer.insert(answer.end(), body.begin(), body.end());
  REQUIRE(enveloped(wrap_answer({55, 2, 7, {}}, answer)) == "00002900");
}

TEST_CASE("an answer is unwrapped to its body") {
  REQUIRE(body_of_answer(kAnswered) == plain("00000000 001f 03 6e6f 00"));
}

TEST_CASE("a controller that does not know a client's version ends the client's connection") {
  REQUIRE(body_of_answer("00 0023 00") == "to be closed");
}

TEST_CASE("what is wrong between broker and controller is an unknown error to the client") {
  // CLUSTER_AUTHORIZATION_FAILED, PRINCIPAL_DESERIALIZATION_FAILURE, INVALID_REQUEST, NOT_CONTROLLER, and one
  // that nobody knows.
  for (const char* code : {"001f", "0061", "002a", "0029", "03e7", "ffff"}) {
    CAPTURE(code);
    REQUIRE(body_of_answer(std::string("00") + code + "00") == "UNKNOWN_SERVER_ERROR");
  }
}

TEST_CASE("an answer's envelope that holds none is an unknown error to the client") {
  for (const char* envelope : {"", "00 0000 00", "01 0000 00", "05 00000007 0000 00",
                               "10"
                               "00000007"}) {
    CAPTURE(envelope);
    REQUIRE(body_of_answer(envelope) == "UNKNOWN_SERVER_ERROR");
  }
}

TEST_CASE("no beginning of an answer's envelope is taken for the answer") {
  const std::string whole = plain(kAnswered);
  for (size_t size = 0; size < whole.size(); size += 2) {
    CAPTURE(size);
    REQUIRE(body_of_answer(whole.substr(0, size)) == "UNKNOWN_SERVER_ERROR");
  }
}

TEST_CASE("an answer to another request than was asked is an unknown error to the client") {
  REQUIRE(body_of_answer("10 00000008 00 00000000 001f 03 6e6f 00 0000 00") == "UNKNOWN_SERVER_ERROR");
}

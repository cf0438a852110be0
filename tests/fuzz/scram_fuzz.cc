// SCRAM's two sides against whatever comes: nothing that was made up logs in, what is taken is what Kafka's
// grammar takes, and an exchange in which one byte was changed on its way ends with somebody's refusal.
//
// The first byte chooses what is played; the messages follow, each behind two bytes with its size.
#include <re2/re2.h>

#include <algorithm>
#include <string>

#include "base/check.h"
#include "security/base64.h"
#include "security/scram_client.h"
#include "security/scram_messages.h"
#include "security/scram_server.h"
#include "tests/fuzz/memory_bound.h"

using namespace klamm;
using namespace klamm::security;

namespace {

constexpr auto kMechanism = ScramMechanism::kSha256;
constexpr std::string_view kUser = "alice";
// A message is kept in parts and made into the text that is signed. Beside it: keys, reasons, digests.
constexpr size_t kMemoryPerByte = 12;
constexpr size_t kMemoryBeside = 64 << 10;

constexpr std::string_view kSalt = "klammklammklammklamm";

class OneUser final : public SaslCredentials {
 public:
  OneUser() {
    const ByteView salt = as_bytes(kSalt);
    const Bytes salted = scram_salted_password(kMechanism, "secret", salt, kScramIterationsMin);
    verifier_ = scram_verifier(kMechanism, salted, salt, kScramIterationsMin);
  }
  std::optional<ScramVerifier> scram(ScramMechanism mechanism, std::string_view user) const override {
    if (mechanism != kMechanism || user != kUser) return std::nullopt;
    return verifier_;
  }

 private:
  ScramVerifier verifier_;
};

const OneUser& credentials() {
  static const OneUser user;
  return user;
}

ScramServer server(bool strict) {
  return ScramServer(kMechanism, {credentials(), as_bytes("key"), strict}, "server");
}

class Messages {
 public:
  explicit Messages(ByteView bytes) : rest_(bytes) {}
  bool at_end() const { return rest_.empty(); }
  ByteView next() {
    const size_t wanted = rest_.size() < 2 ? 0 : load_be16(rest_.data());
    rest_ = rest_.subspan(std::min<size_t>(rest_.size(), 2));
    const ByteView message = rest_.first(std::min(wanted, rest_.size()));
    rest_ = rest_.subspan(message.size());
    return message;
  }

 private:
  ByteView rest_;
};

void check_server(Messages messages, bool strict) {
  auto side = server(strict);
  while (!messages.at_end()) {
    const SaslStep step = side.step(messages.next());
    CHECK(step.what != SaslStep::What::kDone);
    CHECK((step.what == SaslStep::What::kRefused) == !step.reason.empty());
    CHECK(step.reason.size() < 1000 && step.answer.size() < 200);
  }
}

void check_client(Messages messages) {
  ScramClient side(kMechanism, std::string(kUser), "secret", "client");
  side.first();
  // Each first message may cost the most iterations that there are: one will do.
  for (int i = 0; i < 3 && !messages.at_end(); ++i) {
    const auto answer = side.step(messages.next());
    CHECK(answer || answer.error().message.size() < 1000);
  }
  CHECK(!side.is_done());
}

// True exchanges but for the proof at their end, with which base64 does not stand between the fuzzer and who
// looks at it.
void check_made_up_proof(ByteView proof) {
  auto side = server(true);
  CHECK(side.step(as_bytes("n,,n=alice,r=client")).what == SaslStep::What::kContinue);
  const std::string last = scram_client_final_without_proof("n,,", "clientserver") + ",p=" + to_base64(proof);
  CHECK(side.step(as_bytes(last)).what == SaslStep::What::kRefused);
}
void check_made_up_signature(ByteView signature) {
  ScramClient side(kMechanism, std::string(kUser), "secret", "client");
  side.first();
  const std::string first = scram_server_first("clientserver", as_bytes(kSalt), kScramIterationsMin);
  CHECK(side.step(as_bytes(first)).ok());
  CHECK(!side.step(as_bytes(scram_server_final(signature))).ok() && !side.is_done());
}

// Kafka's patterns (ScramMessages), without the mandatory extension, which is refused here.
void check_grammar(ByteView bytes) {
  static const RE2::Options options = [] {
    RE2::Options made(RE2::Latin1);
    made.set_dot_nl(true);
    return made;
  }();
  static const std::string name = "(?:[\\x01-\\x2B\\x2D-\\x3C\\x3E-\\x7F]|=2C|=3D)+";
  static const std::string nonce = "[\\x21-\\x2B\\x2D-\\x7E]+";
  static const std::string extensions = "(?:,[A-Za-z]+=[\\x01-\\x2B\\x2D-\\x7F]+)*";
  static const std::string base64 = "((?:[a-zA-Z0-9/+]{4})*(?:[a-zA-Z0-9/+]{3}=|[a-zA-Z0-9/+]{2}==)?)";
  static const RE2 client_first("n,(?:a=" + name + ")?,n=" + name + ",r=" + nonce + extensions, options);
  static const RE2 client_final("c=" + base64 + ",r=" + nonce + extensions + ",p=" + base64, options);
  const std::string_view message = as_text(bytes);
  const auto first = parse_scram_client_first(message);
  CHECK(first.ok() == RE2::FullMatch({message.data(), message.size()}, client_first));
  if (first) CHECK(std::string(first->gs2_header) + std::string(first->bare) == message);
  // The last quantum of base64 may have bits that are left over, which we do not take.
  const auto last = parse_scram_client_final(message);
  CHECK(!last || RE2::FullMatch({message.data(), message.size()}, client_final));
}

// Of the four messages one has a byte changed.
void check_tampering(ByteView choice) {
  if (choice.size() < 4) return;
  const size_t which = choice[0] % 4;
  const size_t place = load_be16(&choice[1]);
  bool changed = false;
  const auto carry = [&](Bytes message, size_t number) {
    if (number == which && !message.empty() && choice[3] != 0) {
      message[place % message.size()] ^= choice[3];
      changed = true;
    }
    return message;
  };
  auto side = server(true);
  ScramClient client(kMechanism, std::string(kUser), "secret", "client");
  const SaslStep first = side.step(carry(client.first(), 0));
  if (first.what == SaslStep::What::kRefused) return CHECK(changed);
  const auto proof = client.step(carry(first.token, 1));
  if (!proof) return CHECK(changed);
  const SaslStep last = side.step(carry(*proof, 2));
  if (last.what == SaslStep::What::kRefused) return CHECK(changed);
  const auto end = client.step(carry(last.token, 3));
  CHECK(end.ok() == !changed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  credentials();
  const ByteView rest{data + 1, size - 1};
  if ((data[0] & 7) == 3) {
    check_grammar(rest);
    return 0;
  }
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  switch (data[0] & 7) {
    case 0:
      check_tampering(rest);
      break;
    case 1:
      check_client(Messages(rest));
      break;
    case 2:
      check_server(Messages(rest), true);
      break;
    case 5:
      check_made_up_proof(rest);
      break;
    case 6:
      check_made_up_signature(rest);
      break;
    default:
      check_server(Messages(rest), false);
      break;
  }
  return 0;
}

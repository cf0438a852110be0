#include "security/sasl_mechanisms.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/random.h"
#include "security/cyrus.h"
#include "security/scram_messages.h"
#include "security/scram_server.h"

namespace klamm::security {
namespace {

// A key that lives as long as the process: under it passwords are compared, and salts of users that do not
// exist are made.
ByteView process_secret() {
  static const Bytes secret = [] {
    SystemRandom random;
    Bytes bytes(32);
    for (size_t at = 0; at < bytes.size(); at += 8) store_be64(&bytes[at], random.next());
    return bytes;
  }();
  return secret;
}

// A mechanism of ours as it runs in Cyrus. What the client and the log are told is the mechanism's own.
class InCyrus final : public SaslServer, private CyrusAnswers {
 public:
  explicit InCyrus(std::unique_ptr<SaslServer> server)
      : server_(std::move(server)), cyrus_(CyrusExchange::begin(server_->mechanism(), *this)) {}

  SaslStep step(ByteView token) override {
    last_ = {.reason = "Cyrus SASL does not go on with the exchange"};
    const SaslStep of_cyrus = cyrus_ ? cyrus_->step(token) : SaslStep{};
    if (of_cyrus.what != last_.what) last_.what = SaslStep::What::kRefused;
    return std::move(last_);
  }
  const std::string& user() const override { return server_->user(); }
  std::string_view mechanism() const override { return server_->mechanism(); }

 private:
  SaslStep answer(ByteView token) override {
    last_ = server_->step(token);
    return {.what = last_.what, .token = last_.token};
  }

  std::unique_ptr<SaslServer> server_;
  std::unique_ptr<CyrusExchange> cyrus_;
  SaslStep last_;
};

std::unique_ptr<SaslServer> make_plain(const SaslUses& uses) {
  return std::make_unique<PlainServer>(uses.plain_users, process_secret());
}

template <ScramMechanism kMechanism>
std::unique_ptr<SaslServer> make_scram(const SaslUses& uses) {
  const ScramServer::Uses of_server{uses.credentials, process_secret(), uses.strict_nonce};
  return std::make_unique<InCyrus>(std::make_unique<ScramServer>(kMechanism, of_server, new_scram_nonce()));
}

struct Mechanism {
  std::string_view name;
  std::unique_ptr<SaslServer> (*make)(const SaslUses& uses);
  std::string_view package;  // where Cyrus has it from; empty for our own
};

const std::array kTable = {
    Mechanism{PlainServer::kName, make_plain, "libsasl2-modules"},
    Mechanism{name_of(ScramMechanism::kSha256), make_scram<ScramMechanism::kSha256>, ""},
    Mechanism{name_of(ScramMechanism::kSha512), make_scram<ScramMechanism::kSha512>, ""},
};

const Mechanism* find_mechanism(std::string_view name) {
  const auto* found = std::ranges::find(kTable, name, &Mechanism::name);
  return found == kTable.end() ? nullptr : found;
}

}  // namespace

std::string sasl_mechanism_names() {
  std::string names;
  for (const Mechanism& mechanism : kTable) {
    if (!names.empty()) names += ", ";
    names += mechanism.name;
  }
  return names;
}

Result<void, Failure> prepare_sasl(std::span<const std::string> mechanisms) {
  for (const std::string& name : mechanisms) {
    const Mechanism* mechanism = find_mechanism(name);
    if (mechanism == nullptr) {
      return Error{
          Failure{"the SASL mechanism " + name + " is not there; there are " + sasl_mechanism_names()}};
    }
    if (auto started = start_cyrus(); !started) return started;
    if (!cyrus_has(name)) {
      return Error{Failure{"the SASL mechanism " + name + " is not there: install the package " +
                           std::string(mechanism->package) + ", which has it as a plugin of Cyrus SASL"}};
    }
  }
  return {};
}

std::unique_ptr<SaslServer> make_sasl_server(std::string_view mechanism, const SaslUses& uses) {
  const Mechanism* found = find_mechanism(mechanism);
  return found == nullptr ? nullptr : found->make(uses);
}

std::string new_scram_nonce() {
  SystemRandom random;
  return scram_random_text(random);
}

}  // namespace klamm::security

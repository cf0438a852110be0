#include "security/plain_server.h"

#include <openssl/crypto.h>

#include <utility>
#include <vector>

#include "security/log_text.h"
#include "security/scram.h"

namespace klamm::security {
namespace {

constexpr size_t kParts = 3;
constexpr size_t kCyrusNameMax = 1023;

// What stands between zero bytes. It stops looking at one part too many.
std::vector<std::string_view> parts_of(std::string_view token) {
  std::vector<std::string_view> parts;
  while (parts.size() <= kParts) {
    const size_t end = token.find('\0');
    parts.push_back(token.substr(0, end));
    if (end == token.npos) break;
    token.remove_prefix(end + 1);
  }
  return parts;
}

SaslStep refused(std::string answer, std::string reason) {
  return {.what = SaslStep::What::kRefused, .answer = std::move(answer), .reason = std::move(reason)};
}

}  // namespace

PlainServer::PlainServer(const PlainUsers& users, ByteView secret)
    : users_(users), secret_(secret), cyrus_(CyrusExchange::begin(kName, *this)) {}

SaslStep PlainServer::step(ByteView token) {
  if (std::exchange(is_over_, true)) return refused({}, "the exchange is over, and more came");
  const auto parts = parts_of(as_text(token));
  if (parts.size() != kParts) {
    const std::string answer =
        "Invalid SASL/PLAIN response: expected 3 tokens, got " + std::to_string(parts.size());
    return refused(answer, "its message is not PLAIN's: it has " + std::to_string(parts.size()) +
                               " parts or more, and should have 3");
  }
  const std::string_view authzid = parts[0];
  user_ = parts[1];
  if (user_.empty()) return refused("Authentication failed: username not specified", "it gave no user name");
  if (parts[2].empty()) {
    return refused("Authentication failed: password not specified",
                   "user " + quoted(user_) + " gave an empty password");
  }
  const bool fits_cyrus = user_.size() <= kCyrusNameMax;
  SaslStep step;
  if (!fits_cyrus) {
    is_password_of(user_, parts[2]);
  } else if (cyrus_) {
    step = cyrus_->step(token);
  }
  if (!password_is_right_) {
    const bool is_known = users_.contains(user_);
    return refused("Authentication failed: Invalid username or password",
                   is_known ? "user " + quoted(user_) + " gave a wrong password"
                            : "there is no user " + quoted(user_) + " among those of PlainLoginModule");
  }
  // CVE-2017-12610.
  if (!authzid.empty() && authzid != user_) {
    return refused(
        "Authentication failed: Client requested an authorization id that is different from username",
        "user " + quoted(user_) + " asked to be " + quoted(authzid));
  }
  if (fits_cyrus && (step.what != SaslStep::What::kDone || cyrus_->user() != user_)) {
    return refused("Authentication failed: credentials for user could not be verified",
                   "Cyrus SASL does not take user " + quoted(user_));
  }
  return {.what = SaslStep::What::kDone};
}

// Digests under a key that nobody knows are of one size and say nothing of what they are of: neither the
// length nor the first wrong character of a guess shows in the time that it takes, nor whether there is such
// a user (CVE-2021-38153).
bool PlainServer::is_password_of(std::string_view user, std::string_view password) {
  const auto found = users_.find(user);
  const std::string_view expected = found == users_.end() ? std::string_view() : found->second;
  const Bytes of_expected = scram_hmac(ScramMechanism::kSha256, secret_, as_bytes(expected));
  const Bytes of_given = scram_hmac(ScramMechanism::kSha256, secret_, as_bytes(password));
  const bool same = CRYPTO_memcmp(of_expected.data(), of_given.data(), of_given.size()) == 0;
  password_is_right_ = same && found != users_.end() && user == user_;
  return password_is_right_;
}

}  // namespace klamm::security

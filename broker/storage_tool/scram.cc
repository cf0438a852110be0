#include "broker/storage_tool/scram.h"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "security/base64.h"
#include "security/scram.h"
#include "security/scram_messages.h"

namespace klamm::broker {
namespace {

using security::from_base64;
using Components = std::map<std::string, std::string, std::less<>>;

Error<Failure> complaint(std::string message) { return Error{Failure{"--add-scram: " + std::move(message)}}; }

// As Kafka's tools make it, so that it looks like the one that a user who does not exist is given (see
// security/scram_server.h).
Bytes random_salt(Random& random) {
  const std::string text = security::scram_random_text(random);
  const ByteView bytes = as_bytes(text);
  return Bytes(bytes.begin(), bytes.end());
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Result<Components, Failure> split_components(std::string_view list) {
  Components components;
  while (!list.empty()) {
    const std::string_view component = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), component.size() + 1));
    const size_t equals = component.find('=');
    if (equals == component.npos)
      return complaint(fmt::format("'{}' is not of the form key=value", component));
    std::string_view value = component.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    components.insert_or_assign(std::string(component.substr(0, equals)), std::string(value));
  }
  return components;
}

std::optional<std::string> take(Components& components, std::string_view key) {
  const auto at = components.find(key);
  if (at == components.end()) return std::nullopt;
  return components.extract(at).mapped();
}

Result<NewScramCredential, Failure> make(ScramMechanism mechanism, Components components, Random& random) {
  const auto name = take(components, "name");
  const auto salt_text = take(components, "salt");
  const auto iterations_text = take(components, "iterations");
  const auto password = take(components, "password");
  const auto salted_text = take(components, "saltedpassword");
  if (!components.empty())
    return complaint(fmt::format("'{}' is not a key that it knows", components.begin()->first));
  if (!name) return complaint("name=... is missing");
  if (!password && !salted_text) return complaint("password=... or saltedpassword=... is missing");
  if (!password && !salt_text) return complaint("saltedpassword=... needs its salt=...");

  NewScramCredential made{{mechanism, *name}, {}};
  made.credential.iterations = security::kScramIterationsMin;
  if (iterations_text) {
    int32_t& iterations = made.credential.iterations;
    const char* end = iterations_text->data() + iterations_text->size();
    const auto parsed = std::from_chars(iterations_text->data(), end, iterations);
    if (parsed.ec != std::errc() || parsed.ptr != end || iterations < security::kScramIterationsMin ||
        iterations > security::kScramIterationsMax) {
      return complaint(fmt::format("iterations={} must be a number from {} to {}", *iterations_text,
                                   security::kScramIterationsMin, security::kScramIterationsMax));
    }
  }
  const auto salt = salt_text ? from_base64(*salt_text) : random_salt(random);
  if (!salt || salt->empty()) return complaint(fmt::format("salt={} is not base64", *salt_text));
  const int32_t iterations = made.credential.iterations;
  const auto salted = password ? security::scram_salted_password(mechanism, *password, *salt, iterations)
                               : from_base64(*salted_text);
  if (!salted || salted->empty()) return complaint("saltedpassword is not base64");
  auto verifier = security::scram_verifier(mechanism, *salted, *salt, iterations);
  made.credential = {std::move(verifier.salt), std::move(verifier.stored_key), std::move(verifier.server_key),
                     iterations};
  return made;
}

}  // namespace

protocol::UserScramCredentialRecord NewScramCredential::record() const {
  protocol::UserScramCredentialRecord record;
  record.name = key.user;
  record.mechanism = static_cast<int8_t>(key.mechanism);
  record.salt = credential.salt;
  record.stored_key = credential.stored_key;
  record.server_key = credential.server_key;
  record.iterations = credential.iterations;
  return record;
}

Result<NewScramCredential, Failure> parse_scram_argument(std::string_view argument, Random& random) {
  argument = trimmed(argument);
  const size_t equals = argument.find('=');
  const std::string_view name = argument.substr(0, equals);
  const auto mechanism = security::scram_mechanism_from(name);
  if (equals == argument.npos || !mechanism) {
    return complaint(fmt::format("'{}' is not SCRAM-SHA-256 or SCRAM-SHA-512", name));
  }
  std::string_view list = argument.substr(equals + 1);
  if (list.size() < 2 || list.front() != '[' || list.back() != ']') {
    return complaint("the mechanism must be followed by =[key=value,...]");
  }
  auto components = split_components(list.substr(1, list.size() - 2));
  if (!components) return Error{components.error()};
  return make(*mechanism, std::move(*components), random);
}

}  // namespace klamm::broker

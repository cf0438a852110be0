// ClientMatch: which clients a client-metrics subscription is for (KIP-714): `match` of its configuration,
// selector=pattern, where a pattern is one of Java's and has to fit the whole attribute.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace re2 {
class RE2;
}  // namespace re2

namespace klamm::broker {

enum class ClientSelector : uint8_t {
  kInstanceId,
  kClientId,
  kSoftwareName,
  kSoftwareVersion,
  kSourceAddress,
  kSourcePort,
};
inline constexpr size_t kClientSelectors = 6;
std::string_view name_of(ClientSelector selector);  // "client_instance_id"

// What is known of a client; nullopt for what it has not said.
using ClientAttributes = std::array<std::optional<std::string>, kClientSelectors>;

class ClientMatch {
 public:
  // The failure is Kafka's sentence.
  static Result<ClientMatch, Failure> parse(const std::vector<std::string>& match);

  // All patterns fit; without any, every client is meant.
  bool fits(const ClientAttributes& client) const;

 private:
  std::map<ClientSelector, std::shared_ptr<const re2::RE2>> patterns_;
};

}  // namespace klamm::broker

// THE table: every API that is served, in which versions, on which listeners, and what it takes to be
// allowed. Dispatch and ApiVersions read it, the test of authorization, and the page about it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "security/acl.h"

namespace klamm::broker {

enum class ListenerKind : uint8_t { kBroker = 1, kController = 2, kBoth = 3 };

// An operation on a resource that a handler asks for: on the one that the request names, or on the cluster.
struct Need {
  security::AclOperation operation;
  security::ResourceType resource;
  // Which requests, or which part of one, it is asked for; empty for all.
  std::string_view when{};
  // Instead of the need before it: one of the two is enough.
  bool instead = false;
};

// What a request takes, in the order in which it is asked for.
class Needs {
 public:
  static constexpr size_t kMax = 5;

  constexpr Needs(std::initializer_list<Need> needs) : count_(needs.size()) {
    std::copy(needs.begin(), needs.end(), needs_.begin());
  }
  constexpr std::span<const Need> list() const { return std::span(needs_).first(count_); }

 private:
  std::array<Need, kMax> needs_{};
  size_t count_;
};

struct Api {
  int16_t key;
  std::string_view name;
  int16_t version_min;  // the lowest that is served
  int16_t version_max;
  int16_t advertised_min;  // the lowest that ApiVersions names: 0 for Produce (KAFKA-18659)
  ListenerKind listeners;
  bool may_overlap;  // see Reply::allow_next
  bool before_authentication;
  Needs needs;
};

// In the order of the keys.
std::span<const Api> api_table();
// nullptr for a key that is not served.
const Api* find_api(int16_t key);

// How much memory a request may take when it is decoded. What clients send all the time may be about very
// many partitions; the rest is decided in one go, on one thread, and a tenth of what fits is refused anyway
// (10,000 records for a request).
size_t decoded_size_max(int16_t key);

// In Kafka's words: "Read Group; Read Topic", "Create Cluster or Create Topic", "nothing".
std::string text_of(const Needs& needs);
// The table of docs/authorization.md, in Markdown.
std::string authorization_table();

}  // namespace klamm::broker

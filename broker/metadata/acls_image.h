// The access control entries. Part of ClusterImage.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/uuid.h"
#include "broker/metadata/shared_map.h"
#include "security/acl.h"

namespace klamm::protocol {
struct AccessControlEntryRecord;
struct RemoveAccessControlEntryRecord;
}  // namespace klamm::protocol

namespace klamm::broker {

// The numbers are Kafka's ids of resource types, patterns, operations and permissions.
struct AclImage {
  int8_t resource_type = 0;
  std::string resource_name;
  int8_t pattern_type = 0;
  std::string principal;  // "User:alice"
  std::string host;       // "*" or an address
  int8_t operation = 0;
  int8_t permission_type = 0;  // 2 deny, 3 allow

  friend bool operator==(const AclImage&, const AclImage&) = default;
};

// Which resources an entry speaks of. Names fall within a type and a pattern: so the prefixes of a name come
// one after the other, the longest first, with nothing between two of them that could not be jumped over.
struct AclPatternView {
  int8_t resource_type = 0;
  int8_t pattern_type = 0;
  std::string_view name;

  friend bool operator<(const AclPatternView& a, const AclPatternView& b) {
    if (a.resource_type != b.resource_type) return a.resource_type < b.resource_type;
    if (a.pattern_type != b.pattern_type) return a.pattern_type < b.pattern_type;
    return b.name < a.name;
  }
};
struct AclPattern {
  int8_t resource_type = 0;
  int8_t pattern_type = 0;
  std::string name;

  AclPatternView view() const { return {resource_type, pattern_type, name}; }
  bool is(security::PatternType pattern) const { return pattern_type == static_cast<int8_t>(pattern); }

  friend bool operator<(const AclPattern& a, const AclPattern& b) { return a.view() < b.view(); }
  friend bool operator<(const AclPattern& a, const AclPatternView& b) { return a.view() < b; }
  friend bool operator<(const AclPatternView& a, const AclPattern& b) { return a < b.view(); }
};

// What is said of them: who may, or may not, do what, from where.
struct AclEntry {
  std::string principal;
  int8_t permission_type = 0;
  int8_t operation = 0;
  std::string host;

  friend auto operator<=>(const AclEntry&, const AclEntry&) = default;
};
// Stands before all entries of a principal.
struct EntriesOf {
  std::string_view principal;
  friend bool operator<(const AclEntry& entry, EntriesOf of) { return entry.principal < of.principal; }
};

class AclsImage {
 public:
  // An entry, and how many ids it is there under. The controller writes none twice; where a log has it twice
  // all the same, it is gone when both have been removed.
  using Entries = SharedMap<AclEntry, uint32_t>;

  const SharedMap<Uuid, AclImage>& by_id() const { return by_id_; }
  // The same entries. No pattern here is without any.
  const SharedMap<AclPattern, Entries>& by_pattern() const { return by_pattern_; }
  const Entries* find(security::ResourceType type, security::PatternType pattern,
                      std::string_view name) const {
    return by_pattern_.find(AclPatternView{static_cast<int8_t>(type), static_cast<int8_t>(pattern), name});
  }
  // Whether this entry is there, whatever its id.
  bool contains(const AclImage& acl) const;

  // Calls visit(const Entries&) for each pattern that names the resource: literally, as any, or by a prefix.
  // Neither this nor for_each_prefix allocates.
  template <class Visit>
  void for_each_pattern(security::ResourceType type, std::string_view name, Visit visit) const {
    const Entries* exact = find(type, security::PatternType::kLiteral, name);
    if (exact != nullptr) visit(*exact);
    const Entries* any = find(type, security::PatternType::kLiteral, security::kWildcard);
    if (any != nullptr && any != exact) visit(*any);
    for_each_prefix(type, name, visit);
  }
  // Of these the prefixed ones alone.
  template <class Visit>
  void for_each_prefix(security::ResourceType type, std::string_view name, Visit visit) const;

  Result<void, Failure> apply(const protocol::AccessControlEntryRecord& record);
  // Fails when there is no such entry.
  Result<void, Failure> apply(const protocol::RemoveAccessControlEntryRecord& record);

  friend bool operator==(const AclsImage& a, const AclsImage& b) { return a.by_id_ == b.by_id_; }

 private:
  void put_pattern(const AclImage& acl);
  void drop_pattern(const AclImage& acl);

  SharedMap<Uuid, AclImage> by_id_;
  SharedMap<AclPattern, Entries> by_pattern_;
};

template <class Visit>
void AclsImage::for_each_prefix(security::ResourceType type, std::string_view name, Visit visit) const {
  AclPatternView from{static_cast<int8_t>(type), static_cast<int8_t>(security::PatternType::kPrefixed), name};
  while (true) {
    const SharedMap<AclPattern, Entries>::Entry* found = nullptr;
    by_pattern_.walk_from(from, [&](const auto& item) {
      found = &item;
      return false;
    });
    if (found == nullptr || found->first.resource_type != from.resource_type ||
        found->first.pattern_type != from.pattern_type) {
      return;
    }
    const std::string_view prefix = found->first.name;
    const auto differ = std::mismatch(prefix.begin(), prefix.end(), name.begin(), name.end());
    auto common = static_cast<size_t>(differ.first - prefix.begin());
    if (common == prefix.size()) {
      visit(found->second);
      if (common == 0) return;
      --common;
    }
    // Between what was found and the part that it shares with the name there is no prefix of the name.
    from.name = name.substr(0, common);
  }
}

}  // namespace klamm::broker

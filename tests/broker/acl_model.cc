#include "tests/broker/acl_model.h"

#include <algorithm>
#include <set>

#include "protocol/messages/access_control_entry_record.h"
#include "protocol/messages/remove_access_control_entry_record.h"

namespace klamm::broker::testing {
namespace {

using security::AclOperation;
using security::ResourceType;

constexpr int8_t kLiteral = 3, kPrefixed = 4, kDeny = 2, kAllow = 3, kAll = 2;
constexpr int8_t kRead = 3, kWrite = 4, kDelete = 6, kAlter = 7, kDescribe = 8, kDescribeConfigs = 10,
                 kAlterConfigs = 11;

bool names(const AclImage& acl, ResourceType type, std::string_view name) {
  if (acl.resource_type != static_cast<int8_t>(type)) return false;
  if (acl.pattern_type == kPrefixed) return name.substr(0, acl.resource_name.size()) == acl.resource_name;
  return acl.resource_name == "*" || acl.resource_name == name;
}

bool is_about(const AclImage& acl, const AclModel::Asker& asker) {
  return (acl.principal == asker.principal || acl.principal == "User:*") &&
         (acl.host == asker.host || acl.host == "*");
}

bool decides(const AclImage& acl, int8_t operation) {
  std::set<int8_t> covered = {acl.operation};
  if (acl.permission_type == kAllow) {
    if (acl.operation == kRead || acl.operation == kWrite || acl.operation == kDelete ||
        acl.operation == kAlter)
      covered.insert(kDescribe);
    if (acl.operation == kAlterConfigs) covered.insert(kDescribeConfigs);
  }
  return acl.operation == kAll || covered.contains(operation);
}

std::vector<int8_t> operations_of(ResourceType type) {
  switch (type) {
    case ResourceType::kTopic:
      return {3, 4, 5, 6, 7, 8, 10, 11};
    case ResourceType::kGroup:
      return {3, 6, 8, 10, 11};
    case ResourceType::kCluster:
      return {5, 7, 8, 9, 10, 11, 12};
    case ResourceType::kTransactionalId:
      return {4, 8, 15};
    case ResourceType::kDelegationToken:
      return {8};
    case ResourceType::kUser:
      return {13, 14};
    default:
      return {};
  }
}

// Reads choices from bytes; behind their end all choices are the first.
class Choices {
 public:
  explicit Choices(ByteView bytes) : rest_(bytes) {}

  bool is_over() const { return rest_.empty(); }
  uint8_t byte() {
    if (rest_.empty()) return 0;
    const uint8_t value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
  }
  size_t below(size_t bound) { return byte() % bound; }
  // Mostly one of few names, of which many are prefixes of others; sometimes any bytes.
  std::string name() {
    static const std::vector<std::string> kNames = {"*",      "a",  "ab", "abc", "abd",
                                                    "abcabc", "b",  "ba", "h",   "hardcode",
                                                    "hard",   "a*", "**", "!a",  "kafka-cluster"};
    const size_t choice = below(kNames.size() + 3);
    if (choice < kNames.size()) return kNames[choice];
    std::string any(1 + below(4), '\0');
    for (char& letter : any) letter = static_cast<char>(byte());
    return any;
  }
  std::string principal() {
    static const std::vector<std::string> kPrincipals = {"User:alice", "User:bob", "User:*", "Group:alice"};
    return kPrincipals[below(kPrincipals.size())];
  }
  std::string host() {
    static const std::vector<std::string> kHosts = {"*", "10.0.0.1", "10.0.0.2"};
    return kHosts[below(kHosts.size())];
  }
  // Topics mostly, so that entries meet.
  int8_t resource_type() {
    const size_t choice = below(12);
    return static_cast<int8_t>(choice < 6 ? 2 + choice : 2);
  }
  int8_t operation() { return static_cast<int8_t>(2 + below(14)); }
  AclImage acl() {
    AclImage made;
    made.resource_type = resource_type();
    made.resource_name = name();
    made.pattern_type = below(2) == 0 ? kLiteral : kPrefixed;
    made.principal = principal();
    made.host = host();
    made.operation = below(3) == 0 ? kAll : operation();
    made.permission_type = below(3) == 0 ? kDeny : kAllow;
    return made;
  }

 private:
  ByteView rest_;
};

// One history, told to both.
class Play {
 public:
  explicit Play(ByteView script) : choices_(script) {
    const uint8_t bits = choices_.byte();
    model_.rules.enabled = bits % 16 != 15;
    model_.rules.allow_if_no_acl_found = (bits & 16) != 0;
    if ((bits & 32) != 0) model_.rules.super_users = {"User:bob"};
  }

  std::string difference() {
    while (!choices_.is_over() && difference_.empty()) step();
    return difference_;
  }

 private:
  void step() {
    switch (choices_.below(8)) {
      case 0:
      case 1:
        return put(Uuid::of(1, next_id_++), choices_.acl());
      case 2:
        return put_again();
      case 3:
        return remove();
      case 4:
        return ask_some();
      case 5:
        return ask_operations();
      default:
        return ask();
    }
  }
  void put(Uuid id, AclImage acl) {
    protocol::AccessControlEntryRecord record;
    record.id = id;
    record.resource_type = acl.resource_type;
    record.resource_name = acl.resource_name;
    record.pattern_type = acl.pattern_type;
    record.principal = acl.principal;
    record.host = acl.host;
    record.operation = acl.operation;
    record.permission_type = acl.permission_type;
    expect(image_.apply(record).ok(), "an entry is not taken");
    std::erase_if(model_.entries, [&](const auto& held) { return held.id == id; });
    model_.entries.push_back({id, std::move(acl)});
    expect(image_.contains(model_.entries.back().acl), "an entry that was put is not there");
  }
  // What is there already under another id, or another entry under an id that is there already.
  void put_again() {
    if (model_.entries.empty()) return;
    const AclModel::Held held = model_.entries[choices_.below(model_.entries.size())];
    if (choices_.below(2) == 0) return put(Uuid::of(1, next_id_++), held.acl);
    put(held.id, choices_.acl());
  }
  void remove() {
    if (model_.entries.empty()) return;
    const size_t index = choices_.below(model_.entries.size());
    const AclModel::Held held = model_.entries[index];
    model_.entries.erase(model_.entries.begin() + static_cast<ptrdiff_t>(index));
    protocol::RemoveAccessControlEntryRecord record;
    record.id = held.id;
    expect(image_.apply(record).ok(), "an entry is not removed");
    const bool again = std::any_of(model_.entries.begin(), model_.entries.end(),
                                   [&](const auto& other) { return other.acl == held.acl; });
    expect(image_.contains(held.acl) == again, "of equal entries not one was removed");
  }
  void ask() {
    const AclModel::Asker asker{choices_.principal(), choices_.host()};
    const auto type = static_cast<ResourceType>(choices_.resource_type());
    const auto operation = static_cast<AclOperation>(choices_.operation());
    const std::string name = choices_.name();
    const bool allowed = access(asker).allows(operation, type, name);
    expect(allowed == model_.allows(asker, operation, type, name), "allows differs");
  }
  void ask_some() {
    const AclModel::Asker asker{choices_.principal(), choices_.host()};
    const auto type = static_cast<ResourceType>(choices_.resource_type());
    const auto operation = static_cast<AclOperation>(choices_.operation());
    const bool allowed = access(asker).allows_some(operation, type);
    expect(allowed == model_.allows_some(asker, operation, type), "allows_some differs");
  }
  void ask_operations() {
    const AclModel::Asker asker{choices_.principal(), choices_.host()};
    const auto type = static_cast<ResourceType>(choices_.resource_type());
    const std::string name = choices_.name();
    const int32_t operations = access(asker).operations(type, name);
    expect(operations == model_.operations(asker, type, name), "operations differ");
  }
  Access access(const AclModel::Asker& asker) const {
    return {model_.rules, image_, asker.principal, asker.host};
  }
  void expect(bool holds, std::string_view what) {
    if (!holds && difference_.empty())
      difference_ = std::string(what) + " with " + std::to_string(model_.entries.size()) + " entries";
  }

  Choices choices_;
  AclModel model_;
  AclsImage image_;
  uint64_t next_id_ = 1;
  std::string difference_;
};

}  // namespace

bool AclModel::allows(const Asker& asker, AclOperation operation, ResourceType type,
                      std::string_view name) const {
  if (!rules.enabled || rules.super_users.contains(asker.principal)) return true;
  bool named = false, allowed = false, denied = false;
  for (const auto& [id, acl] : entries) {
    if (!names(acl, type, name)) continue;
    named = true;
    if (!is_about(acl, asker) || !decides(acl, static_cast<int8_t>(operation))) continue;
    (acl.permission_type == kAllow ? allowed : denied) = true;
  }
  if (!named) return rules.allow_if_no_acl_found;
  return allowed && !denied;
}

// As Authorizer.authorizeByResourceType goes about it, with its sets.
bool AclModel::allows_some(const Asker& asker, AclOperation operation, ResourceType type) const {
  if (allows(asker, operation, type, "hardcode")) return true;
  std::set<std::string> allow_literals, allow_prefixes, deny_literals, deny_prefixes;
  for (const auto& [id, acl] : entries) {
    const bool matters = acl.resource_type == static_cast<int8_t>(type) && is_about(acl, asker) &&
                         (acl.operation == kAll || acl.operation == static_cast<int8_t>(operation));
    if (!matters) continue;
    const bool literal = acl.pattern_type == kLiteral;
    if (acl.permission_type == kDeny) {
      (literal ? deny_literals : deny_prefixes).insert(acl.resource_name);
    } else {
      (literal ? allow_literals : allow_prefixes).insert(acl.resource_name);
    }
  }
  if (deny_literals.contains("*")) return false;
  if (allow_literals.contains("*")) return true;
  const auto dominated = [&](const std::string& name) {
    for (size_t size = 1; size <= name.size(); ++size)
      if (deny_prefixes.contains(name.substr(0, size))) return true;
    return false;
  };
  for (const std::string& name : allow_literals)
    if (!deny_literals.contains(name) && !dominated(name)) return true;
  return std::any_of(allow_prefixes.begin(), allow_prefixes.end(),
                     [&](const std::string& name) { return !dominated(name); });
}

int32_t AclModel::operations(const Asker& asker, ResourceType type, std::string_view name) const {
  int32_t bits = 0;
  for (const int8_t operation : operations_of(type))
    if (allows(asker, static_cast<AclOperation>(operation), type, name)) bits |= 1 << operation;
  return bits;
}

std::string first_difference(ByteView script) { return Play(script).difference(); }

}  // namespace klamm::broker::testing

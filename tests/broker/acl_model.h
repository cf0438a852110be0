// The rules of authorization once more, as plain loops over a list of entries: slow, and hard to get wrong.
// What Access answers is compared with it, on histories that bytes choose: a test's, or a fuzzer's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/uuid.h"
#include "broker/metadata/access.h"

namespace klamm::broker::testing {

struct AclModel {
  struct Held {
    Uuid id;
    AclImage acl;
  };
  // Who asks.
  struct Asker {
    std::string principal;
    std::string host;
  };

  AuthorizerRules rules;
  std::vector<Held> entries;

  bool allows(const Asker& asker, security::AclOperation operation, security::ResourceType type,
              std::string_view name) const;
  bool allows_some(const Asker& asker, security::AclOperation operation, security::ResourceType type) const;
  int32_t operations(const Asker& asker, security::ResourceType type, std::string_view name) const;
};

// Goes through the additions, removals and questions that `script` chooses, on an image and on the model.
// Empty, or what differed first.
std::string first_difference(ByteView script);

}  // namespace klamm::broker::testing

// One well-formed request for everything that an API asks permission for: the cells of authorization_test.cc.
// A new API gets its cells here, beside its row in broker/api.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "broker/api.h"
#include "protocol/errors.h"
#include "protocol/wire.h"

namespace klamm::broker::testing {

struct Granted {
  security::AclOperation operation;
  security::ResourceType resource;
};

struct Cell {
  std::string_view name;
  int16_t key;
  int16_t version;
  ListenerKind on;  // on each of which it is sent
  // What the answer is while nothing is allowed; kNone for what takes nothing.
  protocol::ErrorCode refusal;
  // Each of these alone is enough, and no part of one is.
  std::vector<std::vector<Granted>> enough;

  std::function<Bytes(int16_t version)> body;
  // Of the answer's body. What is hidden without an error counts as refused with `refusal`.
  std::function<protocol::ErrorCode(protocol::Reader& reader, int16_t version)> outcome;
};

// All of them. The node that they are for has topic "t" with one partition, and group "g", which has
// committed an offset of it.
std::vector<Cell> authorization_cells();

}  // namespace klamm::broker::testing

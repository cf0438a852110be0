// A QuorumLink for a voter that is alone: it says nothing to anybody.
#pragma once

#include "broker/quorum_link.h"
#include "tests/testing.h"

namespace klamm::broker::testing {

struct NoLink final : QuorumLink {
  void ask(raft::Message) override { FAIL("a lone voter asks nobody"); }
  void answer(raft::Message, Bytes) override { FAIL("nobody has asked"); }
};

}  // namespace klamm::broker::testing

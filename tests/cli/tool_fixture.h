// A bench whose broker answers what most tools ask: one broker, and the topics that a test gives it.
#pragma once

#include <string>
#include <vector>

#include "base/uuid.h"
#include "tests/cli/fake_broker.h"

namespace klamm::cli {

struct FakePartition {
  int32_t leader = 1;
  std::vector<int32_t> replicas = {1};
  std::vector<int32_t> isr = {1};
};

struct FakeTopic {
  std::string name;
  std::vector<FakePartition> partitions = {{}};
  bool is_internal = false;
  Uuid id = Uuid::of(7, 7);
};

class ToolFixture : public ToolBench {
 public:
  ToolFixture();

  std::vector<FakeTopic> topics;
  std::vector<int32_t> brokers = {1};
};

}  // namespace klamm::cli

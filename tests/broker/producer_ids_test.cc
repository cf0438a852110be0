#include "tests/testing.h"

#include "broker/producer_ids.h"

#include <limits>
#include <string>

#include "base/logging.h"

using namespace klamm;
using namespace klamm::broker;
using protocol::ErrorCode;

namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

struct Fixture {
  int asked = 0;
  std::string given;
  ProducerIds ids{[this] { ++asked; }};

  void next() {
    ids.next([this](protocol::Outcome<int64_t> id) { given += id ? std::to_string(*id) + " " : "refused "; });
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "ids of a block are given one by one, and the next block is asked for once") {
  next();
  next();
  REQUIRE(asked == 1);
  ids.on_block(1000, 3);
  next();
  REQUIRE(given == "1000 1001 1002 ");
  REQUIRE(asked == 1);
  next();
  REQUIRE(asked == 2);
}

TEST_CASE_METHOD(Fixture, "those for whom a block has no id left wait for the one behind it") {
  next();
  next();
  next();
  ids.on_block(0, 2);
  REQUIRE(given == "0 1 ");
  REQUIRE(asked == 2);
  ids.on_block(2000, 2);
  REQUIRE(given == "0 1 2000 ");
}

TEST_CASE_METHOD(Fixture, "a block that is refused is refused to all who wait, and asked for anew") {
  next();
  next();
  ids.on_block(Error{ErrorCode::kNotController}, 0);
  REQUIRE(given == "refused refused ");
  next();
  REQUIRE(asked == 2);
}

// ---- what was wrong: whatever the controller said was handed out ----

TEST_CASE_METHOD(Fixture, "a block whose ids may be somebody's, or that has none, is refused") {
  set_log_level(LogLevel::kFatal);
  next();
  ids.on_block(1000, 1);
  next();
  const auto [first, size] = GENERATE(table<int64_t, int64_t>(
      {{0, 1000}, {1000, 1000}, {-1, 1000}, {2000, 0}, {2000, -1}, {kMax - 1, 2}, {kMax, 1}}));
  ids.on_block(first, size);
  REQUIRE(given == "1000 refused ");
  REQUIRE(asked == 2);
  next();
  ids.on_block(1001, 2);
  REQUIRE(given == "1000 refused 1001 ");
  set_log_level(LogLevel::kInfo);
}

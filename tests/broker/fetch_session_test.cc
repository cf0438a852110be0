#include "tests/testing.h"

#include "broker/replica/fetch_session.h"

using namespace klamm;
using namespace klamm::broker;
using protocol::ErrorCode;

namespace {

FetchTarget target(int32_t partition, int64_t offset = 0) {
  FetchTarget made;
  made.topic = "t";
  made.partition = partition;
  made.offset = {offset};
  return made;
}

FetchFacts facts(int64_t high_watermark, bool records = false, ErrorCode error = ErrorCode::kNone) {
  return {error, records, false, {high_watermark}, {0}};
}

struct Fixture {
  SeededRandom random{1};
  FetchBudget budget{1000};
  FetchSessionCache cache{2, budget, random};

  std::shared_ptr<FetchSession> session(std::vector<FetchTarget> targets, int64_t now = 0,
                                        bool privileged = false) {
    auto made = cache.create(privileged, false, targets.size(), now);
    if (made) made->begin_full(targets);
    return made;
  }
};

std::vector<int32_t> partitions(const std::vector<FetchTarget>& targets) {
  std::vector<int32_t> numbers;
  for (const FetchTarget& t : targets) numbers.push_back(t.partition);
  return numbers;
}

}  // namespace

TEST_CASE("an incremental fetch asks for what was asked before, with changes, without what was forgotten") {
  Fixture f;
  auto session = f.session({target(0), target(1), target(2)});
  std::vector<FetchTarget> targets;
  REQUIRE(session->begin(1, {target(1, 7), target(3)}, {target(0)}, targets) == ErrorCode::kNone);
  REQUIRE(partitions(targets) == std::vector<int32_t>{1, 2, 3});
  REQUIRE(targets[0].offset == Offset{7});
}

TEST_CASE("an epoch out of turn is refused and changes nothing") {
  Fixture f;
  auto session = f.session({target(0)});
  std::vector<FetchTarget> targets;
  REQUIRE(session->begin(2, {target(5)}, {}, targets) == ErrorCode::kInvalidFetchSessionEpoch);
  REQUIRE(session->size() == 1);
  REQUIRE(session->begin(1, {}, {}, targets) == ErrorCode::kNone);
}

TEST_CASE("a partition is named again only when something about it is new") {
  Fixture f;
  auto session = f.session({target(0)});
  REQUIRE(session->update(target(0), facts(10)));
  REQUIRE_FALSE(session->update(target(0), facts(10)));
  REQUIRE(session->update(target(0), facts(11)));
  REQUIRE(session->update(target(0), facts(11, true)));
}

TEST_CASE("a partition is named once more after its error is gone") {
  Fixture f;
  auto session = f.session({target(0)});
  session->update(target(0), facts(10));
  REQUIRE(session->update(target(0), facts(10, false, ErrorCode::kNotLeaderOrFollower)));
  REQUIRE(session->update(target(0), facts(10)));
}

TEST_CASE("a partition that gave records is served last the next time") {
  Fixture f;
  auto session = f.session({target(0), target(1), target(2)});
  session->update(target(0), facts(10, true));
  std::vector<FetchTarget> targets;
  session->begin(1, {}, {}, targets);
  REQUIRE(partitions(targets) == std::vector<int32_t>{1, 2, 0});
}

TEST_CASE("a full cache refuses a consumer of the same size and lets the fetch go without a session") {
  Fixture f;
  f.session({target(0)});
  f.session({target(0)});
  REQUIRE(f.session({target(0)}) == nullptr);
}

TEST_CASE("a follower takes the place of a consumer, a consumer never that of a follower") {
  Fixture f;
  auto consumer = f.session({target(0)});
  f.session({target(0)}, 0, true);
  REQUIRE(f.session({target(0)}, 0, true) != nullptr);
  REQUIRE(f.cache.find(consumer->id(), 0) == nullptr);
  REQUIRE(f.session({target(0), target(1)}, 60'000) == nullptr);
}

TEST_CASE("a session that nobody used for two minutes gives up its place") {
  Fixture f;
  auto old = f.session({target(0)});
  auto used = f.session({target(0)});
  f.cache.find(used->id(), 100'000);
  REQUIRE(f.session({target(0)}, 120'001) != nullptr);
  REQUIRE(f.cache.find(old->id(), 120'001) == nullptr);
}

TEST_CASE("no session is made, and none grows, beyond the budget") {
  Fixture f;
  std::vector<FetchTarget> many;
  for (int32_t i = 0; i < 999; ++i) many.push_back(target(i));
  auto session = f.session(many);
  REQUIRE(session != nullptr);
  REQUIRE(f.session({target(0), target(1)}) == nullptr);
  std::vector<FetchTarget> targets;
  REQUIRE(session->begin(1, {target(1000), target(1001)}, {}, targets) == ErrorCode::kFetchSessionIdNotFound);
  REQUIRE(session->begin(1, {target(1000)}, {}, targets) == ErrorCode::kNone);
  f.cache.remove(session->id());
  session.reset();
  REQUIRE(f.session({target(0), target(1)}) != nullptr);
}

TEST_CASE("partitions that are forgotten are given back to the budget") {
  Fixture f;
  auto session = f.session({target(0), target(1)});
  std::vector<FetchTarget> targets;
  REQUIRE(session->begin(1, {}, {target(0), target(1)}, targets) == ErrorCode::kNone);
  FetchBudget::Share rest(f.budget);
  REQUIRE(rest.resize(1000));
}

#include "tests/testing.h"

#include <atomic>
#include <thread>

#include "broker/replica/fetch_read.h"
#include "broker/replica/fetch_session_cache.h"

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

using Targets = std::vector<FetchTarget>;

Targets many(int32_t count, int32_t first = 0) {
  Targets made;
  for (int32_t i = 0; i < count; ++i) made.push_back(target(first + i));
  return made;
}

std::shared_ptr<ClientInfo> client_at(const std::string& host) {
  auto made = std::make_shared<ClientInfo>();
  made->host = host;
  return made;
}

struct Fixture {
  SeededRandom random{1};
  FetchBudget budget{1000};  // 250 for a session, 500 for a client
  FetchSessionCache cache{2, budget, random};
  // Connections that are open.
  std::shared_ptr<ClientInfo> client = client_at("10.0.0.1");
  std::shared_ptr<ClientInfo> stranger = client_at("10.0.0.2");

  std::shared_ptr<FetchSession> session(const Targets& targets, int64_t now = 0, bool privileged = false) {
    return cache.create({.privileged = privileged}, targets, client, now);
  }
  std::shared_ptr<FetchSession> session_of(const std::shared_ptr<ClientInfo>& user, int32_t partitions,
                                           int64_t now = 0) {
    return cache.create({}, many(partitions), user, now);
  }
  bool has(int32_t id) {
    auto nobody = client_at("10.0.0.9");
    return cache.find(id, nobody, 0) != nullptr;
  }
  ErrorCode begin(FetchSession& session, int32_t epoch, const Targets& changed = {},
                  const Targets& forgotten = {}, int64_t now = 0) {
    ErrorCode code = cache.begin(session, epoch, changed, forgotten, now);
    targets = session.targets();
    return code;
  }
  // Whether somebody could have so many partitions remembered, besides what is.
  bool has_room(size_t partitions, const std::string& host) {
    FetchBudget::Share share(budget, host);
    return share.resize(partitions) == FetchBudget::Answer::kGranted;
  }

  Targets targets;  // of the last begin()
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
  REQUIRE(f.begin(*session, 1, {target(1, 7), target(3)}, {target(0)}) == ErrorCode::kNone);
  REQUIRE(partitions(f.targets) == std::vector<int32_t>{1, 2, 3});
  REQUIRE(f.targets[0].offset == Offset{7});
}

TEST_CASE("an epoch out of turn is refused and changes nothing") {
  Fixture f;
  auto session = f.session({target(0)});
  REQUIRE(f.begin(*session, 2, {target(5)}) == ErrorCode::kInvalidFetchSessionEpoch);
  REQUIRE(session->size() == 1);
  REQUIRE(f.begin(*session, 1) == ErrorCode::kNone);
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
  f.begin(*session, 1);
  REQUIRE(partitions(f.targets) == std::vector<int32_t>{1, 2, 0});
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
  REQUIRE_FALSE(f.has(consumer->id()));
  REQUIRE(f.session({target(0), target(1)}, 60'000) == nullptr);
}

TEST_CASE("a session that nobody used for two minutes gives up its place") {
  Fixture f;
  auto old = f.session({target(0)});
  auto used = f.session({target(0)});
  f.cache.find(used->id(), f.client, 100'000);
  REQUIRE(f.session({target(0)}, 120'001) != nullptr);
  REQUIRE_FALSE(f.has(old->id()));
}

TEST_CASE("a session whose connection has gone gives up its place at once") {
  Fixture f;
  auto used = f.session_of(f.client, 1);
  auto gone = f.session_of(client_at("10.0.0.3"), 200);
  REQUIRE(f.session_of(f.client, 1) != nullptr);
  REQUIRE_FALSE(f.has(gone->id()));
  REQUIRE(f.has(used->id()));
}

TEST_CASE("a follower that comes again does not leave its old session behind") {
  Fixture f;
  auto client = client_at("10.0.0.3");
  auto old = f.cache.create({.privileged = true}, many(1), client, 0);
  client.reset();
  f.session({target(0)}, 0, true);
  REQUIRE_FALSE(f.has(old->id()));
}

TEST_CASE("what a fetch has found is kept for the one behind it alone") {
  Fixture f;
  Partitions none;
  const auto found = std::make_shared<FetchRead>(none);
  auto session = f.session({target(0)}, 0, true);
  session->keep(0, found);
  REQUIRE(session->take_kept() == found);
  REQUIRE(session->take_kept() == nullptr);
  REQUIRE(f.begin(*session, 1) == ErrorCode::kNone);
  session->keep(0, found);
  REQUIRE(session->take_kept() == nullptr);
  session->keep(1, found);
  f.cache.remove(session->id());
  REQUIRE(session->take_kept() == nullptr);
}

TEST_CASE("no session is made, and none grows, beyond a quarter of the budget") {
  Fixture f;
  REQUIRE(f.session(many(249)) == nullptr);
  auto session = f.session(many(247));
  REQUIRE(session != nullptr);
  REQUIRE(f.begin(*session, 1, {target(1000)}) == ErrorCode::kNone);
  REQUIRE(f.begin(*session, 2, {target(1001)}) == ErrorCode::kFetchSessionIdNotFound);
  REQUIRE(f.targets.empty());
  REQUIRE(f.has_room(248, f.client->host));
  REQUIRE(f.has_room(248, f.client->host));
}

TEST_CASE("partitions that are forgotten are given back to the budget") {
  Fixture f;
  auto session = f.session(many(248));
  FetchBudget::Share other(f.budget, f.client->host);
  REQUIRE(other.resize(248) == FetchBudget::Answer::kGranted);
  REQUIRE_FALSE(f.has_room(0, f.client->host));
  REQUIRE(f.begin(*session, 1, {}, {target(0), target(1)}) == ErrorCode::kNone);
  REQUIRE(f.has_room(0, f.client->host));
  REQUIRE_FALSE(f.has_room(1, f.client->host));
}

TEST_CASE("what is removed or dropped is given back whole") {
  Fixture f;
  for (int32_t i = 0; i < 100; ++i) f.cache.remove(f.session(many(200))->id());
  auto held = f.session(many(200));
  f.cache.remove(held->id());
  REQUIRE(held->targets().empty());
  REQUIRE(f.begin(*held, 1, many(3)) == ErrorCode::kFetchSessionIdNotFound);
  FetchBudget::Share a(f.budget, "a"), b(f.budget, "b"), c(f.budget, "c"), d(f.budget, "d");
  for (auto* share : {&a, &b, &c, &d}) REQUIRE(share->resize(248) == FetchBudget::Answer::kGranted);
  REQUIRE_FALSE(f.has_room(0, "e"));
}

// ---- what was wrong ----

TEST_CASE("one client has half of the budget at most, and leaves the rest to others") {
  Fixture f;
  FetchBudget::Share waiting(f.budget, f.client->host);
  REQUIRE(waiting.resize(248) == FetchBudget::Answer::kGranted);
  REQUIRE(f.session_of(f.client, 248) != nullptr);
  REQUIRE(f.session_of(f.client, 1) == nullptr);
  REQUIRE(waiting.resize(100'000) == FetchBudget::Answer::kTooLarge);
  REQUIRE(f.session_of(f.stranger, 248) != nullptr);
  REQUIRE(f.has_room(248, f.stranger->host));
}

TEST_CASE("a budget that sessions of the gone hold is there for those who ask, with slots left or without") {
  Fixture f;
  FetchSessionCache roomy(1000, f.budget, f.random);
  auto gone = client_at(f.client->host);
  auto first = roomy.create({}, many(248), gone, 0);
  roomy.create({}, many(248), gone, 0);
  gone.reset();
  REQUIRE(roomy.create({}, many(100), f.client, 0) != nullptr);
  REQUIRE(first->targets().empty());
  REQUIRE(roomy.size() == 2);
  FetchBudget::Share waiting(f.budget, f.client->host);
  REQUIRE(roomy.grant(waiting, 248, 0));
  REQUIRE(roomy.size() == 1);
}

TEST_CASE("a session that has to grow does so at the cost of one that nobody used for two minutes") {
  Fixture f;
  auto session = f.session_of(f.client, 1);
  auto idle = f.session_of(f.client, 248);
  FetchBudget::Share waiting(f.budget, f.client->host);
  REQUIRE(waiting.resize(100) == FetchBudget::Answer::kGranted);
  f.cache.find(session->id(), f.client, 120'001);
  REQUIRE(f.begin(*session, 1, many(200), {}, 120'001) == ErrorCode::kNone);
  REQUIRE(f.targets.size() == 200);
  REQUIRE_FALSE(f.has(idle->id()));
}

TEST_CASE("who has too much does not cost others their idle sessions") {
  Fixture f;
  auto idle = f.session_of(f.stranger, 248);
  FetchBudget::Share one(f.budget, f.client->host), two(f.budget, f.client->host);
  REQUIRE(f.cache.grant(one, 248, 200'000));
  REQUIRE(f.cache.grant(two, 248, 200'000));
  REQUIRE(f.session_of(f.client, 1, 200'000) == nullptr);
  REQUIRE(f.has(idle->id()));
}

TEST_CASE("a request that names what its session has already costs it nothing more") {
  Fixture f;
  auto session = f.session(many(200));
  FetchBudget::Share rest(f.budget, f.client->host);
  REQUIRE(rest.resize(248) == FetchBudget::Answer::kGranted);
  REQUIRE(f.begin(*session, 1, many(200)) == ErrorCode::kNone);
  REQUIRE(f.begin(*session, 2, many(100, 1000), many(100)) == ErrorCode::kNone);
  REQUIRE(f.targets.size() == 200);
}

TEST_CASE("requests that are too large do not make others fail, however they race") {
  Fixture f;
  std::atomic<bool> done{false};
  std::atomic<int> tries{0};
  std::thread greedy([&] {
    FetchBudget::Share share(f.budget, "greedy");
    for (; !done; ++tries) share.resize(1'000'000'000);
  });
  int refused = 0;
  while (tries < 200'000) {
    if (!f.has_room(200, "honest")) ++refused;
  }
  done = true;
  greedy.join();
  REQUIRE(refused == 0);
}

// What a follower does: fetch, sync, append, truncate, and take snapshots.
#include "tests/testing.h"

#include "tests/raft/describe.h"
#include "tests/raft/replica.h"

using namespace klamm;
using namespace klamm::raft;
using protocol::ErrorCode;

namespace {

// Node 1 follows node 2 in epoch 5, with records 0-9 of epoch 2 and 10-14 of epoch 4, of which 0-9 are
// committed.
struct Following : Replica {
  Following() {
    with_records(Epoch{2}, 10).with_records(Epoch{4}, 5);
    remembered = {.epoch = Epoch{5}, .leader = {2}};
    start();
    answer({2}, fetched({}, Offset{10}));
    done();
    sent();
  }
  bool takes(FetchResponse response) {
    Offset before = log.end().offset;
    answer({2}, std::move(response));
    return log.end().offset != before;
  }
  FetchResponse diverging(int64_t offset, int32_t epoch) const {
    FetchResponse response = fetched({}, Offset{10});
    response.diverging = LogPoint{{epoch}, {offset}};
    return response;
  }
  FetchResponse snapshot(int64_t offset, int32_t epoch) const {
    FetchResponse response = fetched({}, Offset{10});
    response.snapshot = SnapshotId{{epoch}, {offset}};
    return response;
  }
  FetchSnapshotResponse part(int64_t position, size_t size) const {
    auto bytes = std::make_shared<Bytes>(size);
    return {.leader = {2},
            .epoch = Epoch{5},
            .snapshot = {Epoch{4}, Offset{40}},
            .size = 100,
            .position = position,
            .bytes = {bytes, *bytes}};
  }
};

}  // namespace

TEST_CASE_METHOD(Following, "a voter syncs what it has appended before it fetches on") {
  syncs_at_once = false;
  answer({2}, fetched({batch(15, Epoch{5})}, Offset{15}));
  REQUIRE(done() == "append 15@5\nsync to 16\ncommit to 15\n");
  sync();
  REQUIRE(done() == "-> 2 Fetch epoch 5 from 16@5 hw 15\n");
}

TEST_CASE_METHOD(Replica, "an observer fetches on without a sync") {
  id = {4};
  become_follower({2}, Epoch{5});
  syncs_at_once = false;
  answer({2}, fetched({batch(0, Epoch{5})}, Offset{0}));
  REQUIRE(done() == "append 0@5\nsync to 1\n-> 2 Fetch epoch 5 from 1@5 hw 0\n");
}

TEST_CASE_METHOD(Replica, "an observer that may become a voter syncs like one") {
  id = {4};
  config.can_become_voter = true;
  become_follower({2}, Epoch{5});
  syncs_at_once = false;
  answer({2}, fetched({batch(0, Epoch{5})}, Offset{0}));
  REQUIRE(done() == "append 0@5\nsync to 1\n");
}

TEST_CASE_METHOD(Following, "a sync that began before a truncation vouches for nothing after it") {
  syncs_at_once = false;
  answer({2}, fetched({batch(15, Epoch{5}), batch(16, Epoch{5})}, Offset{10}));
  call([](Raft& raft, int64_t now) { raft.disconnected({2}, now); });
  become_follower({3}, Epoch{6});
  Sync before{Offset{17}, 0};
  call([&](Raft& raft, int64_t now) { raft.persisted(before, now); });
  FetchResponse response = diverging(14, 4);
  answer({3}, std::move(response));
  REQUIRE(log.end().offset == Offset{14});
  answer({3}, fetched({}, Offset{10}));
  sent();
  call([&](Raft& raft, int64_t now) { raft.persisted(before, now); });
  REQUIRE(sent() == "");
}

TEST_CASE_METHOD(Following, "the high watermark is the leader's, but not beyond the own log") {
  answer({2}, fetched({}, Offset{100}));
  REQUIRE(raft().high_watermark() == Offset{15});
}

TEST_CASE_METHOD(Replica,
                 "that nothing is committed beyond the own snapshot is told once, when a leader says it") {
  with_records(Epoch{2}, 5).with_snapshot();
  remembered = {.epoch = Epoch{2}, .leader = {2}};
  start();
  done();
  answer({2}, fetched({}, kNoOffset));
  REQUIRE(done().find("commit") == std::string::npos);
  answer({2}, fetched({}, Offset{5}));
  REQUIRE(done().find("commit to 5") != std::string::npos);
  answer({2}, fetched({}, Offset{5}));
  REQUIRE(done().find("commit") == std::string::npos);
}

TEST_CASE_METHOD(Following, "an unknown high watermark leaves the own one alone") {
  answer({2}, fetched({}, kNoOffset));
  REQUIRE(raft().high_watermark() == Offset{10});
}

TEST_CASE_METHOD(Following, "records that do not continue the log are refused") {
  REQUIRE_FALSE(takes(fetched({batch(16, Epoch{5})}, Offset{10})));
  REQUIRE_FALSE(takes(fetched({batch(14, Epoch{5})}, Offset{10})));
}

TEST_CASE_METHOD(Following, "records of an epoch above the fetch's are refused") {
  REQUIRE_FALSE(takes(fetched({batch(15, Epoch{6})}, Offset{10})));
}

TEST_CASE_METHOD(Following, "records of an epoch below the last one are refused") {
  REQUIRE_FALSE(takes(fetched({batch(15, Epoch{3})}, Offset{10})));
}

TEST_CASE_METHOD(Following,
                 "what came before the first bad batch is kept, and its high watermark is not believed") {
  REQUIRE(takes(fetched({batch(15, Epoch{5}), batch(20, Epoch{5})}, Offset{16})));
  REQUIRE(log.end().offset == Offset{16});
  REQUIRE(raft().high_watermark() == Offset{10});
}

TEST_CASE_METHOD(Following, "a response of an older epoch is not applied") {
  FetchResponse late = diverging(12, 4);
  late.epoch = Epoch{4};
  REQUIRE_FALSE(takes(std::move(late)));
}

// --- truncation ---

TEST_CASE_METHOD(Following, "a diverging epoch cuts the log at the end that both have of it") {
  REQUIRE(takes(diverging(12, 4)));
  REQUIRE(done() == "truncate to 12\nsync to 12\n-> 2 Fetch epoch 5 from 12@4 hw 10\n");
}

TEST_CASE_METHOD(Following, "a diverging epoch that is unknown here cuts off every later one") {
  REQUIRE(takes(diverging(13, 3)));
  REQUIRE(log.end() == LogPoint{Epoch{2}, Offset{10}});
}

TEST_CASE_METHOD(Following, "what is committed is never cut off") {
  REQUIRE_FALSE(takes(diverging(8, 2)));
  REQUIRE(log.end().offset == Offset{15});
}

TEST_CASE_METHOD(Following, "a truncation that asks for nothing is no success") {
  at(1000);
  REQUIRE_FALSE(takes(diverging(15, 4)));
  at(2000);
  REQUIRE(role() == RoleKind::kProspective);
}

// --- the leader's silence ---

TEST_CASE_METHOD(Following, "a voter that fetches nothing for the fetch timeout asks for pre-votes") {
  at(1999);
  REQUIRE(role() == RoleKind::kFollower);
  at(2000);
  REQUIRE(role() == RoleKind::kProspective);
}

TEST_CASE_METHOD(Following, "every successful fetch puts that off") {
  at(1500);
  answer({2}, fetched({}, Offset{10}));
  at(3499);
  REQUIRE(role() == RoleKind::kFollower);
}

TEST_CASE_METHOD(Following, "while the leader is out of reach another voter is asked") {
  disconnected({2});
  REQUIRE(sent() == "3: Fetch epoch 5 from 15@4 hw 10\n");
}

TEST_CASE_METHOD(Following, "another voter's answer leads to the new leader") {
  disconnected({2});
  answer({3}, FetchResponse{.error = ErrorCode::kFencedLeaderEpoch, .leader = {3}, .epoch = Epoch{6}});
  REQUIRE(role() == RoleKind::kFollower);
  REQUIRE(raft().leader() == NodeId{3});
}

TEST_CASE_METHOD(Replica, "an observer finds leader and records in one fetch") {
  id = {4};
  remembered = {.epoch = Epoch{5}};
  start();
  FetchResponse response{
      .leader = {1}, .epoch = Epoch{5}, .high_watermark = Offset{1}, .batches = {batch(0, Epoch{5})}};
  answer({1}, response);
  REQUIRE(role() == RoleKind::kFollower);
  REQUIRE(raft().high_watermark() == Offset{1});
}

// --- snapshots ---

TEST_CASE_METHOD(Following, "a snapshot is fetched part by part, and then it is the log") {
  config.snapshot_max_bytes = 60;
  answer({2}, snapshot(40, 4));
  answer({2}, part(0, 60));
  REQUIRE(done() ==
          "-> 2 FetchSnapshot epoch 5 of 40@4 at 0\n"
          "store 60 bytes at 0 of snapshot 40@4\n"
          "-> 2 FetchSnapshot epoch 5 of 40@4 at 60\n");
  answer({2}, part(60, 40));
  REQUIRE(done() == "store 40 bytes at 60 of snapshot 40@4\ninstall snapshot 40@4\n");
  install(true);
  REQUIRE(done() == "-> 2 Fetch epoch 5 from 40@4 hw 40\ncommit to 40\n");
}

TEST_CASE_METHOD(Following, "a damaged snapshot leaves the log as it was") {
  answer({2}, snapshot(40, 4));
  answer({2}, part(0, 100));
  install(false);
  REQUIRE(log.end().offset == Offset{15});
  at(20);
  REQUIRE(done().ends_with("-> 2 Fetch epoch 5 from 15@4 hw 10\n"));
}

TEST_CASE_METHOD(Following, "a snapshot that the leader has deleted meanwhile is given up") {
  answer({2}, snapshot(40, 4));
  sent();
  answer({2}, FetchSnapshotResponse{.error = ErrorCode::kSnapshotNotFound, .leader = {2}, .epoch = Epoch{5}});
  REQUIRE(sent() == "2: Fetch epoch 5 from 15@4 hw 10\n");
}

TEST_CASE_METHOD(Following, "parts that do not follow each other are refused, and the snapshot begins anew") {
  answer({2}, snapshot(40, 4));
  answer({2}, part(0, 60));
  answer({2}, part(30, 60));
  sent();
  at(20);
  REQUIRE(sent() == "2: Fetch epoch 5 from 15@4 hw 10\n");
}

TEST_CASE_METHOD(Following, "an empty part and one beyond the end are refused") {
  answer({2}, snapshot(40, 4));
  done();
  answer({2}, part(0, 0));
  at(20);
  answer({2}, snapshot(40, 4));
  answer({2}, part(0, 101));
  REQUIRE(done().find("store") == std::string::npos);
}

TEST_CASE_METHOD(Following, "a snapshot below the high watermark is refused") {
  answer({2}, snapshot(10, 2));
  at(20);
  REQUIRE(sent().find("FetchSnapshot") == std::string::npos);
}

TEST_CASE_METHOD(Following, "a snapshot of an epoch that has not been is refused") {
  answer({2}, snapshot(40, 6));
  at(20);
  REQUIRE(sent().find("FetchSnapshot") == std::string::npos);
}

TEST_CASE_METHOD(Following, "a new leader's epoch ends a download") {
  answer({2}, snapshot(40, 4));
  become_follower({3}, Epoch{6});
  answer({2}, part(0, 60));
  REQUIRE(done().find("store") == std::string::npos);
}

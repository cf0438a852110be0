// What a leader does: answer fetches, commit, keep its followers and know when it has lost them.
#include "tests/testing.h"

#include "tests/raft/describe.h"
#include "tests/raft/replica.h"

using namespace klamm;
using namespace klamm::raft;
using protocol::ErrorCode;

namespace {

// Node 1 leads epoch 1; its LEADER_CHANGE is at offset 0.
struct Leading : Replica {
  Leading() { become_leader(); }
  // The answer to a fetch that does not wait.
  std::string fetch(int64_t offset, int32_t last_epoch, NodeId from = {2}) {
    FetchRequest request = fetch_of(from, {offset}, {last_epoch});
    request.max_wait_ms = 0;
    return describe(ask(request, from));
  }
  Offset high_watermark() { return raft().high_watermark(); }
};

// Node 1 leads epoch 5 over records 0-9 of epoch 2, 10-19 of epoch 4, and its LEADER_CHANGE at 20.
struct LeadingOverHistory : Replica {
  LeadingOverHistory() {
    with_records(Epoch{2}, 10).with_records(Epoch{4}, 10);
    remembered = {.epoch = Epoch{4}};
    become_leader();
  }
  std::string fetch(int64_t offset, int32_t last_epoch) {
    FetchRequest request = fetch_of({2}, {offset}, {last_epoch});
    request.max_wait_ms = 0;
    return describe(ask(request));
  }
};

}  // namespace

// --- how an epoch begins ---

TEST_CASE_METHOD(Replica, "the log is told of voters that it does not know when an epoch begins, once") {
  config.unsaid_voters = VotersStatement{1, voters};
  start();
  become_leader();
  REQUIRE(log.end().offset == Offset{3});
  become_follower({2}, Epoch{2});
  at(now() + config.fetch_timeout_ms - config.election_timeout_ms);
  become_leader();
  REQUIRE(log.end().offset == Offset{4});
}

TEST_CASE_METHOD(Replica, "voters that were cut off with their epoch are said again") {
  config.unsaid_voters = VotersStatement{1, voters};
  start();
  become_leader();
  become_follower({2}, Epoch{2});
  FetchResponse cut{.leader = {2}, .epoch = Epoch{2}};
  cut.diverging = LogPoint{Epoch{0}, Offset{0}};
  REQUIRE(answer({2}, cut));
  REQUIRE(log.end().offset == Offset{0});
  at(now() + config.fetch_timeout_ms - config.election_timeout_ms);
  become_leader();
  REQUIRE(log.end().offset == Offset{3});
}

// --- the high watermark ---

TEST_CASE_METHOD(Leading, "what a majority has synced is committed") {
  append(3);
  REQUIRE(high_watermark() == Offset{0});
  fetch(4, 1);
  REQUIRE(high_watermark() == Offset{4});
}

TEST_CASE_METHOD(Leading, "a leader counts only what it has synced itself") {
  syncs_at_once = false;
  append(3);
  fetch(4, 1, {2});
  REQUIRE(high_watermark() == Offset{1});
  sync();
  REQUIRE(high_watermark() == Offset{4});
}

TEST_CASE_METHOD(Leading, "a majority without the leader commits too") {
  syncs_at_once = false;
  append(3);
  fetch(4, 1, {2});
  fetch(4, 1, {3});
  REQUIRE(high_watermark() == Offset{4});
}

TEST_CASE_METHOD(Leading, "an observer's fetch commits nothing") {
  append(3);
  fetch(4, 1, {9});
  REQUIRE(high_watermark() == Offset{0});
}

TEST_CASE_METHOD(LeadingOverHistory, "nothing is committed before the record that begins the epoch") {
  fetch(20, 4);
  REQUIRE(raft().high_watermark() == Offset{0});
  fetch(21, 5);
  REQUIRE(raft().high_watermark() == Offset{21});
}

TEST_CASE_METHOD(LeadingOverHistory, "a new leader tells no high watermark before it has one of its own") {
  REQUIRE(fetch(20, 4) == "fetched epoch 5 leader 1 hw -1: records from 20");
}

TEST_CASE_METHOD(Leading, "the high watermark does not go back with a follower") {
  append(3);
  fetch(4, 1);
  fetch(1, 1);
  REQUIRE(high_watermark() == Offset{4});
}

TEST_CASE_METHOD(Replica, "in a quorum of four, three must have it") {
  voters = Voters::of_ids({{1}, {2}, {3}, {4}});
  become_prospective();
  for (int32_t round = 0; round < 2; ++round) {
    answer({2}, VoteResponse{.epoch = {round}, .granted = true});
    answer({3}, VoteResponse{.epoch = {round}, .granted = true});
  }
  REQUIRE(role() == RoleKind::kLeader);
  send(fetch_of({2}, Offset{1}, Epoch{1}), {2}, 1);
  REQUIRE(raft().high_watermark() == Offset{0});
  send(fetch_of({3}, Offset{1}, Epoch{1}), {3}, 2);
  REQUIRE(raft().high_watermark() == Offset{1});
}

TEST_CASE_METHOD(Leading, "leadership is announced when the epoch's first record is committed and read") {
  applies_at_once = false;
  done();
  fetch(1, 1);
  REQUIRE(done().find("announce") == std::string::npos);
  apply();
  REQUIRE(done() == "announce epoch 1 leader 1\n");
}

TEST_CASE_METHOD(Leading, "appends are refused in another epoch than the leader's") {
  call([](Raft& raft, int64_t now) {
    REQUIRE(raft.append(Epoch{0}, {{1, {}}}, now).error() == ErrorCode::kNotLeaderOrFollower);
  });
}

TEST_CASE_METHOD(Replica, "a follower appends nothing of its own") {
  become_follower({2}, Epoch{1});
  REQUIRE(append(1) == ErrorCode::kNotLeaderOrFollower);
}

// --- fetch, in the order of its steps ---

TEST_CASE_METHOD(Leading, "a fetch of another cluster is refused") {
  FetchRequest request = fetch_of({2}, Offset{0}, Epoch{0});
  request.cluster_id = "another";
  REQUIRE(describe(ask(request)) == "fetched INCONSISTENT_CLUSTER_ID");
}

TEST_CASE_METHOD(Leading, "a fetch that cannot be meant is refused") {
  auto refused = [&](auto change) {
    FetchRequest request = fetch_of({2}, Offset{0}, Epoch{0});
    change(request);
    return describe(ask(request)) == "fetched INVALID_REQUEST epoch 1 leader 1";
  };
  REQUIRE(refused([](FetchRequest& request) { request.fetch_offset = Offset{-1}; }));
  REQUIRE(refused([](FetchRequest& request) { request.last_fetched_epoch = Epoch{-1}; }));
  REQUIRE(refused([](FetchRequest& request) { request.last_fetched_epoch = Epoch{2}; }));
  REQUIRE(refused([](FetchRequest& request) { request.max_wait_ms = -1; }));
  REQUIRE(refused([](FetchRequest& request) { request.replica.id = {1}; }));
}

TEST_CASE_METHOD(Leading, "a fetch in another epoch is told which one it is") {
  FetchRequest request = fetch_of({2}, Offset{0}, Epoch{0});
  request.current_leader_epoch = Epoch{0};
  REQUIRE(describe(ask(request)) == "fetched FENCED_LEADER_EPOCH epoch 1 leader 1");
  request.current_leader_epoch = Epoch{2};
  REQUIRE(describe(ask(request)) == "fetched UNKNOWN_LEADER_EPOCH epoch 1 leader 1");
}

TEST_CASE_METHOD(Replica, "a fetch from a follower is told who leads") {
  become_follower({3}, Epoch{2});
  REQUIRE(describe(ask(fetch_of({2}, Offset{0}, Epoch{0}))) ==
          "fetched NOT_LEADER_OR_FOLLOWER epoch 2 leader 3");
}

TEST_CASE_METHOD(Replica, "an empty follower is sent a snapshot if there is one") {
  with_records(Epoch{2}, 5).with_snapshot();
  remembered = {.epoch = Epoch{2}};
  become_leader();
  REQUIRE(describe(ask(fetch_of({2}, Offset{0}, Epoch{0}))) ==
          "fetched epoch 3 leader 1 hw -1: snapshot 5@2");
}

TEST_CASE_METHOD(Replica, "the bootstrap snapshot is never offered") {
  log.add_snapshot({kBootstrapSnapshot, 0, 100});
  become_leader();
  REQUIRE(describe(ask(fetch_of({2}, Offset{0}, Epoch{0}))) ==
          "fetched epoch 1 leader 1 hw -1: records from 0");
  FetchSnapshotRequest request{"klamm-test", {{2}, {}}, Epoch{1}, kBootstrapSnapshot, 0, 100};
  REQUIRE(describe(ask(request)) == "snapshot SNAPSHOT_NOT_FOUND epoch 1 leader 1");
}

TEST_CASE_METHOD(Replica, "a fetch from before the log's start is sent to the snapshot") {
  with_records(Epoch{2}, 5).with_snapshot().with_records(Epoch{3}, 5);
  log.move_start(Offset{5});
  remembered = {.epoch = Epoch{3}};
  become_leader();
  auto fetch = [&](int64_t offset, int32_t epoch) { return describe(ask(fetch_of({2}, {offset}, {epoch}))); };
  REQUIRE(fetch(4, 2) == "fetched epoch 4 leader 1 hw -1: snapshot 5@2");
  REQUIRE(fetch(5, 1) == "fetched epoch 4 leader 1 hw -1: snapshot 5@2");
  REQUIRE(fetch(8, 1) == "fetched epoch 4 leader 1 hw -1: snapshot 5@2");
  REQUIRE(fetch(5, 2) == "fetched epoch 4 leader 1 hw -1: records from 5");
}

TEST_CASE_METHOD(LeadingOverHistory, "a follower whose log differs is told the end of its epoch") {
  REQUIRE(fetch(12, 2) == "fetched epoch 5 leader 1 hw -1: diverging at 10@2");
  REQUIRE(fetch(10, 2) == "fetched epoch 5 leader 1 hw -1: records from 10");
}

TEST_CASE_METHOD(LeadingOverHistory,
                 "or the end of the largest epoch before it, where its own is unknown here") {
  REQUIRE(fetch(12, 3) == "fetched epoch 5 leader 1 hw -1: diverging at 10@2");
  REQUIRE(fetch(12, 1) == "fetched epoch 5 leader 1 hw -1: diverging at 0@0");
}

TEST_CASE_METHOD(LeadingOverHistory, "a follower that is further than the leader is told the leader's end") {
  REQUIRE(fetch(30, 5) == "fetched epoch 5 leader 1 hw -1: diverging at 21@5");
}

TEST_CASE_METHOD(LeadingOverHistory, "a fetch that diverges acknowledges nothing") {
  fetch(30, 5);
  REQUIRE(raft().high_watermark() == Offset{0});
}

TEST_CASE_METHOD(Leading, "records go out up to the end of the log, committed or not") {
  append(3);
  REQUIRE(fetch(1, 1) == "fetched epoch 1 leader 1 hw 1: records from 1");
}

// --- waiting ---

TEST_CASE_METHOD(Leading, "a fetch that finds nothing new waits, and is answered when its time is over") {
  fetch(1, 1);
  sent();
  send(fetch_of({2}, Offset{1}, Epoch{1}), {2}, 77);
  REQUIRE(sent() == "");
  REQUIRE(raft().next_deadline() == now() + 500);
  at(now() + 500);
  REQUIRE(sent() == "2: fetched epoch 1 leader 1 hw 1\n");
}

TEST_CASE_METHOD(Leading, "a fetch waits for five seconds at most, however long it would") {
  fetch(1, 1);
  FetchRequest request = fetch_of({9}, Offset{1}, Epoch{1});
  request.max_wait_ms = INT32_MAX;
  send(request, {9}, 77);
  sent();
  for (const int64_t until = now() + 4'000; now() < until;) {
    at(now() + 1'000);
    fetch(1, 1);
  }
  sent();
  at(now() + 1'000);
  REQUIRE(sent({9}) == "9: fetched epoch 1 leader 1 hw 1\n");
}

TEST_CASE_METHOD(Leading, "a waiting fetch is answered on append") {
  fetch(1, 1);
  send(fetch_of({2}, Offset{1}, Epoch{1}), {2}, 77);
  sent();
  append(2);
  REQUIRE(sent() == "2: fetched epoch 1 leader 1 hw 1: records from 1\n");
}

TEST_CASE_METHOD(Leading, "a waiting fetch is answered on a new high watermark") {
  send(fetch_of({3}, Offset{1}, Epoch{1}), {3}, 1);
  append(1);
  send(fetch_of({2}, Offset{2}, Epoch{1}), {2}, 77);
  FetchRequest waiting = fetch_of({3}, Offset{2}, Epoch{1});
  sent();
  send(waiting, {3}, 78);
  REQUIRE(sent() == "");
  syncs_at_once = false;
  append(1);
  sent();
  send(fetch_of({3}, Offset{3}, Epoch{1}), {3}, 79);
  REQUIRE(sent() == "");
  sync();
  REQUIRE(sent() == "3: fetched epoch 1 leader 1 hw 3\n");
}

TEST_CASE_METHOD(Leading, "a fetch whose high watermark is behind is answered at once") {
  fetch(1, 1, {3});
  FetchRequest request = fetch_of({2}, Offset{1}, Epoch{1});
  request.high_watermark = Offset{0};
  REQUIRE(describe(ask(request)) == "fetched epoch 1 leader 1 hw 1");
}

TEST_CASE_METHOD(Leading, "a fetch before version 18 waits in spite of a new high watermark") {
  fetch(1, 1, {3});
  FetchRequest request = fetch_of({2}, Offset{1}, Epoch{1});
  request.high_watermark = Offset{INT64_MAX};
  sent();
  send(request, {2}, 77);
  REQUIRE(sent() == "");
}

TEST_CASE_METHOD(Leading, "of two waiting fetches of one replica, the first is answered") {
  fetch(1, 1);
  send(fetch_of({2}, Offset{1}, Epoch{1}), {2}, 77);
  send(fetch_of({2}, Offset{1}, Epoch{1}), {2}, 78);
  REQUIRE(sent().ends_with("2: fetched epoch 1 leader 1 hw 1\n"));
}

// --- keeping the quorum ---

TEST_CASE_METHOD(Leading,
                 "without a majority's fetches a leader resigns after one and a half fetch timeouts") {
  at(now() + 2999);
  REQUIRE(role() == RoleKind::kLeader);
  at(now() + 1);
  REQUIRE(role() == RoleKind::kResigned);
}

TEST_CASE_METHOD(Leading, "who appends when that time is over is refused, and the leader resigns only then") {
  const int64_t over_ms = now() + 3000;
  const auto refused = raft().append(raft().epoch(), {{1, Payload()}}, over_ms);
  REQUIRE(refused.error() == ErrorCode::kNotLeaderOrFollower);
  REQUIRE(role() == RoleKind::kLeader);
  at(over_ms);
  REQUIRE(role() == RoleKind::kResigned);
}

TEST_CASE_METHOD(Leading, "one follower of two keeps a leader in office") {
  for (int i = 0; i < 5; ++i) {
    at(now() + 2500);
    fetch(1, 1);
  }
  REQUIRE(role() == RoleKind::kLeader);
}

TEST_CASE_METHOD(Leading, "an observer's fetches keep no leader in office") {
  at(now() + 2500);
  fetch(1, 1, {9});
  at(now() + 500);
  REQUIRE(role() == RoleKind::kResigned);
}

TEST_CASE_METHOD(Replica, "a voter that fetches a snapshot is in touch") {
  with_records(Epoch{2}, 5).with_snapshot();
  remembered = {.epoch = Epoch{2}};
  become_leader();
  at(now() + 2500);
  ask(FetchSnapshotRequest{"klamm-test", {{2}, {}}, Epoch{3}, {Epoch{2}, Offset{5}}, 0, 50});
  at(now() + 2500);
  REQUIRE(role() == RoleKind::kLeader);
}

TEST_CASE_METHOD(Leading, "voters that do not fetch are told again who leads") {
  answer({2}, BeginQuorumEpochResponse{.leader = {1}, .epoch = Epoch{1}});
  answer({3}, BeginQuorumEpochResponse{.leader = {1}, .epoch = Epoch{1}});
  at(now() + 500);
  fetch(1, 1, {2});
  sent();
  at(now() + 500);
  REQUIRE(sent() == "3: BeginQuorumEpoch epoch 1 leader 1\n");
}

TEST_CASE_METHOD(Leading, "a leader that hears of a higher epoch stands down") {
  FetchRequest request = fetch_of({2}, Offset{0}, Epoch{0});
  send(request, {2}, 5);
  answer({3},
         BeginQuorumEpochResponse{.error = ErrorCode::kFencedLeaderEpoch, .leader = {3}, .epoch = Epoch{2}});
  REQUIRE(role() == RoleKind::kFollower);
  REQUIRE(raft().epoch() == Epoch{2});
}

// --- snapshots ---

TEST_CASE_METHOD(Replica, "a snapshot is sent in parts") {
  with_records(Epoch{2}, 5).with_snapshot();  // of 100 bytes
  remembered = {.epoch = Epoch{2}};
  become_leader();
  FetchSnapshotRequest request{"klamm-test", {{2}, {}}, Epoch{3}, {Epoch{2}, Offset{5}}, 0, 60};
  REQUIRE(describe(ask(request)) == "snapshot epoch 3 leader 1: 60 bytes at 0 of 100 of 5@2");
  request.position = 60;
  REQUIRE(describe(ask(request)) == "snapshot epoch 3 leader 1: 40 bytes at 60 of 100 of 5@2");
  request.position = 100;
  REQUIRE(describe(ask(request)) == "snapshot POSITION_OUT_OF_RANGE epoch 3 leader 1");
  request.position = -1;
  REQUIRE(describe(ask(request)) == "snapshot POSITION_OUT_OF_RANGE epoch 3 leader 1");
  request.snapshot.offset = Offset{4};
  REQUIRE(describe(ask(request)) == "snapshot SNAPSHOT_NOT_FOUND epoch 3 leader 1");
  request.current_leader_epoch = Epoch{2};
  REQUIRE(describe(ask(request)) == "snapshot FENCED_LEADER_EPOCH epoch 3 leader 1");
  request.cluster_id = "another";
  REQUIRE(describe(ask(request)) == "snapshot INCONSISTENT_CLUSTER_ID");
}

TEST_CASE_METHOD(Leading, "a snapshot is made at the end of a committed batch, and only of something new") {
  append(3);  // one batch, 1-3
  append(1);
  REQUIRE(raft().snapshot_at(Offset{4}).error() == ErrorCode::kOffsetOutOfRange);
  fetch(4, 1);
  REQUIRE(raft().snapshot_at(Offset{4}).value() == SnapshotId{Epoch{1}, Offset{4}});
  REQUIRE(raft().snapshot_at(Offset{3}).error() == ErrorCode::kOffsetOutOfRange);
  REQUIRE(raft().snapshot_at(Offset{5}).error() == ErrorCode::kOffsetOutOfRange);
  log.add_snapshot({{Epoch{1}, Offset{4}}, 0, 100});
  REQUIRE(raft().snapshot_at(Offset{4}).error() == ErrorCode::kOffsetOutOfRange);
}

TEST_CASE_METHOD(Leading, "a log begins at the end of a snapshot or where it did") {
  append(1);
  append(1);
  fetch(3, 1);
  log.add_snapshot({{Epoch{1}, Offset{2}}, 0, 100});
  REQUIRE(raft().may_start_at(Offset{0}));
  REQUIRE_FALSE(raft().may_start_at(Offset{1}));
  REQUIRE(raft().may_start_at(Offset{2}));
}

// --- what one answer may take ---

TEST_CASE_METHOD(Leading, "a fetch for two gigabytes is answered with eight megabytes") {
  FetchRequest request = fetch_of({2}, {0}, {0});
  request.max_bytes = INT32_MAX;
  const Response response = ask(request);
  REQUIRE(std::get<FetchResponse>(response).read->max_bytes == 8 << 20);
}

TEST_CASE_METHOD(Replica,
                 "a fetch is answered with what replicas of this cluster are configured to ask for") {
  config.fetch_max_bytes = 9 << 20;
  become_leader();
  FetchRequest request = fetch_of({2}, {0}, {0});
  request.max_bytes = INT32_MAX;
  const Response response = ask(request);
  REQUIRE(std::get<FetchResponse>(response).read->max_bytes == 9 << 20);
}

TEST_CASE_METHOD(Leading, "a part of a snapshot has eight megabytes at most") {
  append(1);
  fetch(2, 1);
  const SnapshotId id{Epoch{1}, Offset{2}};
  log.add_snapshot({id, 0, 100 << 20});
  FetchSnapshotRequest request{.replica = {{2}},
                               .current_leader_epoch = Epoch{1},
                               .snapshot = id,
                               .position = 0,
                               .max_bytes = INT32_MAX};
  const Response response = ask(request);
  REQUIRE(std::get<FetchSnapshotResponse>(response).read_size == 8 << 20);
}

// --- DescribeQuorum ---

TEST_CASE_METHOD(Leading, "a leader describes how far everyone is, and when they were there") {
  at(2000);
  fetch(1, 1, {2});
  at(2500);
  append(1);
  fetch(1, 1, {9});
  QuorumDescription quorum = raft().describe(now()).value();
  REQUIRE(quorum.high_watermark == Offset{1});
  REQUIRE(quorum.voters[0].log_end == Offset{2});
  REQUIRE(quorum.voters[0].last_fetch_ms == 2500);
  REQUIRE(quorum.voters[1].log_end == Offset{1});
  REQUIRE(quorum.voters[1].last_fetch_ms == 2000);
  REQUIRE(quorum.voters[1].last_caught_up_ms == 2000);
  REQUIRE(quorum.voters[2].log_end == kNoOffset);
  REQUIRE(quorum.observers.at(0).key.id == NodeId{9});
  REQUIRE(quorum.observers.at(0).last_caught_up_ms == -1);
}

TEST_CASE_METHOD(Leading, "who reaches the end of last time was caught up then") {
  at(2000);
  fetch(1, 1);
  append(1);
  at(2100);
  fetch(1, 1);
  append(1);
  at(2200);
  fetch(2, 1);
  REQUIRE(raft().describe(now()).value().voters[1].last_caught_up_ms == 2100);
}

TEST_CASE_METHOD(Leading, "an observer is forgotten after five minutes of silence") {
  fetch(1, 1, {9});
  for (int i = 0; i < 150; ++i) {
    at(now() + 2000);
    fetch(1, 1, {2});
  }
  REQUIRE(raft().describe(now()).value().observers.empty());
}

TEST_CASE("silent observers go when others come, whether or not somebody asks for them") {
  const ReplicaKey self{{1}};
  Leader leader(self, Voters::of_ids({NodeId{1}}), Offset{0}, 2000, 0);
  leader.on_fetch({{8}}, Offset{0}, Offset{0}, 1'000);
  leader.on_fetch({{9}}, Offset{0}, Offset{0}, 1'000 + 5 * 60 * 1'000);
  REQUIRE_FALSE(leader.observers(1'000).contains(ReplicaKey{{8}}));
}

TEST_CASE_METHOD(Replica, "only a leader describes the quorum") {
  become_follower({2}, Epoch{1});
  REQUIRE(raft().describe(now()).error() == ErrorCode::kNotLeaderOrFollower);
}

// Several nodes in one metadata quorum, down to the bytes of Kafka's requests.
#include "tests/testing.h"

#include "broker/controller/node_requests.h"
#include "broker/metadata/snapshot_file.h"
#include "broker/quorum_requests.h"
#include "tests/broker/handler_fixture.h"
#include "tests/broker/quorum_cluster.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

constexpr int16_t kVote = 52, kBegin = 53, kEnd = 54, kFetch = 1, kFetchSnapshot = 59;

struct Cluster : QuorumCluster {
  // A block of producer ids is decided on; gives whether it was committed.
  bool decide() {
    QuorumNode* active = leader();
    REQUIRE(active != nullptr);
    std::optional<ErrorCode> answered;
    auto decision = decide_allocate_producer_ids(active->controller->view(), active->id, 0).decision;
    active->controller->perform(std::move(decision), [&](ErrorCode code) { answered = code; });
    wait_for([&] { return answered.has_value(); }, 5'000);
    return answered == ErrorCode::kNone;
  }
  void form() {
    start_all();
    REQUIRE(wait_for_leader().has_value());
    REQUIRE(wait_for([this] { return agree(); }).has_value());
  }
  QuorumNode& follower() {
    for (auto& node : nodes) {
      if (node->driver != nullptr && node.get() != leader()) return *node;
    }
    FAIL("there is no follower");
    return *nodes.front();
  }
  int64_t producer_ids(QuorumNode& node) { return node.published.get()->next_producer_id(); }
};

}  // namespace

TEST_CASE_METHOD(Cluster, "three nodes find a leader, and read the same") {
  form();
  REQUIRE(leader()->activity == "+");
  REQUIRE(decide());
  REQUIRE(wait_for([this] { return agree(); }).has_value());
  for (auto& node : nodes) REQUIRE(producer_ids(*node) == 1000);
}

TEST_CASE_METHOD(Cluster, "from cold the quorum forms within two seconds") {
  start_all();
  const auto took = wait_for_leader();
  REQUIRE(took.has_value());
  REQUIRE(*took < 2'000);
}

TEST_CASE_METHOD(Cluster, "a new cluster's bootstrap is written once") {
  form();
  size_t records = 0;
  auto count = [&](ByteView bytes) {
    protocol::BatchView batch(bytes);
    if (!batch.is_control()) records += static_cast<size_t>(batch.record_count());
    return Result<void, Failure>();
  };
  MetadataLog& log = follower().driver->log();
  REQUIRE(log.read(Offset{0}, log.end().offset, count).ok());
  const size_t before = records;
  stop(*leader());
  REQUIRE(wait_for_leader().has_value());
  records = 0;
  MetadataLog& now = leader()->driver->log();
  REQUIRE(now.read(Offset{0}, now.end().offset, count).ok());
  REQUIRE(records == before);
}

TEST_CASE_METHOD(Cluster, "the leader's process dies: another leads in less than a second") {
  form();
  stop(*leader());
  const auto took = wait_for_leader();
  REQUIRE(took.has_value());
  REQUIRE(*took < 1'000);
  REQUIRE(decide());
}

TEST_CASE_METHOD(Cluster, "connections to the leader that are dropped, all at once, make no election") {
  form();
  const Epoch epoch = leader()->driver->raft().epoch();
  for (int i = 0; i < 20; ++i) {
    network.drop(leader()->port);
    advance(700);
    REQUIRE(leader() != nullptr);
  }
  REQUIRE(leader()->driver->raft().epoch() == epoch);
}

TEST_CASE_METHOD(Cluster, "a leader that lets a voter not in is waited for as one that is silent") {
  form();
  QuorumNode& away = follower();
  stop(away);
  network.lock(leader()->port);
  start(away);
  auto follows = [&] { return away.driver->raft().role() == raft::RoleKind::kFollower; };
  REQUIRE(wait_for(follows).has_value());
  const auto took = wait_for([&] { return !follows(); });
  REQUIRE(took.has_value());
  REQUIRE(*took > 1'900);  // controller.quorum.fetch.timeout.ms
}

// What was wrong: they fetched anew, and an idle leader held those fetches until both had lost their
// patience.
TEST_CASE_METHOD(Cluster, "a healthy leader whose connections are reset stays the leader") {
  form();
  QuorumNode& before = *leader();
  advance(700);
  network.drop(before.port);
  advance(5'000);
  REQUIRE(before.activity == "+");
}

TEST_CASE_METHOD(Cluster,
                 "a leader that is cut off is replaced, and what it decided there is not committed") {
  form();
  QuorumNode& old = *leader();
  for (auto& node : nodes) {
    if (node.get() != &old) network.cut(old.port, node->port);
  }
  std::optional<ErrorCode> answered;
  old.controller->perform(decide_allocate_producer_ids(old.controller->view(), old.id, 0).decision,
                          [&](ErrorCode code) { answered = code; });
  REQUIRE(wait_for([&] { return !old.controller->is_active(); }).has_value());
  REQUIRE(answered == ErrorCode::kNotController);
  REQUIRE(wait_for_leader().has_value());
  REQUIRE(decide());
  network.heal();
  REQUIRE(wait_for([this] { return agree(); }).has_value());
  REQUIRE(producer_ids(old) == 1000);
}

TEST_CASE_METHOD(Cluster, "two of three are enough, and one is not") {
  form();
  stop(follower());
  REQUIRE(decide());
  stop(follower());
  REQUIRE_FALSE(decide());
}

// What was wrong: its timer went on, and found that the log was not what the machine had made of it.
TEST_CASE_METHOD(Cluster, "a node whose log has failed does nothing more before its process ends") {
  form();
  QuorumNode& broken = follower();
  broken.disk.inject({.operation = sim::DiskOperation::kWrite, .path_part = "__cluster_metadata-0"});
  REQUIRE(decide());
  REQUIRE(wait_for([&] { return !broken.fatal.empty(); }).has_value());
  advance(10'000);
  REQUIRE(broken.fatal.size() == 1);
  REQUIRE(leader() != nullptr);
}

TEST_CASE_METHOD(Cluster, "who comes back reads what it missed") {
  form();
  QuorumNode& away = follower();
  stop(away);
  for (int i = 0; i < 5; ++i) REQUIRE(decide());
  start(away);
  REQUIRE(wait_for([this] { return agree(); }).has_value());
  REQUIRE(producer_ids(away) == 5'000);
}

TEST_CASE_METHOD(Cluster, "every node may die in turn, and nothing that was committed is gone") {
  form();
  for (int round = 0; round < 6; ++round) {
    REQUIRE(decide());
    QuorumNode& dying = at(round % 3 + 1);
    stop(dying);
    REQUIRE(wait_for_leader().has_value());
    start(dying);
    REQUIRE(wait_for([this] { return agree(); }).has_value());
  }
  for (auto& node : nodes) REQUIRE(producer_ids(*node) == 6'000);
}

TEST_CASE_METHOD(Cluster, "a broker that does not vote follows") {
  QuorumNode& observer = add(4, "broker");
  form();
  REQUIRE_FALSE(observer.driver->raft().is_voter());
  REQUIRE(decide());
  REQUIRE(wait_for([&] { return producer_ids(observer) == 1000; }).has_value());
}

// ---- snapshots

namespace {

// Whose snapshots come soon, and whose logs are short.
struct ShortLogs : Cluster {
  ShortLogs() {
    settings = "metadata.log.max.record.bytes.between.snapshots=300\nmetadata.max.retention.bytes=1\n";
    for (auto& node : nodes) node->configure(voters() + settings, std::to_string(node->port));
  }
  void decide_often() {
    for (int i = 0; i < 40; ++i) REQUIRE(decide());
    advance(1'000);
    REQUIRE(leader()->driver->log().start() > Offset{10});
  }
};

}  // namespace

TEST_CASE_METHOD(ShortLogs, "who was away for too long fetches a snapshot, and goes on behind it") {
  form();
  QuorumNode& away = follower();
  stop(away);
  decide_often();
  start(away);
  REQUIRE(wait_for([this] { return agree(); }).has_value());
  REQUIRE(network.arrived[kFetchSnapshot] > 0);
  REQUIRE(producer_ids(away) == 40'000);
  REQUIRE(decide());
  REQUIRE(wait_for([this] { return agree(); }).has_value());
}

TEST_CASE_METHOD(ShortLogs, "what began with a fetched snapshot begins with it again after a restart") {
  form();
  QuorumNode& away = follower();
  stop(away);
  decide_often();
  start(away);
  REQUIRE(wait_for([this] { return agree(); }).has_value());
  const Offset start_offset = away.driver->log().start();
  stop(away);
  start(away);
  REQUIRE(away.driver->log().start() == start_offset);
  REQUIRE(wait_for([this] { return agree(); }).has_value());
}

TEST_CASE_METHOD(ShortLogs, "a snapshot that was damaged on its way is fetched again") {
  form();
  QuorumNode& away = follower();
  stop(away);
  decide_often();
  int damaged = 0;
  network.tamper = [&](int16_t key, Bytes& frame) {
    if (key == kFetchSnapshot && damaged++ == 0) frame[frame.size() / 2] ^= 1;
  };
  start(away);
  REQUIRE(wait_for([this] { return agree(); }).has_value());
  REQUIRE(damaged > 1);
  REQUIRE(away.fatal.empty());
}

// What was wrong: it was fetched again for ever, fifty times a second.
TEST_CASE_METHOD(ShortLogs,
                 "a snapshot that comes damaged each time ends the process, which says whose it is") {
  form();
  QuorumNode& away = follower();
  stop(away);
  decide_often();
  int damaged = 0;
  network.tamper = [&](int16_t key, Bytes& frame) {
    if (key == kFetchSnapshot && ++damaged) frame[frame.size() / 2] ^= 1;
  };
  start(away);
  REQUIRE(wait_for([&] { return !away.fatal.empty(); }).has_value());
  advance(5'000);
  REQUIRE(away.fatal.size() == 1);
  REQUIRE(damaged == 3);
  const std::string& why = away.fatal.front();
  REQUIRE(why.find(".checkpoint") != std::string::npos);
  REQUIRE(why.find("from node " + std::to_string(leader()->id.value) + " 3 times") != std::string::npos);
}

// What was wrong: it had its name before it was read, and a start right then would have dropped the log.
TEST_CASE_METHOD(ShortLogs, "a snapshot that is damaged does not get its name") {
  form();
  QuorumNode& away = follower();
  stop(away);
  decide_often();
  network.tamper = [](int16_t key, Bytes& frame) {
    if (key == kFetchSnapshot) frame[frame.size() / 2] ^= 1;
  };
  away.disk.inject({.operation = sim::DiskOperation::kRename, .path_part = ".checkpoint"});
  start(away);
  REQUIRE(wait_for([&] { return !away.fatal.empty(); }).has_value());
  REQUIRE(away.fatal.front().find("of no use") != std::string::npos);
  stop(away);
  away.disk.clear_faults();
  network.tamper = nullptr;
  start(away);
  REQUIRE(wait_for([this] { return agree(); }).has_value());
}

TEST_CASE_METHOD(ShortLogs,
                 "a crash between a snapshot's coming and the end of the old log leaves the snapshot") {
  form();
  QuorumNode& away = follower();
  stop(away);
  decide_often();
  MetadataLog& log = leader()->driver->log();
  const raft::SnapshotId id = *log.latest_snapshot();
  const std::string path = log.directory() + "/" + snapshot_file_name(id);
  away.disk.plant(path, leader()->disk.text(path));
  start(away);
  REQUIRE(away.driver->log().start() == id.offset);
  REQUIRE(wait_for([this] { return agree(); }).has_value());
}

namespace {

// Node 1 is the only voter, and node 2 a controller that has not been added.
struct Joining : Cluster {
  Joining() {
    nodes.clear();
    for (const int32_t number : {1, 2}) {
      auto& node = *nodes.emplace_back(std::make_unique<QuorumNode>(NodeId{number}, clock, network));
      node.configure(
          "controller.quorum.bootstrap.servers=127.0.0.1:9093\n"
          "metadata.log.max.record.bytes.between.snapshots=300\n",
          std::to_string(node.port));
      node.format({number == 1 ? "-s" : "-N"});
    }
  }
};

}  // namespace

// What was wrong: such a controller did not start; and the snapshots of observers had the voters of their
// start.
TEST_CASE_METHOD(Joining, "snapshots of one who only follows say the voters that the log has") {
  form();
  for (int i = 0; i < 10; ++i) REQUIRE(decide());
  REQUIRE(wait_for([this] { return at(2).driver->log().latest_snapshot().has_value(); }).has_value());
  MetadataLog& log = at(2).driver->log();
  const auto snapshot = load_snapshot(at(2).disk, log.directory(), *log.latest_snapshot());
  REQUIRE(snapshot->control.kraft_version == 1);
  REQUIRE(snapshot->control.voters == at(1).driver->raft().voters());
}

// ---- strangers

TEST_CASE_METHOD(Cluster, "answers that cannot be read are no answers") {
  bool damages = true;
  network.tamper = [&](int16_t, Bytes& frame) {
    if (damages && frame.size() > 8) frame.resize(frame.size() - 1);
  };
  start_all();
  REQUIRE_FALSE(wait_for([this] { return leader() != nullptr; }, 5'000).has_value());
  damages = false;
  REQUIRE(wait_for_leader().has_value());
}

namespace {

// One who may say who leads, and where: what he says comes to node 1, which follows node 2 or 3.
struct Told : Cluster {
  Told() {
    form();
    if (leader() == &at(1)) {
      stop(at(1));
      REQUIRE(wait_for_leader().has_value());
      start(at(1));
      REQUIRE(wait_for([this] { return agree(); }).has_value());
    }
    begin.cluster_id = std::string(QuorumNode::kCluster);
    begin.leader = leader()->id;
    begin.epoch = at(1).driver->raft().epoch();
  }
  // Where node 1 looks for that leader from then on.
  uint16_t port_after() {
    Bytes bytes;
    encode_quorum_request(begin, {{"CONTROLLER", "127.0.0.1", 7777}}, 1, bytes);
    Request request;
    request.header.api_key = kBegin;
    request.header.api_version = 1;
    auto frame = std::make_shared<OwnedFrame>(std::move(bytes));
    request.body = frame->bytes();
    request.frame = frame;
    request.client = std::make_shared<ClientInfo>();
    at(1).link->handle(std::move(request), Reply(std::make_shared<CaughtReply>(), 0, kBegin, 1, 5));
    return at(1).link->address_of(begin.leader)->port;
  }

  raft::BeginQuorumEpochRequest begin;
};

}  // namespace

TEST_CASE_METHOD(Told, "a leader that says where it is reached now is asked there") {
  REQUIRE(port_after() == 7777);
}

// What was wrong: it was believed for as long as the process ran; and then again and again, at once.
TEST_CASE_METHOD(Told, "where a leader was said to be and is not, it is not looked for again at once") {
  network.cut(at(1).port, at(5 - begin.leader.value).port);  // who would say where it is
  REQUIRE(port_after() == 7777);
  const auto is_forgotten = [this] { return at(1).link->address_of(begin.leader)->port != 7777; };
  REQUIRE(wait_for(is_forgotten, 500).has_value());
  REQUIRE(port_after() != 7777);
  advance(1'000);
  REQUIRE(port_after() == 7777);
}

// What was wrong: whoever named a leader was believed where it is, before it was seen what he said of it.
TEST_CASE_METHOD(Told, "where the leader of an epoch that is over is reached is not learned") {
  begin.epoch = Epoch{0};
  REQUIRE(port_after() != 7777);
}

TEST_CASE_METHOD(Told, "where another cluster's leader is reached is not learned") {
  begin.cluster_id = "another";
  REQUIRE(port_after() != 7777);
}

TEST_CASE_METHOD(Told, "where somebody is reached who does not lead the epoch is not learned") {
  begin.leader = NodeId{begin.leader == NodeId{2} ? 3 : 2};
  REQUIRE(port_after() != 7777);
}

TEST_CASE_METHOD(Cluster, "the quorum needs what KRaft needs: votes, the news of the leader, fetches") {
  form();
  REQUIRE(network.arrived[kVote] > 0);
  REQUIRE(network.arrived[kBegin] > 0);
  REQUIRE(network.arrived[kFetch] > 0);
  REQUIRE(network.arrived[kEnd] == 0);
}

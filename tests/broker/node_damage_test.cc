// Disks that change under whole nodes: what is damaged is found, not served, not spread, and repaired.
#include "tests/testing.h"

#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "tests/broker/node_cluster.h"
#include "tests/storage/test_batches.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ErrorCode;

namespace {

constexpr std::string_view kLogFolder = "/d/orders-0/";
// Three of them fit into a segment.
constexpr size_t kValueSize = 300'000;

struct DamagedNodes : NodeCluster {
  explicit DamagedNodes(int32_t size = 3, const std::string& settings = "")
      : NodeCluster(size, "log.segment.bytes=1048576\nlog.index.interval.bytes=0\n" + settings) {
    start_all();
    protocol::CreateTopicsRequest request;
    request.topics.push_back(
        {.name = "orders", .num_partitions = 1, .replication_factor = static_cast<int16_t>(size)});
    request.timeout_ms = 10'000;
    REQUIRE(call<protocol::CreateTopicsResponse>(at(1), request, 7).topics.at(0).error_code == 0);
    leader();
  }

  // What has been decided.
  PartitionImage now() { return newest("orders").value_or(PartitionImage()); }
  // Whom a client finds.
  ClusterNode& leader() {
    REQUIRE(wait_for([&] { return now().has_leader() && at(now().leader.value).serves(); }));
    return at(now().leader.value);
  }
  ClusterNode& follower() { return at(leader().id.value % 3 + 1); }
  bool all_in_sync() { return now().isr.size() == nodes.size(); }
  void wait_in_sync() {
    REQUIRE(wait_for([&] { return all_in_sync(); }, 120'000));
  }
  ErrorCode produce(ClusterNode& node, size_t value_size = kValueSize) {
    const Bytes batch = storage::TestBatch().value_size(value_size).bytes();
    protocol::ProduceRequest request;
    request.acks = -1;
    request.timeout_ms = 5'000;
    auto& data = request.topic_data.emplace_back();
    data.name = "orders";
    data.partition_data.emplace_back().records = protocol::Records{batch};
    const auto response = call<protocol::ProduceResponse>(node, request, 9);
    return ErrorCode{response.responses.at(0).partition_responses.at(0).error_code};
  }
  // Offsets 0 to 8, in three segments.
  void fill() {
    wait_in_sync();
    for (int i = 0; i < 9; ++i) REQUIRE(wait_for([&] { return produce(leader()) == ErrorCode::kNone; }));
  }
  // As a consumer that waits: the error, or the offset of the batch, which is whole.
  std::string fetch(ClusterNode& node, int64_t offset) {
    protocol::FetchRequest request;
    request.min_bytes = 1;
    request.max_bytes = 1 << 20;
    request.max_wait_ms = 500;
    request.session_epoch = -1;
    auto& topic = request.topics.emplace_back();
    topic.topic = "orders";
    auto& asked = topic.partitions.emplace_back();
    asked.fetch_offset = offset;
    asked.partition_max_bytes = 1;
    asked.current_leader_epoch = asked.last_fetched_epoch = -1;
    const auto response = call<protocol::FetchResponse>(node, request, 12);
    const auto& answer = response.responses.at(0).partitions.at(0);
    if (answer.error_code != 0) return std::string(protocol::name_of(ErrorCode{answer.error_code}));
    if (!answer.records || answer.records->bytes.empty()) return "nothing";
    const auto header = storage::BatchHeader::decode(answer.records->bytes);
    REQUIRE((header && storage::crc_is_valid(*header, answer.records->bytes.first(header->size))));
    return std::to_string(header->base_offset.value);
  }
  // What a client gets of all that was acknowledged, wherever it has to look.
  std::string fetch_all(int64_t end = 9) {
    std::string offsets;
    for (int64_t offset = 0; offset < end; ++offset) {
      std::string got;
      wait_for([&] { return (got = fetch(leader(), offset)) == std::to_string(offset); });
      offsets += got + " ";
    }
    return offsets;
  }
  static std::string log_of(ClusterNode& node) {
    std::string all;
    const auto names = node.disk.list(std::string(kLogFolder));
    if (!names) return "";  // not made again yet
    for (const std::string& name : *names) {
      if (name.ends_with(".log")) all += node.disk.text(std::string(kLogFolder) + name);
    }
    return all;
  }
  // While the node is stopped: a bit of the second batch of the second segment, which has offset 4.
  static void flip(ClusterNode& node) {
    node.disk.flip_bit(std::string(kLogFolder) + "00000000000000000003.log", kValueSize * 3 / 2, 5);
  }
  void damage(ClusterNode& node) {
    node.stop();
    flip(node);
    come_back(node);
  }
  // Until then the others may count it as it was before.
  void come_back(ClusterNode& node) {
    node.start();
    REQUIRE(wait_for([&] { return node.serves(); }, 60'000));
  }
  void scrub(ClusterNode& node) { node.node->start_upkeep(); }
};

constexpr const char* kAll = "0 1 2 3 4 5 6 7 8 ";

struct AloneNode : DamagedNodes {
  AloneNode() : DamagedNodes(1) {}
};

}  // namespace

TEST_CASE_METHOD(DamagedNodes,
                 "damage in a follower's log is found by the scrub, and repaired from the leader") {
  fill();
  ClusterNode& damaged = follower();
  const std::string good = log_of(damaged);
  damage(damaged);
  wait_in_sync();
  scrub(damaged);
  REQUIRE(wait_for([&] { return log_of(damaged) == good && all_in_sync(); }, 60'000));
  REQUIRE(fetch_all() == kAll);
}

TEST_CASE_METHOD(DamagedNodes, "a repaired replica has its directory again, and is in sync like any other") {
  fill();
  ClusterNode& damaged = follower();
  const Uuid directory = now().directory_of(damaged.id);
  damage(damaged);
  // Here nothing takes time, and it is lost for none: only its own images tell of it.
  const auto was_lost = std::make_shared<bool>(false);
  damaged.on_image = [was_lost, id = damaged.id](const ClusterImage& image) {
    const PartitionImage* state = image.topics().find("orders", 0);
    *was_lost |= state != nullptr && state->directory_of(id) == kLostDirectory;
  };
  scrub(damaged);
  REQUIRE(wait_for([&] { return *was_lost; }, 60'000));
  REQUIRE(wait_for([&] { return now().directory_of(damaged.id) == directory && all_in_sync(); }, 60'000));
}

TEST_CASE_METHOD(DamagedNodes, "a leader that finds damage stops leading, and clients miss nothing") {
  fill();
  ClusterNode& damaged = leader();
  const std::string good = log_of(damaged);
  damage(damaged);
  wait_in_sync();
  leader().kill();
  REQUIRE(leader().id == damaged.id);  // the first of the assignment
  REQUIRE(fetch_all() == kAll);
  REQUIRE(leader().id != damaged.id);
  REQUIRE(wait_for([&] { return log_of(damaged) == good && now().in_isr(damaged.id); }, 60'000));
}

TEST_CASE_METHOD(DamagedNodes, "a node that lost its disk is given nothing that is damaged") {
  fill();
  ClusterNode& damaged = leader();
  const std::string good = log_of(damaged);
  damage(damaged);
  wait_in_sync();
  scrub(damaged);
  ClusterNode& fresh = at(damaged.id.value % 3 + 1);
  fresh.kill();
  REQUIRE(fresh.disk.remove_all(std::string(kLogFolder)).ok());
  fresh.start();
  REQUIRE(
      wait_for([&] { return log_of(fresh) == good && log_of(damaged) == good && all_in_sync(); }, 120'000));
}

TEST_CASE_METHOD(AloneNode, "who is alone gives out what lies below the damage, and refuses the rest") {
  fill();
  const std::string before = log_of(at(1));
  damage(at(1));
  leader();
  REQUIRE(wait_for([&] { return fetch(at(1), 3) == "3"; }));
  REQUIRE(fetch(at(1), 4) == "CORRUPT_MESSAGE");
  REQUIRE(fetch(at(1), 8) == "CORRUPT_MESSAGE");
  REQUIRE(produce(at(1)) == ErrorCode::kKafkaStorageError);
  REQUIRE(now().leader == at(1).id);
  REQUIRE(log_of(at(1)).size() == before.size());
}

TEST_CASE_METHOD(DamagedNodes,
                 "whichever replicas are damaged at different places, clients are given nothing wrong") {
  fill();
  ClusterNode& first = follower();
  ClusterNode& second = at(6 - leader().id.value - first.id.value);
  damage(first);
  wait_in_sync();
  second.stop();
  second.disk.flip_bit(std::string(kLogFolder) + "00000000000000000000.log", 400'000, 1);
  come_back(second);
  wait_in_sync();
  for (auto& node : nodes) scrub(*node);
  advance(30'000);
  wait_in_sync();
  REQUIRE(log_of(first) == log_of(leader()));
  REQUIRE(log_of(second) == log_of(leader()));
  REQUIRE(fetch_all() == kAll);
}

TEST_CASE("in no history of damage, restarts and fetches is anybody given damaged bytes, or anything lost") {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    INFO("seed " << seed);
    DamagedNodes cluster;
    SeededRandom random(seed);
    cluster.fill();
    for (int round = 0; round < 4; ++round) {
      ClusterNode& node = cluster.at(static_cast<int32_t>(random.below(3)) + 1);
      const uint64_t byte = random.below(900'000);
      // An epoch cannot be checked: see storage/segment_exam.h.
      const uint64_t in_batch = byte % storage::TestBatch().value_size(kValueSize).bytes().size();
      node.stop();
      if (in_batch < 12 || in_batch >= 16) {
        const char* segment = random.one_in(2) ? "00000000000000000000.log" : "00000000000000000003.log";
        node.disk.flip_bit(std::string(kLogFolder) + segment, byte, static_cast<unsigned>(random.below(8)));
      }
      node.start();
      const bool early = random.one_in(2);
      if (early) cluster.scrub(node);
      for (int fetch = 0; fetch < 6; ++fetch) {
        cluster.advance(static_cast<int64_t>(random.below(3'000)));
        cluster.fetch(cluster.leader(), static_cast<int64_t>(random.below(9)));  // which looks at the bytes
      }
      if (!early) cluster.scrub(node);
      cluster.advance(20'000);
      cluster.wait_in_sync();
    }
    REQUIRE(cluster.fetch_all() == kAll);
    for (auto& node : cluster.nodes)
      REQUIRE(DamagedNodes::log_of(*node) == DamagedNodes::log_of(cluster.leader()));
  }
}

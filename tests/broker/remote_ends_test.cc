// Where logs end that lie elsewhere: whom this node asks, for what, and what it believes for how long.
#include "tests/testing.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "broker/remote_ends.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "tests/broker/fake_loop.h"
#include "tests/broker/fake_peers.h"
#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ErrorCode;
using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;

namespace {

constexpr int64_t kLatest = -1;
constexpr int64_t kEarliest = -2;

struct Told {
  int32_t partition = 0;
  int64_t offset = 0;
  ErrorCode error = ErrorCode::kNone;
};

// This node is 1. "t" (id 1) is led by 1, 2 and 3 in turn, from partition 0 on; "u" (id 2) by 2.
struct Ends {
  Ends() {
    publish({broker::testing::broker(1, 1), broker::testing::broker(2, 2), broker::testing::broker(3, 3),
             topic("t", 1), partition(1, 0, {1}), partition(1, 1, {2}), partition(1, 2, {3}),
             partition(1, 3, {2}), topic("u", 2), partition(2, 0, {2})});
  }
  void publish(const std::vector<MetadataRecord>& records) {
    images.publish(std::make_shared<ClusterImage>(image_of(records)));
  }
  std::unique_ptr<Peer> connect(NodeId node, const NodeAddress& address) {
    return peers.maker()({.id = node, .host = address.host, .port = address.port});
  }
  // "100-500", or nothing.
  std::string find(uint64_t topic, int32_t partition) {
    const auto range = ends.find(id(topic), partition, clock.now);
    return range ? fmt::format("{}-{}", range->start.value, range->end.value) : "";
  }
  void refresh() {
    ends.refresh();
    loop.run();
  }
  // The oldest question, as "2: t 1 3; u 0 (latest)".
  std::string question() {
    for (const auto& wire : peers.wires) {
      if (wire->asked.empty()) continue;
      protocol::Reader reader(as_bytes(wire->asked.front().body));
      ListOffsetsRequest request;
      request.read(reader, ListOffsetsRequest::kVersionMax);
      REQUIRE(reader.ok());
      REQUIRE(wire->asked.front().key == ListOffsetsRequest::kKey);
      std::string text = std::to_string(wire->node.id.value) + ":";
      int64_t timestamp = 0;
      for (const auto& asked : request.topics) {
        text += (&asked == &request.topics.front() ? " " : "; ") + std::string(asked.name);
        for (const auto& one : asked.partitions) {
          text += " " + std::to_string(one.partition_index);
          timestamp = one.timestamp;
        }
      }
      return text + (timestamp == kLatest ? " (latest)" : timestamp == kEarliest ? " (earliest)" : "");
    }
    return "";
  }
  void answer(std::string_view topic, const std::vector<Told>& partitions) {
    ListOffsetsResponse response;
    auto& of_topic = response.topics.emplace_back();
    of_topic.name = topic;
    for (const Told& told : partitions) {
      auto& one = of_topic.partitions.emplace_back();
      one.partition_index = told.partition;
      one.offset = told.offset;
      one.error_code = protocol::wire_value(told.error);
    }
    constexpr int16_t kVersion = ListOffsetsRequest::kVersionMax;
    peers.answer(body_of(response, kVersion), kVersion);
    loop.run();
  }

  FakeClock clock;
  FakeLoop loop{clock};
  PublishedImage images;
  FakePeers peers;
  RemoteEnds ends{{.loop = loop,
                   .images = images,
                   .self = NodeId{1},
                   .listener = "PLAINTEXT",
                   .connect = [this](NodeId node, const NodeAddress& address) {
                     return connect(node, address);
                   }}};
};

}  // namespace

TEST_CASE_METHOD(Ends, "what was looked at is asked of its leader, and told from then on") {
  refresh();
  REQUIRE(peers.in_flight() == 0);
  REQUIRE(find(1, 1).empty());
  REQUIRE(find(1, 3).empty());
  refresh();
  REQUIRE(question() == "2: t 1 3 (latest)");
  answer("t", {{1, 500}, {3, 700}});
  REQUIRE(question() == "2: t 1 3 (earliest)");
  REQUIRE(find(1, 1).empty());
  answer("t", {{1, 100}, {3, 0}});
  REQUIRE(find(1, 1) == "100-500");
  REQUIRE(find(1, 3) == "0-700");
  REQUIRE(peers.in_flight() == 0);
}

TEST_CASE_METHOD(Ends, "each leader is asked for its own, and a slow one does not hold up others") {
  find(1, 1), find(1, 2), find(2, 0);
  refresh();
  REQUIRE(question() == "2: t 1; u 0 (latest)");
  REQUIRE(peers.wires.size() == 2);
  REQUIRE(peers.wires[1]->node.id == NodeId{3});
  REQUIRE(peers.wires[1]->node.host == "host-3");
  auto slow = peers.take();
  REQUIRE(question() == "3: t 2 (latest)");
  answer("t", {{2, 9}});
  answer("t", {{2, 1}});
  REQUIRE(find(1, 2) == "1-9");
  // Nobody is asked again before all have answered.
  refresh();
  REQUIRE(peers.in_flight() == 0);
  slow.answered(Error{PeerFailure{PeerFailure::What::kTimedOut, "for the test"}});
  loop.run();
  refresh();
  REQUIRE(question() == "2: t 1; u 0 (latest)");
}

TEST_CASE_METHOD(Ends, "nobody is asked for what is led here, has no leader, or is no more") {
  find(1, 0), find(1, 7), find(9, 0);
  refresh();
  REQUIRE(peers.in_flight() == 0);
  find(1, 1);
  refresh();
  REQUIRE(question() == "2: t 1 (latest)");
}

TEST_CASE_METHOD(Ends, "what a leader does not tell stays as it was") {
  find(1, 1), find(1, 3);
  refresh();
  answer("t", {{1, 500}, {3, -1, ErrorCode::kNotLeaderOrFollower}});
  answer("t", {{1, 100}, {3, 0}});
  REQUIRE(find(1, 1) == "100-500");
  REQUIRE(find(1, 3).empty());
  refresh();
  answer("t", {{1, -1, ErrorCode::kNotLeaderOrFollower}, {3, 50}});
  answer("t", {{1, 100}, {3, 10}});
  REQUIRE(find(1, 1) == "100-500");
  REQUIRE(find(1, 3) == "10-50");
}

TEST_CASE_METHOD(Ends, "an answer that cannot be read is none") {
  find(1, 1);
  refresh();
  peers.answer({1, 2, 3}, ListOffsetsRequest::kVersionMax);
  loop.run();
  REQUIRE(find(1, 1).empty());
  refresh();
  REQUIRE(question() == "2: t 1 (latest)");
}

TEST_CASE_METHOD(Ends, "what was told is not believed for ever") {
  find(1, 1);
  refresh();
  answer("t", {{1, 500}});
  answer("t", {{1, 100}});
  clock.now += RemoteEnds::kKeptMs;
  REQUIRE(find(1, 1) == "100-500");
  clock.now += 1;
  REQUIRE(find(1, 1).empty());
}

TEST_CASE_METHOD(Ends, "what nobody looks at any more is not asked for") {
  find(1, 1), find(1, 3);
  clock.now += RemoteEnds::kKeptMs + 1;
  find(1, 3);
  refresh();
  REQUIRE(question() == "2: t 3 (latest)");
}

TEST_CASE_METHOD(Ends, "a leader is asked for many partitions in several requests") {
  std::vector<MetadataRecord> records = {broker::testing::broker(2, 2), topic("many", 5)};
  constexpr auto kMany = static_cast<int32_t>(RemoteEnds::kOfRequest) + 1;
  for (int32_t index = 0; index < kMany; ++index) records.push_back(partition(5, index, {2}));
  publish(records);
  for (int32_t index = 0; index < kMany; ++index) find(5, index);
  refresh();
  REQUIRE(peers.in_flight() == 1);
  answer("many", {{1, 10}});
  answer("many", {{1, 5}});
  REQUIRE(question() == "2: many 0 (latest)");
  answer("many", {{0, 20}});
  answer("many", {{0, 6}});
  REQUIRE(find(5, 0) == "6-20");
  REQUIRE(find(5, 1) == "5-10");
}

TEST_CASE_METHOD(Ends, "a leader that has moved is asked where it is now") {
  find(1, 1);
  refresh();
  peers.fail(PeerFailure::What::kNotConnected);
  auto moved = broker::testing::broker(2, 8);
  moved.end_points[0].host = "elsewhere";
  publish({moved, topic("t", 1), partition(1, 1, {2})});
  refresh();
  REQUIRE(peers.wires.size() == 2);
  REQUIRE(peers.wires[0]->is_gone);
  REQUIRE(peers.wires[1]->node.host == "elsewhere");
  REQUIRE(question() == "2: t 1 (latest)");
}

TEST_CASE_METHOD(Ends, "nobody is asked any more once it has stopped") {
  find(1, 1);
  ends.stop();
  refresh();
  REQUIRE(peers.wires.empty());
}

// How a node's fetchers are told what to follow.
#include "tests/testing.h"

#include "broker/replica_fetchers.h"
#include "protocol/messages/api_versions_request.h"
#include "protocol/messages/fetch_request.h"
#include "tests/broker/fake_peers.h"
#include "tests/broker/partition_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

constexpr int16_t kVersion = 18;

struct Followers : PartitionFixture {
  ~Followers() {
    fetchers.stop();
    loop.run();
  }
  // A replica that follows node 2.
  std::shared_ptr<Partition> replica(int32_t index, int32_t epoch = 2) {
    auto log = storage::Log::open(disk, "/logs/f-" + std::to_string(index), {}, {.clean_shutdown = true},
                                  clock.now);
    REQUIRE(log.ok());
    auto made = std::make_shared<Partition>(
        Partition::Uses{disk, clock, flushers, shortage, [](const auto&) {}},
        TopicPartitionId{"f", Uuid::of(1, 2), index}, kSelf, std::move(*log), TopicConfig{});
    assign_to(*made, kOther, epoch, epoch, {kOther, kSelf}, {kOther, kSelf});
    return made;
  }
  // How many partitions each request has named that has gone out since the last call.
  std::vector<size_t> named() {
    loop.run();
    std::vector<size_t> counts;
    while (peers.in_flight() > 0) {
      const auto asked = peers.take();
      protocol::Reader reader(as_bytes(asked.body));
      protocol::FetchRequest request;
      request.read(reader, kVersion);
      REQUIRE(reader.ok());
      size_t count = 0;
      for (const auto& topic : request.topics) count += topic.partitions.size();
      counts.push_back(count);
    }
    return counts;
  }

  std::unique_ptr<Peer> connect(NodeId leader) {
    ControllerNode node;
    node.id = leader;
    return peers.maker()(node);
  }

  FakeLoop loop{clock};
  FakePeers peers;
  ReplicaFetchers fetchers{ReplicaFetchers::Uses{
      .loop_of = [this](NodeId) -> Loop& { return loop; },
      .connect = [this](Loop&, NodeId leader, const NodeAddress&) { return connect(leader); }}};
};

using Counts = std::vector<size_t>;

}  // namespace

TEST_CASE_METHOD(Followers, "what an image brings is fetched with one request") {
  fetchers.gather();
  for (int32_t index = 0; index < 3; ++index) fetchers.follow(replica(index), kOther, Epoch{2});
  REQUIRE(named().empty());
  fetchers.tell_gathered();
  REQUIRE(named() == Counts{3});
}

TEST_CASE_METHOD(Followers, "what comes by itself is fetched at once") {
  fetchers.follow(replica(0), kOther, Epoch{2});
  REQUIRE(named() == Counts{1});
}

TEST_CASE_METHOD(Followers, "what leaves again before it was told of is not fetched") {
  const auto leaving = replica(0);
  fetchers.gather();
  fetchers.follow(leaving, kOther, Epoch{2});
  fetchers.follow(replica(1), kOther, Epoch{2});
  fetchers.unfollow({leaving->id().topic_id, 0});
  fetchers.tell_gathered();
  REQUIRE(named() == Counts{1});
}

TEST_CASE_METHOD(Followers, "a partition that changes otherwise is no affair of its fetcher") {
  const auto partition = replica(0);
  fetchers.follow(partition, kOther, Epoch{2});
  loop.run();
  fetchers.follow(partition, kOther, Epoch{2});
  REQUIRE_FALSE(loop.run_all());
  fetchers.follow(partition, kOther, Epoch{3});
  REQUIRE(loop.run_all());
}

TEST_CASE_METHOD(Followers, "a leader that has a fetch is made to answer it when there is more to fetch") {
  fetchers.follow(replica(0), kOther, Epoch{2});
  loop.run();
  REQUIRE(peers.in_flight() == 1);
  for (int32_t index : {1, 2}) fetchers.follow(replica(index), kOther, Epoch{2});
  loop.run();
  REQUIRE(peers.in_flight() == 2);
  REQUIRE(peers.take().key == protocol::FetchRequest::kKey);
  REQUIRE(peers.take().key == protocol::ApiVersionsRequest::kKey);
}

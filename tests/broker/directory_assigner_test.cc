// What the controller is told of replicas' directories, until it has heard it.
#include "tests/testing.h"

#include "broker/directory_assigner.h"
#include "broker/metadata/topics_image.h"
#include "tests/broker/controller_client_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::AssignReplicasToDirsRequest;
using protocol::AssignReplicasToDirsResponse;

namespace {

const Uuid kTopic = Uuid::of(1, 1), kHere = Uuid::of(9, 9);

struct AssignerFixture : ControllerClientFixture {
  AssignerFixture() { client().on_leader(node(1)); }
  void tell(int32_t partition, const Uuid& directory) {
    assigner.assign({kTopic, partition}, directory);
    loop.run();
  }
  // The oldest request that is not answered, and its answer: "7: lost 0 1, here 2".
  std::string answer(ErrorCode code = ErrorCode::kNone) {
    FakePeers::Asked asked = peers.take();
    protocol::Reader reader(as_bytes(asked.body));
    AssignReplicasToDirsRequest request;
    request.read(reader, 0);
    REQUIRE((reader.ok() && request.broker_id == 1));
    std::string text = std::to_string(request.broker_epoch) + ":";
    for (const auto& directory : request.directories) {
      text += directory.id == kLostDirectory ? " lost" : " here";
      for (const auto& topic : directory.topics)
        for (const auto& partition : topic.partitions)
          text += " " + std::to_string(partition.partition_index);
    }
    AssignReplicasToDirsResponse response;
    response.error_code = protocol::wire_value(code);
    PeerAnswer answer{.version = 0, .frame = body_of(response, 0), .body = {}};
    answer.body = answer.frame;
    asked.answered(std::move(answer));
    loop.run();
    return text;
  }

  int64_t epoch = 7;
  DirectoryAssigner assigner{{loop, client(), NodeId{1}, [this] { return epoch; }}};
};

}  // namespace

TEST_CASE_METHOD(AssignerFixture,
                 "the controller is told at once, and what comes meanwhile together behind that") {
  tell(0, kLostDirectory);
  tell(1, kLostDirectory);
  tell(2, kHere);
  REQUIRE(answer() == "7: lost 0");
  REQUIRE(answer() == "7: lost 1 here 2");
  REQUIRE(peers.in_flight() == 0);
}

TEST_CASE_METHOD(AssignerFixture, "of a replica what was said last is told") {
  tell(0, kHere);
  tell(1, kLostDirectory);
  tell(1, kHere);
  answer();
  REQUIRE(answer() == "7: here 1");
}

TEST_CASE_METHOD(AssignerFixture, "what was refused for this broker's epoch is told again, in the next one") {
  tell(0, kLostDirectory);
  answer(ErrorCode::kStaleBrokerEpoch);
  epoch = 8;
  REQUIRE(peers.in_flight() == 0);
  loop.advance(DirectoryAssigner::kRetryMs);
  REQUIRE(answer() == "8: lost 0");
}

TEST_CASE_METHOD(AssignerFixture, "what was refused is not told again when something else is true by now") {
  tell(0, kLostDirectory);
  tell(0, kHere);
  answer(ErrorCode::kStaleBrokerEpoch);
  loop.advance(DirectoryAssigner::kRetryMs);
  REQUIRE(answer() == "7: here 0");
}

TEST_CASE_METHOD(AssignerFixture, "an assigner that is stopped says nothing any more") {
  assigner.stop();
  tell(0, kLostDirectory);
  REQUIRE(peers.in_flight() == 0);
}

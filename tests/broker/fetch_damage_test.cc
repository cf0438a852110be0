// Fetches of segments that are being examined.
#include "tests/testing.h"

#include "broker/handlers/fetch.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "tests/broker/handler_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::FetchRequest;
using protocol::FetchResponse;

namespace {

constexpr int16_t kVersion = 12;

// A sealed segment of offset 0 and an active one of offset 1, of which the process knows nothing.
struct DamageFetching : HandlerFixture {
  DamageFetching() {
    append();
    partition->as_writer([this](storage::Log& log) { return log.roll(clock.now); });
    append();
    partition->as_writer([](storage::Log& log) { return log.close(); });
    partitions.remove(partition->id().topic_id, 0);
    partition.reset();
    exams.clear();
  }
  ~DamageFetching() { loop.advance(300'000); }
  void start() {
    open_clean(Offset{2});
    assign(2);
    partitions.add(partition);
  }
  void send(int64_t offset, int32_t max_wait_ms = 500) {
    FetchRequest request;
    request.min_bytes = 1;
    request.max_bytes = 1 << 20;
    request.max_wait_ms = max_wait_ms;
    request.session_epoch = -1;
    auto& topic = request.topics.emplace_back();
    topic.topic = "t";
    auto& asked = topic.partitions.emplace_back();
    asked.fetch_offset = offset;
    asked.partition_max_bytes = 1 << 20;
    asked.current_leader_epoch = asked.last_fetched_epoch = -1;
    handle_fetch(request_of(request, kVersion), reply_to(FetchRequest::kKey, kVersion),
                 {images, partitions, sessions, clock, 55 << 20, rules});
  }
  // The error of the answer, or how many bytes of records it has.
  int64_t answered_with() {
    const FetchResponse response = answer<FetchResponse>(kVersion);
    const auto& part = response.responses.at(0).partitions.at(0);
    if (part.error_code != 0) return -part.error_code;
    return static_cast<int64_t>(part.records ? part.records->bytes.size() : 0);
  }
  void examine() {
    for (auto exam : std::exchange(exams, {})) {
      REQUIRE(exam.go_on(1 << 20).value());
      partition->on_examined(exam);
    }
    loop.run();
  }
  static int64_t batch_size() { return static_cast<int64_t>(TestBatch().bytes().size()); }

  SeededRandom session_ids{1};
  FetchBudget budget{40};
  FetchSessionCache sessions{10, budget, session_ids};
};

}  // namespace

TEST_CASE_METHOD(DamageFetching,
                 "a fetch of a segment that nobody has looked at waits for that, and has it then") {
  start();
  send(0);
  REQUIRE_FALSE(answered());
  examine();
  REQUIRE(answered_with() == batch_size());
}

TEST_CASE_METHOD(DamageFetching, "a fetch does not wait longer for an exam than it would for records") {
  start();
  send(0);
  loop.advance(500);
  REQUIRE(answered_with() == 0);
}

TEST_CASE_METHOD(DamageFetching, "a fetch of the active segment waits for no exam") {
  start();
  send(1);
  REQUIRE(answered_with() == batch_size());
}

TEST_CASE_METHOD(DamageFetching, "a fetch of what turns out to be damaged is refused: CORRUPT_MESSAGE (2)") {
  disk.flip_bit("/logs/t-0/00000000000000000000.log", static_cast<uint64_t>(batch_size()) - 3, 1);
  start();
  send(0);
  examine();
  REQUIRE(answered_with() == -2);
}

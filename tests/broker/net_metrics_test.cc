// What the network edge counts: requests and their times, by API and listener, answers' errors, what clients
// say they are, and how long loops have had nothing to do.
#include "tests/testing.h"

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "broker/client_software.h"
#include "broker/metrics/request_stats.h"
#include "broker/net/pipeline.h"
#include "tests/broker/net_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;
using metrics::RequestKind;
using metrics::RequestStats;

namespace {

constexpr int16_t kMetadataKey = 3;
constexpr int16_t kHighError = 101;

// An answer that has errors, as a response of the protocol has them.
struct Failing {
  struct Partition {
    int16_t error_code = 0;
  };
  struct Topic {
    int16_t error_code = 0;
    std::vector<Partition> partitions{};
  };
  int16_t error_code = 0;
  std::vector<Topic> topics{};

  void write(protocol::Writer&, int16_t) const {}
};

struct Fixture : NetFixture {
  // Of all loops.
  template <class Read>
  int64_t sum(size_t row, Read read) {
    int64_t total = 0;
    for (const RequestStats* stats : server->requests()) {
      if (const RequestStats::Row* found = stats->row(row)) total += read(*found);
    }
    return total;
  }
  // What was sent counts a moment later than it arrives; its version first, and the rest in the same turn.
  bool has_counted(size_t row, int64_t count) {
    return eventually([&] {
      return sum(row, [](const RequestStats::Row& one) { return one.by_version[0].load(); }) == count;
    }) && have_turned();
  }
  // Each loop is done with the turn that it was in.
  bool have_turned() {
    const auto turned = std::make_shared<std::atomic<size_t>>(0);
    for (size_t i = 0; i < loops.size(); ++i) loops.at(i).post([turned] { ++*turned; });
    return eventually([&] { return *turned == loops.size(); });
  }
  int64_t errors(int16_t code) {
    return sum(kMetadataKey, [code](const RequestStats::Row& one) {
      return one.by_error[static_cast<size_t>(code) + 1].load();
    });
  }
  std::string ask(TestClient& client, const std::string& body) {
    client.send(frame_of(kMetadataKey, 1, body));
    const auto answer = client.receive();
    REQUIRE(answer.has_value());
    return answer->body;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "requests are counted by API and version once their answers are sent") {
  start();
  TestClient first = connect(), second = connect();
  REQUIRE(ask(first, "echo") == "echo");
  REQUIRE(ask(second, "echo") == "echo");
  REQUIRE(has_counted(kMetadataKey, 2));
  const auto bytes = static_cast<int64_t>(frame_of(kMetadataKey, 1, "echo").size()) - 4;
  REQUIRE(sum(kMetadataKey, [](const auto& row) { return row.size.sum(); }) == 2 * bytes);
  for (const RequestStats* stats : server->requests()) {
    const RequestStats::Row* const row = stats->row(kMetadataKey);
    if (row == nullptr) continue;
    REQUIRE(row->total.count() == row->by_version[0].load());
    REQUIRE(row->total.count() == row->response_send.count());
  }
}

TEST_CASE_METHOD(Fixture, "what is no API of Kafka's is answered, and not counted by API") {
  start();
  TestClient client = connect();
  REQUIRE(answers(client));
  REQUIRE(ask(client, "echo") == "echo");
  REQUIRE(has_counted(kMetadataKey, 1));
  for (const RequestStats* stats : server->requests()) {
    for (size_t row = 0; row < RequestStats::kRows; ++row)
      REQUIRE((row == size_t{kMetadataKey} || stats->row(row) == nullptr));
  }
  REQUIRE(server->stats().requests == 2);
}

TEST_CASE_METHOD(Fixture, "a request is timed from when it was read to when its answer has left") {
  handler.on("later", parked.park());
  start();
  TestClient client = connect();
  client.send(frame_of(kMetadataKey, 1, "later"));
  REQUIRE(parked.has(1));
  settle();  // its handler has returned, then
  advance(40);
  parked.answer("later", "now");
  REQUIRE(client.receive() == Answer{1, "now"});
  REQUIRE(has_counted(kMetadataKey, 1));
  REQUIRE(sum(kMetadataKey, [](const auto& row) { return row.total.sum(); }) == 40'000);
  REQUIRE(sum(kMetadataKey, [](const auto& row) { return row.local.sum(); }) == 0);
  REQUIRE(sum(kMetadataKey, [](const auto& row) { return row.remote.sum(); }) == 40'000);
}

TEST_CASE_METHOD(Fixture, "an answer's errors are counted wherever it has them") {
  handler.on("fail", [](Request, Reply reply) {
    Failing failing;
    failing.topics.push_back({.error_code = 3, .partitions = {{3}, {0}, {kHighError}}});
    reply.send(failing);
  });
  start();
  TestClient client = connect();
  REQUIRE(ask(client, "fail").empty());
  REQUIRE(has_counted(kMetadataKey, 1));
  REQUIRE(errors(0) == 2);
  REQUIRE(errors(3) == 2);
  REQUIRE(errors(kHighError) == 1);
}

TEST_CASE_METHOD(Fixture, "fetches are counted under a second name, too") {
  handler.on("follow", [](Request, Reply reply) {
    reply.count_as(RequestKind::kFetchFollower);
    reply.send(RawBody{});
  });
  start();
  TestClient client = connect();
  client.send(frame_of(1, 1, "follow"));
  REQUIRE(client.receive() == Answer{1, ""});
  REQUIRE(has_counted(1, 1));
  REQUIRE(has_counted(RequestStats::kFetchFollowerRow, 1));
  REQUIRE(sum(RequestStats::kFetchConsumerRow, [](const auto& row) { return row.total.count(); }) == 0);
}

TEST_CASE_METHOD(Fixture, "a request that gets no answer is counted as well") {
  handler.on("silent", [](Request, Reply reply) { reply.send_nothing(); });
  start();
  TestClient client = connect();
  client.send(frame_of(0, 1, "silent"));
  REQUIRE(answers(client));
  REQUIRE(has_counted(0, 1));
}

// What was wrong: what is remembered of them was kept until the client read on.
TEST_CASE_METHOD(Fixture, "requests that get no answer are counted also while their client reads nothing") {
  config.send_buffer_bytes = 16 << 10;
  handler.on("big", [](Request, Reply reply) {
    const Bytes big(2 << 20, 'b');
    reply.send(RawBody{.bytes = big});
  });
  handler.on("silent", [](Request, Reply reply) { reply.send_nothing(); });
  start();
  TestClient client(server->port("PLAINTEXT"), 4096);
  client.send(request(1, "big"));
  REQUIRE(eventually([&] { return server->stats().bytes_out > 0; }));
  for (int32_t i = 0; i < 100; ++i) client.send(frame_of(0, i, "silent"));
  REQUIRE(has_counted(0, 100));
  REQUIRE(server->stats().bytes_out < 2 << 20);
}

TEST_CASE_METHOD(Fixture, "each listener's connections and bytes are its own") {
  config.listeners.push_back(loopback_listener("OTHER"));
  start();
  TestClient one = connect("PLAINTEXT"), two = connect("OTHER"), three = connect("OTHER");
  for (TestClient* client : {&one, &two, &three}) REQUIRE(answers(*client));
  std::map<std::string, int64_t> connections, requests, bytes;
  REQUIRE(eventually([&] {
    connections.clear(), requests.clear(), bytes.clear();
    int64_t sent = 0;
    for (const ListenerSample& sample : server->samples()) {
      connections[sample.listener] += sample.connections;
      requests[sample.listener] += sample.requests;
      bytes[sample.listener] += sample.bytes_in;
      sent += sample.bytes_out;
    }
    return sent == 3 * 12;
  }));
  REQUIRE(connections == std::map<std::string, int64_t>{{"OTHER", 2}, {"PLAINTEXT", 1}});
  REQUIRE(requests == std::map<std::string, int64_t>{{"OTHER", 2}, {"PLAINTEXT", 1}});
  REQUIRE(bytes.at("OTHER") == 2 * bytes.at("PLAINTEXT"));
  const NetStats all = server->stats();
  REQUIRE(all.connections == 3);
  REQUIRE(all.requests == 3);
}

TEST_CASE_METHOD(Fixture, "the time that loops wait for something to do is counted") {
  start();
  settle();
  const auto idle_us = [this] {
    int64_t sum = 0;
    for (size_t i = 0; i < loops.size(); ++i) sum += loops.at(i).idle_us();
    return sum;
  };
  const int64_t before_us = idle_us();
  // Both are asleep, or about to be: what passes now, passes for nothing.
  REQUIRE(eventually([&] {
    clock.advance(10);
    return idle_us() - before_us >= 1'000'000;
  }));
}

TEST_CASE("of requests that wait for each other's answers, the later one waits in the queue") {
  Pipeline pipeline;
  const uint64_t first = pipeline.begin(true);
  pipeline.allow_next(first);
  const uint64_t second = pipeline.begin(true);
  pipeline.mark(first)->begun_us = 10;
  pipeline.mark(second)->begun_us = 20;
  pipeline.mark(second)->answered_us = 30;
  pipeline.answer(second, Response{});
  REQUIRE(pipeline.mark(second) == nullptr);
  pipeline.mark(first)->answered_us = 70;
  Response answer;
  answer.mark.kind = RequestKind::kFetchConsumer;
  answer.mark.errors.add(5);
  pipeline.answer(first, std::move(answer));
  const auto leaving = pipeline.take_answer();
  REQUIRE((leaving->mark.begun_us == 10 && leaving->mark.queued_us == 70));
  REQUIRE(leaving->mark.kind == RequestKind::kFetchConsumer);
  REQUIRE(leaving->mark.errors.size == 1);
  const auto next = pipeline.take_answer();
  REQUIRE((next->mark.begun_us == 20 && next->mark.answered_us == 30 && next->mark.queued_us == 70));
}

// ---- What clients say they are

TEST_CASE("connections are counted by what their clients say they are, while they stand") {
  const auto census = std::make_shared<SoftwareCensus>();
  auto one = std::make_unique<ClientSoftware>(census, "PLAINTEXT");
  auto two = std::make_unique<ClientSoftware>(census, "PLAINTEXT");
  REQUIRE_FALSE(one->said());
  one->say("apache-kafka-java", "4.3.1");
  one->say("apache-kafka-java", "4.3.1");
  two->say("apache-kafka-java", "4.3.1");
  REQUIRE(census->read().size() == 1);
  REQUIRE(census->read()[0].second == 2);
  two->say("librdkafka", "2.5.0");
  REQUIRE(two->said()->name == "librdkafka");
  REQUIRE(census->read().size() == 2);
  REQUIRE(census->read()[0].second == 1);
  one.reset();
  two.reset();
  REQUIRE(census->read().empty());
}

TEST_CASE("beyond so many kinds of clients the others count together, and long texts are cut") {
  const auto census = std::make_shared<SoftwareCensus>();
  std::vector<std::unique_ptr<ClientSoftware>> clients;
  for (size_t i = 0; i < SoftwareCensus::kKindsMax + 50; ++i) {
    clients.push_back(std::make_unique<ClientSoftware>(census, "PLAINTEXT"));
    clients.back()->say("client", std::to_string(i) + std::string(200, 'x'));
  }
  const auto kinds = census->read();
  REQUIRE(kinds.size() == SoftwareCensus::kKindsMax + 1);
  int64_t all = 0;
  for (const auto& [kind, count] : kinds) {
    all += count;
    REQUIRE(kind.version.size() <= SoftwareCensus::kTextSizeMax);
    REQUIRE((count == 1 || (kind.name == "other" && kind.version == "other")));
  }
  REQUIRE(all == static_cast<int64_t>(clients.size()));
  clients.clear();
  REQUIRE(census->read().empty());
}

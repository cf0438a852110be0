// How a node says that it lives, is ready and has started, and what it answers in place of Strimzi's agent.
#include "tests/testing.h"

#include <memory>
#include <string>
#include <vector>

#include "broker/broker_lifecycle.h"
#include "broker/scrape/admin_pages.h"
#include "broker/scrape/loop_watch.h"
#include "tests/broker/fake_loop.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Health {
  Health() {
    config.id = NodeId{7};
    config.is_broker = true;
    config.is_controller = false;
  }
  // As of a node that has started and is well.
  void get_well() {
    stats.start.logs = 3;
    stats.start.logs_loaded = 3;
    stats.health.is_loaded = true;
    stats.health.is_registered = true;
    stats.health.is_caught_up = true;
    stats.health.is_fenced = false;
    stats.health.serves = true;
    set_state(BrokerState::kRunning);
  }
  void set_state(BrokerState state) { stats.health.broker_state = static_cast<int8_t>(state); }
  AdminAnswer get(std::string_view path, std::string_view query = "") {
    AdminRequest request;
    request.path = path;
    request.query = query;
    return pages.answer(request);
  }
  // "200 ok\n"; of an answer that comes later, once it has.
  std::string ask(std::string_view path, std::string_view query = "") {
    AdminAnswer answer = get(path, query);
    while (answer.later) {
      loop.run();
      stuck.run();
      if (auto known = answer.later()) answer = std::move(*known);
    }
    return std::to_string(answer.status) + " " + answer.body;
  }

  FakeClock clock;
  FakeLoop loop{clock}, stuck{clock};
  NodeConfig config;
  metrics::NodeStats stats;
  AdminPages pages{scrape::Basics{.config = config, .clock = clock, .stats = stats}};
};

}  // namespace

// ---- Ready

TEST_CASE_METHOD(Health, "a node is ready once it counts, has caught up, and listens") {
  get_well();
  REQUIRE(ask("/readyz") == "200 ok\n");
  REQUIRE(ask("/readyz/") == "200 ok\n");
}

TEST_CASE_METHOD(Health, "a node that is not ready says what it is missing") {
  REQUIRE(ask("/readyz") ==
          "503 not ready: logs are being looked for\n"
          "not ready: the active controller has not registered it yet\n"
          "not ready: its metadata is not as new as its registration\n"
          "not ready: it is fenced: the cluster does not count on it\n"
          "not ready: its listeners are not open yet\n");
  get_well();
  stats.health.is_fenced = true;
  REQUIRE(ask("/readyz") == "503 not ready: it is fenced: the cluster does not count on it\n");
  get_well();
  stats.health.stops = true;
  REQUIRE(ask("/readyz") == "503 not ready: it is about to stop\n");
}

TEST_CASE_METHOD(Health, "verbose is JSON, whatever the answer") {
  get_well();
  REQUIRE(get("/readyz", "verbose").content_type == "application/json");
  REQUIRE(ask("/readyz", "verbose") ==
          "200 {\"ready\":true,\"node\":7,\"roles\":[\"broker\"],\"state\":\"RUNNING\",\"logs\":3,"
          "\"logs_loaded\":3,\"checks\":{\"logs_loaded\":true,\"registered\":true,\"caught_up\":true,"
          "\"unfenced\":true,\"listening\":true,\"running\":true},\"missing\":[]}\n");
  stats.health.is_loaded = false;
  stats.start.logs_loaded = 1;
  set_state(BrokerState::kRecovery);
  const std::string unwell = ask("/readyz", "verbose=1");
  REQUIRE(unwell.starts_with("503 {\"ready\":false,"));
  REQUIRE(unwell.find("\"logs_loaded\":1,") != std::string::npos);
  REQUIRE(unwell.find("\"missing\":[\"1 of 3 logs are loaded\"]") != std::string::npos);
}

TEST_CASE_METHOD(Health, "a controller of its own is not asked to be unfenced") {
  config.is_broker = false;
  config.is_controller = true;
  stats.health.is_loaded = true;
  stats.health.serves = true;
  REQUIRE(ask("/readyz") == "503 not ready: it has no metadata yet\n");
  stats.health.is_caught_up = true;
  REQUIRE(ask("/readyz") == "200 ok\n");
  const std::string verbose = ask("/readyz", "verbose");
  REQUIRE(verbose.find("\"roles\":[\"controller\"],\"logs\":0") != std::string::npos);
}

// ---- Started

TEST_CASE_METHOD(Health, "a node has started once it has served, whatever becomes of it") {
  stats.start.logs = 40'000;
  stats.start.logs_loaded = 1'234;
  const std::string starting = ask("/startupz");
  REQUIRE(starting.starts_with("503 not started: 1234 of 40000 logs are loaded\n"));
  get_well();
  REQUIRE(ask("/startupz") == "200 ok\n");
  stats.health.is_fenced = true;
  REQUIRE(ask("/startupz") == "200 ok\n");
  REQUIRE(ask("/startupz", "verbose").find("{\"started\":true,") != std::string::npos);
}

// ---- Alive

TEST_CASE_METHOD(Health, "a node whose loops turn lives, and so does one that has none yet") {
  REQUIRE(ask("/livez") == "200 ok\n");
  pages.health().watch({{"net-0", &loop}});
  REQUIRE(ask("/livez") == "200 ok\n");
}

TEST_CASE_METHOD(Health, "a loop that has not turned for long is named") {
  pages.health().watch({{"net-0", &loop}, {"quorum", &stuck}});
  const auto ask_once = [this] {
    AdminAnswer answer = get("/livez");
    loop.run();
    REQUIRE(answer.later() == nullptr);
    clock.now += HealthPage::kPatienceMs;
    auto known = answer.later();
    REQUIRE(known != nullptr);
    return std::to_string(known->status) + " " + known->body;
  };
  // It may only be busy.
  REQUIRE(ask_once() == "200 ok\n");
  clock.now += HealthPage::kSilenceMs;
  REQUIRE(ask_once() == "503 the loop quorum has not turned for 10 s\n");
  stuck.run();
  REQUIRE(ask("/livez") == "200 ok\n");
}

TEST_CASE_METHOD(Health, "a node that stops lives, though its loops may have ended") {
  pages.health().watch({{"net-0", &stuck}});
  AdminAnswer first = get("/livez");
  clock.now += HealthPage::kSilenceMs;
  stats.health.stops = true;
  const auto known = first.later();
  REQUIRE(known != nullptr);
  REQUIRE(known->status == 200);
}

TEST_CASE("a loop has one question at a time, however often it is asked") {
  FakeClock clock;
  FakeLoop loop{clock};
  LoopWatch watch({{"a", &loop}});
  REQUIRE(watch.have_all_answered());
  watch.ask(1'000);
  watch.ask(2'000);
  REQUIRE_FALSE(watch.have_all_answered());
  REQUIRE(watch.silent(2'000, 1'000) == std::vector<std::string>{"a"});
  REQUIRE(watch.silent(1'999, 1'000).empty());
  loop.run();
  REQUIRE(watch.have_all_answered());
  watch.ask(3'000);
  REQUIRE(watch.silent(3'500, 1'000).empty());
}

// ---- As Strimzi's agent

TEST_CASE_METHOD(Health, "Strimzi's operator hears the broker's state as its agent tells it") {
  REQUIRE(ask("/v1/broker-state") == "404 Broker state metric not found\n");
  REQUIRE(ask("/v1/ready") == "404 Broker state metric not found\n");
  set_state(BrokerState::kStarting);
  REQUIRE(ask("/v1/broker-state") == "200 {\"brokerState\":1}\n");
  REQUIRE(ask("/v1/ready") == "503 Not ready: the broker's state is 1\n");
  set_state(BrokerState::kRecovery);
  stats.start.logs = 10;
  stats.start.logs_loaded = 4;
  REQUIRE(ask("/v1/broker-state") ==
          "200 {\"brokerState\":2,\"recoveryState\":{\"remainingLogsToRecover\":6,"
          "\"remainingSegmentsToRecover\":0}}\n");
  set_state(BrokerState::kRunning);
  REQUIRE(ask("/v1/broker-state") == "200 {\"brokerState\":3}\n");
  REQUIRE(ask("/v1/ready") == "204 ");
  set_state(BrokerState::kPendingControlledShutdown);
  REQUIRE(ask("/v1/ready") == "204 ");
}

TEST_CASE_METHOD(Health, "what is no page is answered with those there are") {
  REQUIRE(get("/nothing").status == 404);
  REQUIRE(get("/").status == 200);
  REQUIRE(get("/").body.find("/metrics") != std::string::npos);
}

// ---- What there is to scrape before the node is loaded

TEST_CASE_METHOD(Health, "a node that starts tells of its process") {
  stats.start.logs = 40'000;
  stats.start.logs_loaded = 1'234;
  AdminAnswer answer = get("/metrics");
  REQUIRE(answer.status == 200);
  REQUIRE(answer.content_type.starts_with("text/plain; version=0.0.4"));
  std::string text;
  while (answer.slices->next(text) != AdminSlices::Step::kEnd) {
  }
  REQUIRE(text.find("\nprocess_resident_memory_bytes ") != std::string::npos);
  REQUIRE(text.find("40000") != std::string::npos);
}

TEST_CASE_METHOD(Health, "no more than a few are told at a time") {
  std::vector<AdminAnswer> under_way;
  for (int i = 0; i < MetricsPage::kScrapesMax; ++i) under_way.push_back(get("/metrics"));
  REQUIRE(get("/metrics").status == 503);
  under_way.pop_back();
  REQUIRE(get("/metrics").status == 200);
}

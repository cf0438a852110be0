// What whole nodes tell a scraper: each family and each series once, of partitions, groups and their lag.
#include "tests/testing.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "broker/metrics/exposition.h"
#include "broker/scrape/admin_pages.h"
#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "protocol/messages/find_coordinator_request.h"
#include "protocol/messages/find_coordinator_response.h"
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "tests/broker/node_cluster.h"
#include "tests/broker/otlp_writer.h"
#include "tests/storage/test_batches.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ErrorCode;

namespace {

constexpr std::string_view kOpenMetrics = "application/openmetrics-text;version=1.0.0";

// A scrape's samples by what stands in front of their values; each family is found to be told once.
class Samples {
 public:
  explicit Samples(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) read(line);
  }

  std::optional<double> find(const std::string& series) const {
    const auto found = values_.find(series);
    return found == values_.end() ? std::nullopt : std::optional(std::stod(found->second));
  }
  double at(const std::string& series) const {
    CAPTURE(series);
    REQUIRE(values_.contains(series));
    return *find(series);
  }
  bool has_family(std::string_view name) const { return families_.contains(std::string(name)); }
  const std::map<std::string, std::string>& all() const { return values_; }

 private:
  void read(const std::string& line) {
    std::istringstream words(line);
    std::string mark, what, name;
    if (line.starts_with("# ")) {
      words >> mark >> what >> name;
      if (what == "TYPE") family_ = name;
      if (what == "TYPE" && !families_.insert(name).second) FAIL("told twice: " << name);
      return;
    }
    const size_t space = line.rfind(' ');
    const std::string series = line.substr(0, space);
    const std::string sample = series.substr(0, series.find('{'));
    const std::string suffix = sample.starts_with(family_) ? sample.substr(family_.size()) : "another family";
    static const std::set<std::string> kSuffixes = {"", "_total", "_sum", "_count"};
    if (!kSuffixes.contains(suffix)) FAIL("in " << family_ << ": " << line);
    if (!values_.emplace(series, line.substr(space + 1)).second) FAIL("told twice: " << series);
  }

  std::string family_;
  std::set<std::string> families_;
  std::map<std::string, std::string> values_;
};

struct Scraping : NodeCluster {
  explicit Scraping(const std::string& settings = "")
      : NodeCluster(3, "offsets.topic.num.partitions=3\n" + settings) {
    metrics::ReplyMark fetch;
    fetch.key = 1;
    fetch.version = 17;
    fetch.kind = metrics::RequestKind::kFetchConsumer;
    fetch.errors.add(0);
    requests.add(fetch, 1'000);
  }

  AdminPages& pages_of(ClusterNode& node) {
    auto& made = pages[node.id.value];
    if (made == nullptr) {
      made = std::make_unique<AdminPages>(
          scrape::Basics{.config = *node.config, .clock = clock, .stats = node.node->stats()});
      made->metrics().attach(
          node.node->view(),
          NetView{.listeners = [] { return std::vector<metrics::ListenerSample>{{.listener = "PLAINTEXT"}}; },
                  .loops = [] { return std::vector<metrics::LoopSample>{{.name = "net-0"}}; },
                  .requests = {&requests},
                  .softwares = softwares,
                  .memory = memory});
    }
    return *made;
  }
  std::string text_of(ClusterNode& node, std::string_view accept = "") {
    AdminRequest request;
    request.path = "/metrics";
    request.accept = accept;
    AdminAnswer answer = pages_of(node).answer(request);
    REQUIRE(answer.status == 200);
    std::string text;
    while (true) {
      std::string slice;
      const auto step = answer.slices->next(slice);
      REQUIRE(slice.size() < 3 * scrape::kSliceBytes);
      text += slice;
      if (step == AdminSlices::Step::kEnd) return text;
      if (step == AdminSlices::Step::kWait) advance(1);
    }
  }
  Samples scrape_of(ClusterNode& node) { return Samples(text_of(node)); }
  double sum(const std::string& series) {
    double sum = 0;
    for (auto& node : nodes) sum += scrape_of(*node).find(series).value_or(0);
    return sum;
  }
  // Seen by everybody who is to have it.
  void create(std::string_view name, int32_t partitions, int16_t replicas) {
    protocol::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = replicas;
    request.timeout_ms = 10'000;
    REQUIRE(call<protocol::CreateTopicsResponse>(at(1), request, 7).topics.at(0).error_code == 0);
    for (auto& node : nodes) REQUIRE(wait_for([&] { return partition(*node, name).has_value(); }));
    advance(1'000);
  }
  ClusterNode& leader_of(std::string_view topic) { return at(partition(at(1), topic)->leader.value); }
  void produce(std::string_view topic, int32_t records) {
    const Bytes batch = storage::TestBatch().records(records).bytes();
    protocol::ProduceRequest request;
    request.acks = -1;
    request.timeout_ms = 5'000;
    auto& data = request.topic_data.emplace_back();
    data.name = topic;
    data.partition_data.emplace_back().records = protocol::Records{batch};
    const auto response = call<protocol::ProduceResponse>(leader_of(topic), request, 9);
    REQUIRE(response.responses.at(0).partition_responses.at(0).error_code == 0);
    advance(1'000);  // followers hear of the high watermark
  }
  ClusterNode& coordinator_of(const std::string& group) {
    protocol::FindCoordinatorRequest request;
    request.key_type = 0;
    request.coordinator_keys = {group};
    int32_t found = -1;
    REQUIRE(wait_for([&] {
      const auto response = call<protocol::FindCoordinatorResponse>(at(1), request, 4);
      found = response.coordinators.at(0).node_id;
      return response.coordinators.at(0).error_code == 0;
    }));
    return at(found);
  }
  void commit(const std::string& group, std::string_view topic, int64_t offset) {
    protocol::OffsetCommitRequest request;
    request.group_id = group;
    request.generation_id_or_member_epoch = -1;
    auto& of_topic = request.topics.emplace_back();
    of_topic.name = topic;
    of_topic.partitions.push_back({.partition_index = 0, .committed_offset = offset});
    REQUIRE(wait_for([&] {
      const auto response = call<protocol::OffsetCommitResponse>(coordinator_of(group), request, 9);
      return response.topics.at(0).partitions.at(0).error_code == 0;
    }));
  }

  metrics::RequestStats requests;
  SoftwareCensus softwares;
  MemoryBudget memory{MemoryLimits{.clients = 1 << 20, .replication = 1 << 20, .control = 1 << 20}};
  std::map<int32_t, std::unique_ptr<AdminPages>> pages;
};

struct WithoutPartitions : Scraping {
  WithoutPartitions() : Scraping("klamm.metrics.per.partition=false\n") {}
};

std::string lag_of(const std::string& group) {
  return "kafka_consumergroup_lag{consumergroup=\"" + group + "\",topic=\"orders\",partition=\"0\"}";
}

}  // namespace

TEST_CASE_METHOD(Scraping, "a node tells each family of the table, and each series once") {
  start_all();
  create("orders", 2, 3);
  produce("orders", 3);
  commit("group", "orders", 1);
  const Samples samples = scrape_of(at(1));
  std::string missing;
  for (const metrics::FamilyInfo& family : metrics::families()) {
    // Where the kernel does not tell them, and where nothing is declared, they are left out.
    if (family.name.find("linux_disk") != std::string_view::npos) continue;
    if (family.name.starts_with("klamm_declared_")) continue;
    if (!samples.has_family(family.name)) missing += std::string(family.name) + " ";
  }
  REQUIRE(missing == "");
  REQUIRE(samples.at("kafka_server_kafkaserver_brokerstate") == 3);
  const std::string fetches = "{request=\"FetchConsumer\",version=\"17\"}";
  REQUIRE(samples.at("kafka_network_requestmetrics_requests_total" + fetches) == 1);
}

TEST_CASE_METHOD(Scraping, "in OpenMetrics it tells the same, and that it has told all") {
  start_all();
  create("orders", 2, 3);
  const std::string text = text_of(at(1), kOpenMetrics);
  REQUIRE(text.ends_with("\n# EOF\n"));
  std::set<std::string> plain, open;
  const Samples in_open(text), in_plain = scrape_of(at(1));
  for (const auto& [series, value] : in_open.all()) open.insert(series);
  for (const auto& [series, value] : in_plain.all()) plain.insert(series);
  REQUIRE(open == plain);
}

TEST_CASE_METHOD(Scraping, "what is the leader's is told by the leader, so that sums over nodes are right") {
  start_all();
  create("orders", 1, 3);
  produce("orders", 3);
  const std::string partition = "{topic=\"orders\",partition=\"0\"}";
  REQUIRE(sum("kafka_topic_partition_current_offset" + partition) == 3);
  REQUIRE(sum("kafka_server_brokertopicmetrics_messagesin_total{topic=\"orders\"}") == 3);
  REQUIRE(sum("kafka_cluster_partition_insyncreplicascount" + partition) == 3);
  REQUIRE(sum("kafka_log_log_logendoffset" + partition) == 9);
  REQUIRE(sum("kafka_server_replicamanager_leadercount") >= 1);
  REQUIRE(sum("kafka_controller_kafkacontroller_activecontrollercount") == 1);
  REQUIRE(scrape_of(leader_of("orders")).at("kafka_cluster_partition_insyncreplicascount" + partition) == 3);
  for (auto& node : nodes) {
    const bool leads = node->id == leader_of("orders").id;
    const Samples samples = scrape_of(*node);
    REQUIRE(samples.find("kafka_topic_partition_current_offset" + partition).has_value() == leads);
    const std::string lag =
        "kafka_server_fetcherlagmetrics_consumerlag{clientid=\"Replica\",topic=\"orders\",partition=\"0\"}";
    REQUIRE(samples.find(lag).has_value() == !leads);
    REQUIRE(samples.find(lag).value_or(0) == 0);
  }
}

TEST_CASE_METHOD(Scraping, "a replica that is missing is seen, where its partition is led") {
  start_all();
  create("orders", 1, 3);
  ClusterNode& leader = leader_of("orders");
  REQUIRE(scrape_of(leader).at("kafka_server_replicamanager_underreplicatedpartitions") == 0);
  at(leader.id.value % 3 + 1).kill();
  REQUIRE(wait_for([&] { return partition(leader, "orders")->isr.size() == 2; }, 60'000));
  advance(1'000);
  const Samples samples = scrape_of(leader);
  REQUIRE(samples.at("kafka_server_replicamanager_underreplicatedpartitions") == 1);
  REQUIRE(samples.at("kafka_cluster_partition_underreplicated{topic=\"orders\",partition=\"0\"}") == 1);
  REQUIRE(samples.at("kafka_controller_kafkacontroller_offlinepartitionscount") == 0);
  REQUIRE(samples.at("kafka_controller_kafkacontroller_fencedbrokercount") == 1);
  REQUIRE(samples.at("kafka_controller_kafkacontroller_activebrokercount") == 2);
}

TEST_CASE_METHOD(WithoutPartitions, "a node that tells nothing of each partition tells how many there are") {
  start_all();
  create("orders", 4, 3);
  const Samples samples = scrape_of(at(1));
  REQUIRE(samples.at("kafka_server_replicamanager_partitioncount") == 4);
  for (const auto& [series, value] : samples.all()) {
    CAPTURE(series);
    REQUIRE(series.find("partition=\"") == std::string::npos);
  }
}

TEST_CASE_METHOD(Scraping, "topics that have been created are seen by the next scrape") {
  start_all();
  const auto count = [this] { return scrape_of(at(1)).at("kafka_server_replicamanager_partitioncount"); };
  REQUIRE(count() == 0);
  create("one", 2, 3);
  REQUIRE(count() == 2);
  create("two", 3, 3);
  REQUIRE(count() == 5);
}

// ---- Lag

TEST_CASE_METHOD(Scraping, "a group's lag is told by its coordinator, for what that has a replica of") {
  start_all();
  create("orders", 1, 3);
  produce("orders", 5);
  commit("group", "orders", 2);
  advance(1'000);
  REQUIRE(sum(lag_of("group")) == 3);
  REQUIRE(scrape_of(coordinator_of("group")).at(lag_of("group")) == 3);
  produce("orders", 4);
  REQUIRE(sum(lag_of("group")) == 7);
  commit("group", "orders", 9);
  REQUIRE(sum(lag_of("group")) == 0);
  const std::string committed =
      "kafka_consumergroup_current_offset{consumergroup=\"group\",topic=\"orders\",partition=\"0\"}";
  REQUIRE(sum(committed) == 9);
  REQUIRE(sum("kafka_consumergroup_members{consumergroup=\"group\"}") == 0);
  REQUIRE(sum("kafka_coordinator_group_groupmetadatamanager_numgroups") == 1);
}

TEST_CASE_METHOD(Scraping, "where a log ends that lies elsewhere is asked of its leader") {
  start_all();
  create("orders", 1, 1);
  produce("orders", 5);
  std::string group;
  for (int i = 0; group.empty() && i < 50; ++i) {
    const std::string tried = "group-" + std::to_string(i);
    if (coordinator_of(tried).id != leader_of("orders").id) group = tried;
  }
  REQUIRE_FALSE(group.empty());
  commit(group, "orders", 2);
  ClusterNode& coordinator = coordinator_of(group);
  // Nothing is said of what is not known.
  REQUIRE_FALSE(scrape_of(coordinator).find(lag_of(group)).has_value());
  for (int i = 0; i < 2; ++i) {
    scrape_of(coordinator);
    advance(100);
  }
  REQUIRE(scrape_of(coordinator).at(lag_of(group)) == 3);
  REQUIRE(sum(lag_of(group)) == 3);
  // One look old, it follows.
  produce("orders", 4);
  for (int i = 0; i < 2; ++i) {
    scrape_of(coordinator);
    advance(100);
  }
  REQUIRE(scrape_of(coordinator).at(lag_of(group)) == 7);
}

// ---- Clients' own

TEST_CASE_METHOD(Scraping, "what clients have pushed is shown, a family for each name") {
  start_all();
  const NodeView view = at(1).node->view();
  for (uint64_t client = 1; client <= 2; ++client) {
    const std::string message = otlp_of({otlp_gauge("org.apache.kafka.a.rate", {otlp_point(1.5)}),
                                         otlp_gauge("org.apache.kafka.b.rate", {otlp_point(2.5)})});
    const std::string label = "client_id=\"c" + std::to_string(client) + "\"";
    const auto wants_all = [](std::string_view) { return true; };
    REQUIRE(view.pushed.push(Uuid::of(5, client), label, as_bytes(message), wants_all));
  }
  const Samples samples = scrape_of(at(1));
  REQUIRE(samples.at("kafka_client_a_rate{client_id=\"c1\"}") == 1.5);
  REQUIRE(samples.at("kafka_client_a_rate{client_id=\"c2\"}") == 1.5);
  REQUIRE(samples.at("kafka_client_b_rate{client_id=\"c2\"}") == 2.5);
}

// Every API that is served, sent through the dispatch: to a node whose authorizer refuses everything, and to
// one that allows exactly what the API's row says.
#include "tests/testing.h"

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "broker/server_dispatch.h"
#include "broker/telemetry/client_subscriptions.h"
#include "protocol/frame.h"
#include "tests/broker/authorization_cells.h"
#include "tests/broker/coordinator_node.h"
#include "tests/broker/handler_fixture.h"
#include "tests/broker/quorum_node.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

bool is_refusal(ErrorCode code) {
  return code == ErrorCode::kTopicAuthorizationFailed || code == ErrorCode::kGroupAuthorizationFailed ||
         code == ErrorCode::kClusterAuthorizationFailed ||
         code == ErrorCode::kTransactionalIdAuthorizationFailed;
}

// A controller, and beside it a broker with topics "t" and "u" and group "g", which share a dispatch.
struct Node : CoordinatorNode {
  Node() {
    quorum.standalone();
    quorum.start();
    quorum.config->broker.auto_create_topics = true;
    register_broker();
    groups = std::make_unique<LedGroups>(LedGroups::Uses{quorum.config->groups, clock, random, workers, *held,
                                                         [this](int32_t) -> Loop& { return loop; }},
                                         kSelf);
    become(records);
    loop.run();
    // Nothing is forwarded where the controller is.
    client = std::make_unique<ControllerClient>(
        *quorum.loop, [](const ControllerNode&) { return nullptr; }, ControllerClient::Settings{});
    forwarding = std::make_unique<Forwarding>(*quorum.loop, *client);
    active = std::make_unique<ActiveController>(
        *quorum.loop, *quorum.controller, *quorum.config, cluster_id, [this](NodeId, const NodeAddress& at) {
          return quorum.network.connect(*quorum.loop, quorum.port, at.port);
        });
    dispatch = std::make_unique<ServerDispatch>(ServerDispatch::Uses{
        *quorum.config, cluster_id, clock, images, *held, sessions, producer_ids, workers, lane, *manager,
        *quorum.loop, *quorum.controller, *quorum.link, *forwarding, *client, [this] { return active.get(); },
        [] { return kSelf; }, loggers, *groups, {}, &telemetry});
    grant({});
    commit_an_offset();
    quorum.config->security.authorizer.enabled = true;
  }
  ~Node() override {
    active.reset();
    client->stop();
    groups->stop([] {});
    loop.run();
  }
  void follow(const ClusterImage& before, const ClusterImage& after) override {
    groups->follow(before, after);
  }
  // With the controller, so that topics can be made.
  void register_broker() {
    ControllerHost& controller = *quorum.controller;
    RecordList registration(controller.pending());
    registration.add(testing::broker(kSelf.value, controller.next_offset().value));
    controller.perform({registration.take()}, [](ErrorCode) {});
    quorum.settle();
  }
  void commit_an_offset() {
    for (const Cell& cell : authorization_cells()) {
      if (cell.name == "offset commit") REQUIRE(send(cell, ListenerKind::kBroker) == ErrorCode::kNone);
    }
  }

  // On every resource of its type.
  void grant(const std::vector<Granted>& granted) {
    std::vector<MetadataRecord> all = records;
    for (const auto& [operation, resource] : granted) {
      all.push_back(resource == ResourceType::kCluster ? allow_cluster(operation)
                                                       : allow(operation, resource, security::kWildcard));
    }
    images.publish(std::make_shared<ClusterImage>(image_of(all)));
  }
  ErrorCode send(const Cell& cell, ListenerKind listener) {
    auto client = std::make_shared<ClientInfo>();
    client->controller_listener = listener == ListenerKind::kController;
    client->listener = client->controller_listener ? "CONTROLLER" : "PLAINTEXT";
    client->host = "10.0.0.1";
    auto frame = std::make_shared<OwnedFrame>(cell.body(cell.version));
    Request request;
    request.header.api_key = cell.key;
    request.header.api_version = cell.version;
    request.body = frame->bytes();
    request.frame = frame;
    request.client = client;
    request.loop = &loop;
    auto caught = std::make_shared<CaughtReply>();
    dispatch->handle(std::move(request), Reply(caught, 0, cell.key, cell.version, 5));
    for (int turn = 0; turn < 5 && !caught->response; ++turn) settle();
    REQUIRE(caught->response.has_value());
    REQUIRE_FALSE(caught->response->close);
    const Bytes answer = HandlerFixture::whole(*caught->response);
    protocol::Reader reader(ByteView(answer).subspan(sizeof(int32_t)));
    protocol::read_response_header(reader, cell.key, cell.version);
    return cell.outcome(reader, cell.version);
  }
  void settle() {
    quorum.settle();
    loop.run();
  }
  // `visit(cell, listener)` for each cell on each of its listeners.
  template <class Visit>
  void each(Visit visit) {
    for (const Cell& cell : authorization_cells()) {
      for (ListenerKind listener : {ListenerKind::kBroker, ListenerKind::kController}) {
        if ((static_cast<uint8_t>(cell.on) & static_cast<uint8_t>(listener)) == 0) continue;
        CAPTURE(cell.name, cell.key, cell.refusal, static_cast<int>(listener));
        visit(cell, listener);
      }
    }
  }

  const std::vector<MetadataRecord> records = [] {
    std::vector<MetadataRecord> all = offsets_topic_of(3);
    all.push_back(testing::broker(1, 1));
    return all;
  }();
  const std::string cluster_id = "cluster";
  QuorumNode quorum;
  PublishedImage images;
  FetchBudget budget{1000};
  FetchSessionCache sessions{10, budget, random};
  ProducerIds producer_ids{[this] { loop.post([this] { producer_ids.on_block(1000, 1000); }); }};
  Lane lane{workers};
  BrokerLoggers loggers;
  PushedMetrics pushed;
  ClientSubscriptions telemetry{ClientSubscriptions::Uses{clock, random, pushed, 1 << 20}};
  std::unique_ptr<LedGroups> groups;
  std::unique_ptr<ControllerClient> client;
  std::unique_ptr<Forwarding> forwarding;
  std::unique_ptr<ActiveController> active;
  std::unique_ptr<ServerDispatch> dispatch;
};

using Asked = std::set<std::pair<security::AclOperation, security::ResourceType>>;

std::string read(const std::string& path) {
  std::ifstream file(path);
  REQUIRE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("every API that is served has its cells here, which ask for what its row says") {
  for (const Api& api : api_table()) {
    CAPTURE(api.name);
    bool has_cell = false;
    Asked said, asked;
    for (const Need& need : api.needs.list()) said.emplace(need.operation, need.resource);
    for (const Cell& cell : authorization_cells()) {
      if (cell.key != api.key) continue;
      has_cell = true;
      for (const auto& granted : cell.enough) {
        for (const auto& [operation, resource] : granted) asked.emplace(operation, resource);
      }
    }
    REQUIRE(has_cell);
    REQUIRE(asked == said);
  }
}

TEST_CASE_METHOD(Node, "where nothing is allowed, each API refuses with the error of its resource") {
  each([&](const Cell& cell, ListenerKind listener) { REQUIRE(send(cell, listener) == cell.refusal); });
}

TEST_CASE_METHOD(Node, "what its row says is enough for each API, and nothing else is asked for") {
  each([&](const Cell& cell, ListenerKind listener) {
    for (const auto& granted : cell.enough) {
      grant(granted);
      const ErrorCode code = send(cell, listener);
      CAPTURE(protocol::name_of(code));
      REQUIRE_FALSE(is_refusal(code));
    }
  });
}

TEST_CASE_METHOD(Node, "a part of what an API takes is not enough") {
  each([&](const Cell& cell, ListenerKind listener) {
    for (const auto& granted : cell.enough) {
      for (size_t left_out = 0; granted.size() > 1 && left_out < granted.size(); ++left_out) {
        std::vector<Granted> part = granted;
        part.erase(part.begin() + static_cast<ptrdiff_t>(left_out));
        grant(part);
        CAPTURE(left_out);
        REQUIRE(is_refusal(send(cell, listener)));
      }
    }
  });
}

TEST_CASE("a row's needs read as Kafka's documentation has them") {
  REQUIRE(text_of(find_api(8)->needs) == "Read Group; Read Topic");
  REQUIRE(text_of(find_api(23)->needs) == "ClusterAction Cluster or Describe Topic");
  REQUIRE(text_of(find_api(18)->needs) == "nothing");
}

// KLAMM_WRITE_DOCS=1 writes the table anew.
TEST_CASE("docs/authorization.md ends with the table of the APIs") {
  const std::string path = KLAMM_SOURCE_DIR "/docs/authorization.md";
  const std::string table = authorization_table();
  std::string page = read(path);
  if (std::getenv("KLAMM_WRITE_DOCS") != nullptr) {
    page = page.substr(0, page.find("| key | API |")) + table;
    std::ofstream(path) << page;
  }
  REQUIRE(page.substr(page.find("| key | API |")) == table);
}

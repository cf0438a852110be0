#include "tests/testing.h"

#include "broker/broker_lifecycle.h"

#include <algorithm>

#include "tests/broker/lifecycle_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::BrokerRegistrationRequest;
using protocol::ErrorCode;

namespace {

struct StartingBroker : LoneBroker {
  const BrokerRegistrationRequest& registration() const {
    return std::get<BrokerRegistrationRequest>(request.message);
  }
};

}  // namespace

TEST_CASE_METHOD(StartingBroker, "a broker registers as soon as it starts, and only then has an epoch") {
  REQUIRE(start() == "register");
  REQUIRE(state() == "STARTING");
  REQUIRE(life->epoch() == -1);
  REQUIRE(registered(100) == "registered 100; beat 100 at -1, fence");
  REQUIRE(life->epoch() == 100);
}

TEST_CASE_METHOD(StartingBroker, "a registration says all that the broker is, its directories in order") {
  start();
  const BrokerRegistrationRequest& said = registration();
  REQUIRE(said.broker_id == 1);
  REQUIRE(said.cluster_id == "cluster");
  REQUIRE(said.incarnation_id == id(701));
  REQUIRE(said.rack == "north");
  REQUIRE(said.previous_broker_epoch == 7);
  REQUIRE(said.log_dirs == std::vector<Uuid>{id(901), id(951)});
  REQUIRE(said.listeners.size() == 2);
  REQUIRE(said.listeners[1] == BrokerRegistrationRequest::Listener{"SECURE", "host-1", 9093, 3});
  REQUIRE_FALSE(said.is_migrating_zk_broker);
}

TEST_CASE_METHOD(StartingBroker, "a registration has every feature that this release supports") {
  start();
  const auto& features = registration().features;
  REQUIRE(features.size() == supported_features().size());
  REQUIRE(std::any_of(features.begin(), features.end(), [](const auto& feature) {
    return feature.name == "metadata.version" && feature.min_supported_version == 7 &&
           feature.max_supported_version == 30;
  }));
}

TEST_CASE_METHOD(StartingBroker, "a broker without a rack has none, not an empty one") {
  BrokerIdentity bare = identity();
  bare.rack.reset();
  life = std::make_unique<BrokerLifecycle>(bare, times, random);
  start();
  REQUIRE_FALSE(registration().rack.has_value());
}

TEST_CASE_METHOD(StartingBroker, "from STARTING to RUNNING, with the lines that tools wait for") {
  start();
  registered();
  REQUIRE(read_to(100).empty());
  REQUIRE(beat("fenced") == "beat 100 at 100, fence");
  REQUIRE(beat("caught up, fenced") == "caught up");
  REQUIRE(state() == "RECOVERY");
  REQUIRE(ready() == "beat 100 at 100");
  REQUIRE(beat() == "unfenced");
  REQUIRE(state() == "RUNNING");
  REQUIRE(has_log("[BrokerLifecycleManager id=1] Transitioning from STARTING to RECOVERY."));
  REQUIRE(has_log("[BrokerLifecycleManager id=1] Transitioning from RECOVERY to RUNNING."));
  REQUIRE(has_log("Successfully registered broker 1 with broker epoch 100"));
}

TEST_CASE_METHOD(StartingBroker,
                 "a refused registration is sent again after a heartbeat's interval (Kafka's)") {
  for (ErrorCode code : {ErrorCode::kDuplicateBrokerRegistration, ErrorCode::kInconsistentClusterId,
                         ErrorCode::kUnsupportedVersion, ErrorCode::kInvalidRegistration,
                         ErrorCode::kClusterAuthorizationFailed, ErrorCode::kBrokerIdNotRegistered,
                         ErrorCode::kRequestTimedOut, ErrorCode::kUnknownServerError}) {
    life = make();
    start();
    REQUIRE(refuse(code).empty());
    REQUIRE(found().empty());
    REQUIRE(pass(1999).empty());
    REQUIRE(pass(1) == "register");
    REQUIRE(state() == "STARTING");
  }
}

TEST_CASE_METHOD(StartingBroker, "a refused registration says in the log what can be done, once in a row") {
  start();
  for (int i = 0; i < 3; ++i) {
    refuse(ErrorCode::kDuplicateBrokerRegistration);
    pass(2000);
  }
  refuse(ErrorCode::kInconsistentClusterId);
  REQUIRE(log.size() == 3);
  REQUIRE(log[1].find("DUPLICATE_BROKER_REGISTRATION (101). After a crash") != std::string::npos);
  REQUIRE(log[2].find("INCONSISTENT_CLUSTER_ID (104). These are controllers of another") !=
          std::string::npos);
}

TEST_CASE_METHOD(StartingBroker, "an error that has no name here is told by its number") {
  start();
  refuse(static_cast<ErrorCode>(999));
  REQUIRE(has_log("(999)"));
}

TEST_CASE_METHOD(StartingBroker, "a registration that nobody answers is sent again soon, then less often") {
  start();
  REQUIRE(silence().empty());
  REQUIRE(pass(79).empty());
  REQUIRE(pass(41) == "register");
  REQUIRE(silence().empty());
  REQUIRE(pass(159).empty());
  REQUIRE(pass(81) == "register");
}

TEST_CASE_METHOD(StartingBroker, "NOT_CONTROLLER (41) is no answer: the next controller is asked at once") {
  start();
  REQUIRE(refuse(ErrorCode::kNotController).empty());
  REQUIRE(found() == "register");
  REQUIRE(registered() == "registered 100; beat 100 at -1, fence");
  REQUIRE(refuse(ErrorCode::kNotController).empty());
  REQUIRE(found() == "beat 100 at -1, fence");
}

TEST_CASE_METHOD(StartingBroker, "a registration without an answer for an interval is given up") {
  start();
  REQUIRE(request.deadline_ms == now_ms + 2000);
  const uint64_t late = request.number;
  REQUIRE(pass(2000).empty());
  REQUIRE(pass(120) == "register");
  protocol::BrokerRegistrationResponse response;
  REQUIRE(perform(life->on_answer(late, response, now_ms)).empty());
  REQUIRE(registered() == "registered 100; beat 100 at -1, fence");
}

TEST_CASE_METHOD(StartingBroker, "an answer has a second even where heartbeats are sent more often") {
  times.heartbeat_interval_ms = 0;
  life = make();
  start();
  REQUIRE(request.deadline_ms == now_ms + 1000);
}

TEST_CASE_METHOD(StartingBroker,
                 "who cannot register for initial.broker.registration.timeout.ms ends, and says why") {
  start();
  for (int i = 0; i < 29; ++i) {
    refuse(ErrorCode::kDuplicateBrokerRegistration);
    REQUIRE(pass(2000) == "register");
  }
  REQUIRE(refuse(ErrorCode::kDuplicateBrokerRegistration).empty());
  REQUIRE(pass(1999).empty());
  REQUIRE(pass(1) == "may stop; fatal");
  REQUIRE(state() == "SHUTTING_DOWN");
  REQUIRE(fatal.find("60000 ms (initial.broker.registration.timeout.ms). The controller does not register") !=
          std::string::npos);
  REQUIRE(fatal.find("controller.quorum.voters") == std::string::npos);
}

TEST_CASE_METHOD(StartingBroker, "who never had an answer is told where controllers are looked for") {
  start();
  silence();
  REQUIRE(pass(60'000) == "may stop; fatal");
  REQUIRE(fatal.find("nobody is there. A majority of the controllers has to run") != std::string::npos);
}

TEST_CASE_METHOD(StartingBroker, "the limit of the first registration does not count once there was one") {
  to_starting();
  pass(60'000);
  REQUIRE(state() == "STARTING");
  REQUIRE(fatal.empty());
}

TEST_CASE_METHOD(StartingBroker, "while it catches up, a heartbeat follows when the registration was read") {
  to_starting();
  REQUIRE(read_to(98).empty());
  REQUIRE(beat("fenced").empty());
  REQUIRE(read_to(99).empty());
  REQUIRE(read_to(100) == "beat 100 at 100, fence");
  REQUIRE(beat("caught up, fenced") == "caught up");
}

TEST_CASE_METHOD(StartingBroker, "a broker that reads slowly is heard of once in an interval") {
  to_starting();
  beat("fenced");
  REQUIRE(pass(1999).empty());
  REQUIRE(pass(1) == "beat 100 at -1, fence");
}

TEST_CASE_METHOD(StartingBroker,
                 "a controller that waits for a record behind the epoch is asked again soon") {
  start();
  read_to(100);
  REQUIRE(registered() == "registered 100; beat 100 at 100, fence");
  REQUIRE(beat("fenced").empty());
  read_to(101);
  REQUIRE(pass(10) == "beat 100 at 101, fence");
  REQUIRE(state() == "STARTING");
}

TEST_CASE_METHOD(StartingBroker,
                 "a broker that is ready before it has caught up does not ask to be unfenced yet") {
  to_starting();
  REQUIRE(ready().empty());
  REQUIRE(read_to(100).empty());
  REQUIRE(beat("fenced") == "beat 100 at 100, fence");
  REQUIRE(beat("caught up, fenced") == "caught up");
  REQUIRE(pass(10) == "beat 100 at 100");
  REQUIRE(beat() == "unfenced");
}

TEST_CASE_METHOD(StartingBroker, "a broker that recovers is not RUNNING, whatever a controller says") {
  to_recovery();
  REQUIRE(beat("caught up").empty());
  REQUIRE(state() == "RECOVERY");
  REQUIRE(pass(2000) == "beat 100 at 100, fence");
}

TEST_CASE_METHOD(StartingBroker, "a broker that is ready during a heartbeat asks to be unfenced behind it") {
  to_recovery();
  REQUIRE(ready().empty());
  REQUIRE(beat("caught up, fenced") == "beat 100 at 100");
  REQUIRE(life->is_fenced());
  REQUIRE(beat() == "unfenced");
  REQUIRE_FALSE(life->is_fenced());
}

TEST_CASE_METHOD(StartingBroker, "a signal that comes before the start leaves nothing to start") {
  REQUIRE(shut_down() == "may stop");
  REQUIRE(start().empty());
  REQUIRE(state() == "SHUTTING_DOWN");
  REQUIRE_FALSE(life->next_deadline_ms());
}

TEST_CASE_METHOD(StartingBroker, "time that matters is told: a request's, then the registration's limit") {
  REQUIRE_FALSE(life->next_deadline_ms());
  start();
  REQUIRE(life->next_deadline_ms() == now_ms + 2000);
  pass(59'000);
  silence();
  REQUIRE(*life->next_deadline_ms() <= 1000 + 60'000);
  times.heartbeat_interval_ms = 90'000;
  life = make();
  start();
  REQUIRE(life->next_deadline_ms() == now_ms + 60'000);
}

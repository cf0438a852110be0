#include "tests/testing.h"

#include "broker/broker_lifecycle.h"

#include <algorithm>

#include "tests/broker/lifecycle_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ErrorCode;

namespace {

struct RunningBroker : LoneBroker {
  RunningBroker() { to_running(); }
  // Its registration, as the metadata log has it.
  std::string read_registration(bool fenced, int64_t epoch = 100) {
    auto record = testing::broker(1, epoch);
    record.fenced = fenced;
    return read(record);
  }
};

}  // namespace

TEST_CASE_METHOD(RunningBroker, "a heartbeat is sent in every interval, with what was read") {
  REQUIRE(pass(1999).empty());
  REQUIRE(pass(1) == "beat 100 at 100");
  REQUIRE(beat().empty());
  REQUIRE(read_to(105).empty());
  REQUIRE(pass(2000) == "beat 100 at 105");
}

TEST_CASE_METHOD(RunningBroker, "what is read never goes back") {
  read_to(90);
  REQUIRE(pass(2000) == "beat 100 at 100");
}

TEST_CASE_METHOD(RunningBroker, "one heartbeat at a time, with a deadline of one interval (KAFKA-19294)") {
  REQUIRE(pass(2000) == "beat 100 at 100");
  REQUIRE(request.deadline_ms == now_ms + 2000);
  REQUIRE(pass(1999).empty());
  REQUIRE(pass(1).empty());
  REQUIRE(pass(120) == "beat 100 at 100");
}

TEST_CASE_METHOD(RunningBroker, "a heartbeat that was lost costs an interval, not a session") {
  pass(2000);
  const int64_t lost_ms = now_ms;
  silence();
  pass(*life->next_deadline_ms() - now_ms);
  REQUIRE(now_ms - lost_ms <= 120);
  pass(2000);
  pass(*life->next_deadline_ms() - now_ms);
  REQUIRE(now_ms - lost_ms <= 120 + 2000 + 240);
}

TEST_CASE_METHOD(RunningBroker, "a broker whose epoch is STALE_BROKER_EPOCH (77) goes on asking with it") {
  for (ErrorCode code : {ErrorCode::kStaleBrokerEpoch, ErrorCode::kBrokerIdNotRegistered}) {
    REQUIRE(pass(2000) == "beat 100 at 100");
    REQUIRE(refuse(code).empty());
    REQUIRE(state() == "RUNNING");
  }
  REQUIRE(has_log("STALE_BROKER_EPOCH (77). It was unregistered, or another process"));
}

TEST_CASE_METHOD(RunningBroker,
                 "a refused heartbeat is not followed at once by what there is to say (Kafka's)") {
  pass(2000);
  fail(901);
  REQUIRE(refuse(ErrorCode::kRequestTimedOut).empty());
  REQUIRE(pass(1999).empty());
  REQUIRE(pass(1) == "beat 100 at 100, offline 901");
}

TEST_CASE_METHOD(RunningBroker, "the log says once that there is no answer, and once that there is again") {
  const size_t before = log.size();
  for (int i = 0; i < 3; ++i) {
    pass(2000);
    silence();
  }
  pass(2000);
  beat();
  REQUIRE(log.size() == before + 2);
  REQUIRE(has_log("There is no answer of a controller: nobody is there"));
  REQUIRE(has_log("The controller answers again."));
}

TEST_CASE_METHOD(RunningBroker, "a controller that is found hears at once of a broker that runs") {
  REQUIRE(found() == "beat 100 at 100");
  silence();
  REQUIRE(found() == "beat 100 at 100");
}

TEST_CASE_METHOD(RunningBroker, "a controller that is found while another one is asked hears of it next") {
  pass(2000);
  REQUIRE(found().empty());
  REQUIRE(beat() == "beat 100 at 100");
  REQUIRE(beat().empty());
}

TEST_CASE_METHOD(RunningBroker,
                 "a broker that is fenced while it runs stays RUNNING, and asks to be unfenced") {
  REQUIRE(read_registration(false).empty());
  REQUIRE(read_registration(true) == "fenced; beat 100 at 102");
  REQUIRE(state() == "RUNNING");
  REQUIRE(life->is_fenced());
  REQUIRE(beat().empty());
  REQUIRE(read_registration(false) == "unfenced");
  REQUIRE_FALSE(life->is_fenced());
}

TEST_CASE_METHOD(RunningBroker, "that it was fenced before it ran is no news") {
  REQUIRE(read_registration(true).empty());
  REQUIRE(read_registration(false).empty());
  REQUIRE_FALSE(life->is_fenced());
}

TEST_CASE_METHOD(RunningBroker, "another epoch's fencing is not this broker's") {
  read_registration(false);
  REQUIRE(read_registration(true, 99).empty());
  REQUIRE(read_registration(true, 101).empty());
  REQUIRE_FALSE(life->is_fenced());
}

TEST_CASE_METHOD(RunningBroker, "a directory that fails is told at once, and ever after (KIP-858)") {
  REQUIRE(fail(901) == "beat 100 at 100, offline 901");
  REQUIRE(fail(951).empty());
  REQUIRE(beat() == "beat 100 at 100, offline 901,951");
  REQUIRE(fail(951).empty());
  REQUIRE(beat().empty());
  REQUIRE(pass(2000) == "beat 100 at 100, offline 901,951");
}

TEST_CASE_METHOD(RunningBroker,
                 "a directory that no controller hears of in log.dir.failure.timeout.ms is fatal, once") {
  const int64_t failed_ms = now_ms;
  fail(901);
  while (now_ms < failed_ms + 29'999) {
    silence();
    const int64_t next_ms = std::min(*life->next_deadline_ms(), failed_ms + 29'999);
    REQUIRE(pass(next_ms - now_ms).find("fatal") == std::string::npos);
  }
  REQUIRE(pass(1).starts_with("fatal"));
  REQUIRE(fatal.find("30000 ms (log.dir.failure.timeout.ms)") != std::string::npos);
  REQUIRE(state() == "RUNNING");
  silence();
  REQUIRE(pass(30'000) == "beat 100 at 100, offline 901");
}

TEST_CASE_METHOD(RunningBroker, "a directory counts as told only by a heartbeat that named it") {
  fail(901);
  fail(951);
  REQUIRE(beat() == "beat 100 at 100, offline 901,951");
  silence();
  pass(29'999);
  silence();
  REQUIRE(pass(1).starts_with("fatal"));
  REQUIRE(fatal.find(id(951).to_string()) != std::string::npos);
}

TEST_CASE_METHOD(RunningBroker, "a directory that was told is nothing to wait for") {
  fail(901);
  beat();
  REQUIRE(life->next_deadline_ms() == now_ms + 2000);
  pass(30'000);
  REQUIRE(fatal.empty());
}

TEST_CASE_METHOD(LoneBroker,
                 "a directory that fails before the broker is registered goes with the first heartbeat") {
  start();
  REQUIRE(fail(951).empty());
  REQUIRE(registered() == "registered 100; beat 100 at -1, fence, offline 951");
}

TEST_CASE_METHOD(RunningBroker, "cordoned directories are told when they change, as a set (KIP-1066)") {
  read(feature("metadata.version", 30));
  REQUIRE(pass(2000) == "beat 100 at 101, cordoned none");
  beat();
  REQUIRE(cordon({id(951), id(901)}) == "beat 100 at 101, cordoned 901,951");
  REQUIRE(beat().empty());
  REQUIRE(cordon({id(901), id(951)}).empty());
  REQUIRE(cordon({}) == "beat 100 at 101, cordoned none");
}

TEST_CASE_METHOD(RunningBroker,
                 "below MV 30 nothing is said of cordoned directories; above, what was meant") {
  REQUIRE(cordon({id(951)}).empty());
  REQUIRE(pass(2000) == "beat 100 at 100");
  beat();
  read(feature("metadata.version", 30));
  REQUIRE(pass(2000) == "beat 100 at 101, cordoned 951");
}

TEST_CASE_METHOD(LoneBroker, "cordoned directories are not told before the broker has caught up") {
  image = image_of({feature("metadata.version", 30)});
  start();
  read_to(100);
  REQUIRE(registered() == "registered 100; beat 100 at 100, fence");
  REQUIRE(cordon({id(901)}).empty());
  REQUIRE(beat("caught up, fenced") == "caught up");
  REQUIRE(pass(10) == "beat 100 at 100, fence, cordoned 901");
}

TEST_CASE_METHOD(RunningBroker,
                 "a registration that lacks its directories is sent again, in RUNNING (KIP-858)") {
  auto bare = testing::broker(1, 100);
  bare.log_dirs = {};
  read(feature("metadata.version", 16));
  REQUIRE(read(bare).empty());
  REQUIRE(read(feature("metadata.version", 17)) == "register");
  REQUIRE(read_to(110).empty());
  REQUIRE(registered(100) == "registered 100; beat 100 at 110");
  REQUIRE(state() == "RUNNING");
  REQUIRE(beat().empty());
  REQUIRE(read_to(111).empty());
}

TEST_CASE_METHOD(RunningBroker, "a registration that is sent again names failed directories, too") {
  fail(901);
  beat();
  auto bare = testing::broker(1, 100);
  bare.log_dirs = {};
  REQUIRE(read(bare) == "register");
  REQUIRE(std::get<protocol::BrokerRegistrationRequest>(request.message).log_dirs ==
          std::vector<Uuid>{id(901), id(951)});
}

TEST_CASE_METHOD(RunningBroker, "another life's registration without directories is not this broker's") {
  auto bare = testing::broker(1, 50);
  bare.log_dirs = {};
  REQUIRE(read(bare).empty());
}

TEST_CASE_METHOD(RunningBroker, "a broker that gets another epoch is unfenced in that one") {
  auto bare = testing::broker(1, 100);
  bare.log_dirs = {};
  read(bare);
  REQUIRE(registered(120) == "registered 120; beat 120 at 101");
  REQUIRE(beat("fenced").empty());
  REQUIRE(read_to(120) == "beat 120 at 120");
}

#include "tests/testing.h"

#include "broker/controller_registration.h"

#include "broker/controller/node_requests.h"
#include "tests/broker/many_brokers.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ControllerRegistrationResponse;
using protocol::ErrorCode;

namespace {

// Controller 5, and the active controller, which decides as the real one does.
struct Registrar : ManyBrokers {
  ControllerRegistrar registrar{{NodeId{5}, id(55), {{"CONTROLLER", "host-5", 9093, 1}}}, random};
  RegistrarRequest request;
  std::vector<std::string> log;

  // "register" when that is sent.
  std::string perform(RegistrarOutput output) {
    for (const LifecycleLine& line : output.log) log.push_back(line.text);
    if (!output.request) return "";
    request = *output.request;
    return "register";
  }
  std::string read() { return perform(registrar.on_metadata(image, now_ms)); }
  std::string pass(int64_t ms) { return perform(registrar.tick(now_ms += ms)); }
  std::string answer(const ControllerRegistrar::Answer& given) {
    return perform(registrar.on_answer(request.number, given, now_ms));
  }
  std::string refuse(ErrorCode code) {
    ControllerRegistrationResponse response;
    response.error_code = wire_value(code);
    return answer(response);
  }
  // The request comes to the controller: what is in the log then.
  std::string decide() { return ManyBrokers::perform(decided().decision); }
  Decided<ControllerRegistrationResponse> decided() {
    return decide_controller_registration(view(), request.message);
  }
  std::string replace(uint64_t incarnation) {
    request.message.incarnation_id = id(incarnation);
    return decide();
  }
};

}  // namespace

TEST_CASE_METHOD(Registrar,
                 "a controller registers when the metadata log lacks it, and rests when that has it") {
  REQUIRE(read() == "register");
  REQUIRE(decide() == "controller 5 registers with 1 endpoints and 7 features");
  REQUIRE(answer(ControllerRegistrationResponse{}).empty());
  REQUIRE_FALSE(registrar.is_registered());
  REQUIRE(read().empty());
  REQUIRE(registrar.is_registered());
  REQUIRE_FALSE(registrar.next_deadline_ms());
}

TEST_CASE_METHOD(Registrar, "a controller's registration says who and where it is in this life") {
  read();
  decide();
  const ControllerImage& known = *image.brokers().find_controller(NodeId{5});
  REQUIRE(known.incarnation_id == id(55));
  REQUIRE(known.endpoints == std::vector<EndpointImage>{{"CONTROLLER", "host-5", 9093, 1}});
  REQUIRE_FALSE(known.zk_migration_ready);
}

TEST_CASE_METHOD(Registrar, "a controller that the log already has in this life asks nobody") {
  read();
  decide();
  ControllerRegistrar again({NodeId{5}, id(55), {}}, random);
  REQUIRE_FALSE(again.on_metadata(image, now_ms).request);
  ControllerRegistrar next_life({NodeId{5}, id(56), {}}, random);
  REQUIRE(next_life.on_metadata(image, now_ms).request);
}

TEST_CASE_METHOD(Registrar, "below MV 15 a controller waits for the level that has registrations") {
  apply(feature("metadata.version", 14));
  REQUIRE(read().empty());
  REQUIRE_FALSE(registrar.next_deadline_ms());
  apply(feature("metadata.version", 15));
  REQUIRE(read() == "register");
}

TEST_CASE_METHOD(Registrar, "before it has read anything a controller asks nobody") {
  REQUIRE(pass(1000).empty());
  REQUIRE(perform(registrar.on_controller_found(now_ms)).empty());
}

TEST_CASE_METHOD(Registrar, "one registration at a time, whatever comes in the metadata log") {
  REQUIRE(read() == "register");
  apply(feature("eligible.leader.replicas.version", 0));
  REQUIRE(read().empty());
  REQUIRE(request.deadline_ms == now_ms + 5000);
}

TEST_CASE_METHOD(Registrar, "a controller's registration that is refused is sent again ever more slowly") {
  read();
  int64_t waits[3] = {};
  for (int64_t& wait_ms : waits) {
    REQUIRE(refuse(ErrorCode::kUnsupportedVersion).empty());
    wait_ms = *registrar.next_deadline_ms() - now_ms;
    REQUIRE(pass(wait_ms) == "register");
  }
  REQUIRE((waits[0] >= 98 && waits[0] <= 102));
  REQUIRE((waits[1] >= 196 && waits[1] <= 204));
  REQUIRE((waits[2] >= 392 && waits[2] <= 408));
}

TEST_CASE_METHOD(Registrar, "a controller that finds the active one asks it at once") {
  read();
  REQUIRE(refuse(ErrorCode::kNotController).empty());
  REQUIRE(perform(registrar.on_controller_found(now_ms)) == "register");
  REQUIRE(answer(NoAnswer{"closed"}).empty());
  REQUIRE(perform(registrar.on_controller_found(now_ms)) == "register");
}

TEST_CASE_METHOD(Registrar, "an answer that does not come is given up after five seconds") {
  read();
  REQUIRE(pass(4999).empty());
  REQUIRE(pass(1).empty());
  REQUIRE(pass(102) == "register");
}

TEST_CASE_METHOD(Registrar,
                 "a registration that was acknowledged and is not in the log is sent again, not soon") {
  read();
  REQUIRE(answer(ControllerRegistrationResponse{}).empty());
  REQUIRE(read().empty());
  REQUIRE(pass(4999).empty());
  REQUIRE(pass(1) == "register");
}

TEST_CASE_METHOD(Registrar, "a registration that is in the log before its answer is not sent again") {
  read();
  decide();
  REQUIRE(read().empty());
  REQUIRE(answer(ControllerRegistrationResponse{}).empty());
  REQUIRE(pass(5000).empty());
  REQUIRE_FALSE(registrar.next_deadline_ms());
}

TEST_CASE_METHOD(Registrar, "a controller that was replaced takes its place again, a second later") {
  read();
  decide();
  answer(ControllerRegistrationResponse{});
  read();
  replace(99);
  REQUIRE(read().empty());
  REQUIRE_FALSE(registrar.is_registered());
  REQUIRE(pass(999).empty());
  REQUIRE(pass(1) == "register");
  REQUIRE(log.back().find("was replaced by another one") != std::string::npos);
}

TEST_CASE_METHOD(Registrar, "a level that falls below MV 15 ends the attempts") {
  read();
  refuse(ErrorCode::kUnknownServerError);
  apply(feature("metadata.version", 14));
  REQUIRE(read().empty());
  REQUIRE_FALSE(registrar.next_deadline_ms());
}

TEST_CASE_METHOD(Registrar, "what a controller says of a refusal makes no lines of the log") {
  read();
  ControllerRegistrationResponse response;
  response.error_code = wire_value(ErrorCode::kUnsupportedVersion);
  response.error_message = "no\nWARN forged";
  answer(response);
  REQUIRE(log.back().ends_with("UNSUPPORTED_VERSION (35) 'no\\x0AWARN forged'"));
}

// A controller client whose nodes are fakes, and the verbs of its tests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/errors.h"
#include "protocol/messages/broker_registration_response.h"
#include "tests/broker/fake_loop.h"
#include "tests/broker/fake_peers.h"

namespace klamm::broker::testing {

using protocol::ErrorCode;

struct ControllerClientFixture {
  using What = ControllerFailure::What;
  using Message = protocol::BrokerRegistrationResponse;

  static std::optional<ControllerNode> node(int32_t id, int32_t epoch = 1, uint16_t port = 9093) {
    return ControllerNode{{id}, {epoch}, "host", port};
  }
  static std::string name_of(What what) {
    switch (what) {
      case What::kTimedOut:
        return "timed out";
      case What::kUnsupportedVersion:
        return "unsupported";
      case What::kLost:
        return "lost";
      case What::kTooMany:
        return "too many";
      case What::kStopped:
        return "stopped";
    }
    return "";
  }

  ControllerClient& client() {
    if (!made) made.emplace(loop, peers.maker(), settings);
    return *made;
  }
  ControllerRequest request(const std::string& name, int64_t patience_ms = -1) {
    ControllerRequest request;
    request.key = Message::kKey;
    request.version_max = 0;
    request.encode = [name](int16_t, Bytes& out) { out.insert(out.end(), name.begin(), name.end()); };
    if (patience_ms >= 0) request.deadline_ms = clock.now + patience_ms;
    return request;
  }
  void send(ControllerRequest request, const std::string& name) {
    client().send(std::move(request), [this, name](Result<PeerAnswer, ControllerFailure> result) {
      outcomes += name + " " + text_of(result) + "; ";
      why = result ? "" : result.error().why;
    });
  }
  void send(const std::string& name, int64_t patience_ms = -1) { send(request(name, patience_ms), name); }
  void send_once(const std::string& name) {
    ControllerRequest once = request(name);
    once.retries = false;
    send(std::move(once), name);
  }
  static std::string text_of(const Result<PeerAnswer, ControllerFailure>& result) {
    if (!result) return name_of(result.error().what);
    protocol::Reader reader(result->body);
    Message answer;
    answer.read(reader, result->version);
    REQUIRE(reader.ok());
    return answer.error_code == 0 ? "done" : std::to_string(answer.error_code);
  }
  // The node that was asked first answers.
  void answer(ErrorCode code = ErrorCode::kNone) {
    Message message;
    message.error_code = protocol::wire_value(code);
    peers.answer(body_of(message, 0));
  }
  void refuse() { answer(ErrorCode::kNotController); }

  FakeClock clock;
  FakeLoop loop{clock};
  FakePeers peers;
  ControllerClient::Settings settings{.name = "test"};
  std::optional<ControllerClient> made;
  std::string outcomes;  // "a done; b timed out; ", or the error's number
  std::string why;       // of the last one
};

}  // namespace klamm::broker::testing

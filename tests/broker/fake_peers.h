// Other nodes as their peers see them: what they are asked is kept, and answered when a test says so.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "broker/controller_client.h"
#include "protocol/wire.h"
#include "tests/testing.h"

namespace klamm::broker::testing {

template <class Message>
Bytes body_of(const Message& message, int16_t version) {
  Bytes body;
  protocol::Writer writer(body);
  message.write(writer, version);
  return body;
}

class FakePeers {
 public:
  struct Asked {
    int16_t key = 0;
    std::string body;
    int64_t deadline_ms = 0;
    Peer::Answered answered;
  };
  // What a peer and its node have in common.
  struct Wire {
    ControllerNode node;
    bool is_gone = false;
    std::deque<Asked> asked;  // and not answered
  };

  ControllerClient::MakePeer maker() {
    return [this](const ControllerNode& node) {
      wires.push_back(std::make_shared<Wire>(Wire{node, false, {}}));
      return std::make_unique<FakePeer>(*this, wires.back());
    };
  }

  // The oldest that is not answered.
  Asked take() {
    for (const auto& wire : wires) {
      if (wire->asked.empty()) continue;
      Asked asked = std::move(wire->asked.front());
      wire->asked.pop_front();
      return asked;
    }
    FAIL("nobody was asked anything");
    return {};
  }
  void answer(Bytes body, int16_t version = 0) {
    PeerAnswer answer{.version = version, .frame = std::move(body), .body = {}};
    answer.body = answer.frame;
    take().answered(std::move(answer));
  }
  void fail(PeerFailure::What what, const std::string& why = "for the test") {
    take().answered(Error{PeerFailure{what, why}});
  }
  // Every connection ends, in the way in which a peer tells of it.
  void close_all() {
    for (const auto& wire : std::vector(wires)) {
      auto asked = std::exchange(wire->asked, {});
      for (Asked& one : asked) {
        if (!wire->is_gone) one.answered(Error{PeerFailure{PeerFailure::What::kClosed, "closed"}});
      }
    }
  }
  size_t in_flight() const {
    size_t count = 0;
    for (const auto& wire : wires) count += wire->asked.size();
    return count;
  }

  std::vector<std::shared_ptr<Wire>> wires;  // in the order in which they were made
  std::string sent;                          // "1:a 2:a ": node and body, in the order in which they went out
  std::function<void(const std::string& body)> on_send = [](const std::string&) {};

 private:
  class FakePeer final : public Peer {
   public:
    FakePeer(FakePeers& peers, std::shared_ptr<Wire> wire) : peers_(peers), wire_(std::move(wire)) {}
    ~FakePeer() override {
      wire_->is_gone = true;
      wire_->asked.clear();
    }
    void send(PeerRequest request, Answered answered) override {
      Bytes body;
      request.encode(request.version_max, body);
      const std::string text(as_text(body));
      peers_.sent += std::to_string(wire_->node.id.value) + ":" + text + " ";
      wire_->asked.push_back({request.key, text, request.deadline_ms, std::move(answered)});
      peers_.on_send(text);
    }
    void on_disconnect(absl::AnyInvocable<void()>) override {}
    void stop() override {}

   private:
    FakePeers& peers_;
    const std::shared_ptr<Wire> wire_;
  };
};

}  // namespace klamm::broker::testing

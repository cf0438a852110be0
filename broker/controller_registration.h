// ControllerRegistrar: sees to it that the metadata log knows this controller, in this life of its process,
// as a machine without I/O (KIP-919). It asks the active controller, which may be this node, whenever the
// image has another incarnation or none; broker/controller/node_requests is the deciding side.
//
// Otherwise than Apache Kafka: that a registration was acknowledged is believed for kPatienceMs; where the
// image does not have it by then, it is asked for again. And a controller that finds itself replaced waits a
// second: two processes with one node.id would replace each other as fast as they can.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/types.h"
#include "base/uuid.h"
#include "broker/broker_lifecycle.h"
#include "broker/metadata/brokers_image.h"
#include "broker/request_turns.h"
#include "protocol/messages/controller_registration_request.h"
#include "protocol/messages/controller_registration_response.h"

namespace klamm::broker {

// What a controller says of itself, in one life of its process.
struct ControllerIdentity {
  NodeId id;
  Uuid incarnation_id;
  std::vector<EndpointImage> endpoints;
};

// For the active controller. The message's views are into the machine.
struct RegistrarRequest {
  uint64_t number = 0;
  protocol::ControllerRegistrationRequest message;
  int64_t deadline_ms = 0;  // an answer that comes later is for nothing
};

struct RegistrarOutput {
  std::vector<LifecycleLine> log;
  // To be answered once by on_answer(); as in LifecycleOutput.
  std::optional<RegistrarRequest> request;
};

class ControllerRegistrar {
 public:
  static constexpr int64_t kPatienceMs = 5'000;  // also for an answer, as in Kafka

  using Answer = std::variant<protocol::ControllerRegistrationResponse, NoAnswer>;

  // `random` outlives the machine. It begins with the first metadata.
  ControllerRegistrar(ControllerIdentity identity, Random& random);
  ControllerRegistrar(const ControllerRegistrar&) = delete;
  ControllerRegistrar& operator=(const ControllerRegistrar&) = delete;

  // --- what happens; times are milliseconds of one monotonic clock ---
  [[nodiscard]] RegistrarOutput on_metadata(const ClusterImage& image, int64_t now_ms);
  // The active controller can be asked: it was found, is another node now, or is connected again.
  [[nodiscard]] RegistrarOutput on_controller_found(int64_t now_ms);
  [[nodiscard]] RegistrarOutput on_answer(uint64_t number, const Answer& answer, int64_t now_ms);
  // To be called at next_deadline_ms(), or any time.
  [[nodiscard]] RegistrarOutput tick(int64_t now_ms);
  std::optional<int64_t> next_deadline_ms() const;

  // In the image that was seen last.
  bool is_registered() const { return place_ == Place::kRegistered; }

 private:
  // Where the image that was seen last has this controller.
  enum class Place : uint8_t {
    kUnknown,      // no image was seen
    kUnsupported,  // the metadata.version has no registrations of controllers
    kMissing,      // there is none of this incarnation
    kRegistered,
  };

  Place place_in(const ClusterImage& image) const;
  RegistrarOutput finish(int64_t now_ms);
  void after(const protocol::ControllerRegistrationResponse& response, int64_t now_ms);
  void after(const NoAnswer& none, int64_t now_ms);
  protocol::ControllerRegistrationRequest registration() const;
  void say(LogLevel level, std::string text);
  void complain(LogLevel level, std::string text);

  const ControllerIdentity identity_;
  RequestTurns turns_;
  Place place_ = Place::kUnknown;
  std::string complaint_;  // the latest; empty when all is well
  RegistrarOutput output_;
};

}  // namespace klamm::broker

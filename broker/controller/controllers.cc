#include "broker/controller/controllers.h"

namespace klamm::broker {

Decision decide_register_controller(const ControllerView& view, const ControllerRegistration& registration) {
  auto version = view.image.features().metadata_version();
  if (!version || !version->has_controller_registration()) return {};
  const ControllerImage* known = view.image.brokers().find_controller(registration.id);
  if (known != nullptr && known->incarnation_id == registration.incarnation_id) return {};
  protocol::RegisterControllerRecord record;
  record.controller_id = registration.id.value;
  record.incarnation_id = registration.incarnation_id;
  for (const EndpointImage& endpoint : registration.endpoints) {
    record.end_points.push_back({.name = endpoint.listener,
                                 .host = endpoint.host,
                                 .port = endpoint.port,
                                 .security_protocol = endpoint.security_protocol});
  }
  for (const Feature& feature : supported_features()) {
    record.features.push_back(
        {.name = feature.name, .min_supported_version = feature.min, .max_supported_version = feature.max});
  }
  RecordList records(view.image);
  records.add(record);
  return {records.take(), true};
}

}  // namespace klamm::broker

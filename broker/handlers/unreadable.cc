#include "base/logging.h"
#include "broker/api.h"
#include "broker/handlers/topics.h"

namespace klamm::broker {

void log_unreadable(const Request& request) {
  const Api* api = find_api(request.header.api_key);
  LOG_WARN_LIMITED(
      "closing the connection from {} on {}: its {} request version {} of {} bytes is not one whole message, "
      "or "
      "asks about more than one request may",
      request.client->host, request.client->listener,
      api == nullptr ? std::to_string(request.header.api_key) : std::string(api->name),
      request.header.api_version, request.body.size());
}

}  // namespace klamm::broker

#include "broker/request_body.h"

#include "base/log_limiters.h"
#include "base/logging.h"

namespace klamm::broker {

void log_unreadable(const Request& request) {
  static LogLimiters lines;
  const auto left_out = lines.allow(request.client->host);
  if (!left_out) return;
  const Api* api = find_api(request.header.api_key);
  LOG_WARN(
      "closing the connection from {} on {}: its {} request version {} of {} bytes is not one whole message, "
      "or asks about more than one request may{}",
      request.client->host, request.client->listener,
      api == nullptr ? std::to_string(request.header.api_key) : std::string(api->name),
      request.header.api_version, request.body.size(),
      *left_out == 0 ? "" : fmt::format(" ({} more such lines left out before)", *left_out));
}

}  // namespace klamm::broker

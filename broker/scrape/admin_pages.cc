#include "broker/scrape/admin_pages.h"

#include <string_view>

#include "broker/scrape/declared_page.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kIndex =
    "/metrics  /livez  /readyz  /readyz?verbose  /startupz  /declared  /v1/ready  /v1/broker-state\n";

}  // namespace

AdminAnswer AdminPages::answer(const AdminRequest& request) {
  std::string_view path = request.path;
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (path == "/metrics") return metrics_.answer(request);
  if (path == "/livez") return health_.live();
  if (path == "/readyz") return health_.ready(request.query);
  if (path == "/startupz") return health_.started(request.query);
  if (path == "/declared") return declared();
  if (path == "/v1/ready") return health_.agent_ready();
  if (path == "/v1/broker-state") return health_.agent_state();
  AdminAnswer answer;
  answer.status = path == "/" ? 200 : 404;
  answer.body = kIndex;
  return answer;
}

AdminAnswer AdminPages::declared() const {
  const auto node = metrics_.node();
  const auto status = node ? node->declared.get() : nullptr;
  return scrape::answer_declared(status.get());
}

}  // namespace klamm::broker
